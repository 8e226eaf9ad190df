"""What the container runs, without one: the wheel and the extra `serve`, installed alone and read-only.

It fetches pinned packages, so it runs where RECSYS_SOAK=1 is set. What only a container can show, such as the
base image, it does not.
"""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from tempfile import mkdtemp

import pytest

from recsys.release import Release
from serving.engine import Engine
from serving.requests import MatchRequest

pytestmark = pytest.mark.skipif("RECSYS_SOAK" not in os.environ, reason="slow: RECSYS_SOAK=1 runs it")
REPOSITORY = Path(__file__).parents[2]
SOURCES = ("pyproject.toml", "README.md", "recsys", "features", "serving", "training")
NEVER = (
    "mlflow",
    "lightgbm",
    "pandas",
    "sklearn",
    "scipy",
    "ibis",
    "duckdb",
    "onnx",
    "implicit",
    "matplotlib",
)
PATIENCE_S = 60
ANSWER = """
import sys
from pathlib import Path
from serving.engine import Engine
from recsys.release import Release
from serving.requests import MatchRequest

engine = Engine.open(Release(snapshot=Path(sys.argv[1]), match=Path(sys.argv[2])))
print(engine.match(MatchRequest.model_validate_json(sys.argv[3])).model_dump_json())
"""
WRITES = "import recsys, pathlib; pathlib.Path(recsys.__file__).with_name('planted').touch()"


@pytest.fixture(scope="module")
def root():
    """A folder that becomes read-only, and can be removed all the same."""
    folder = Path(mkdtemp())
    yield folder
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(path.stat().st_mode | stat.S_IWUSR)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def installed(root, snapshot, bundle):
    """An environment with the wheel and the extra `serve` alone, and what is served: all read-only."""
    source, environment = root / "source", root / "environment"
    source.mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (REPOSITORY / name).is_dir() else shutil.copy
        copy(REPOSITORY / name, source / name)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", root / "dist", cwd=source)
    run(sys.executable, "-m", "venv", environment)
    pip = (environment / "bin" / "python", "-m", "pip", "install", "--quiet")
    run(*pip, "--require-hashes", "-r", REPOSITORY / "requirements-serve.txt")
    run(*pip, "--no-deps", "--no-index", *(root / "dist").glob("*.whl"))
    run(environment / "bin" / "python", "-m", "compileall", "-q", environment / "lib")
    shutil.copytree(snapshot.path, root / snapshot.name)
    shutil.copytree(bundle.path, root / bundle.name)
    shutil.copytree(REPOSITORY / "configs", root / "configs")
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    root.chmod(0o555)
    return environment / "bin"


def unprivileged():
    """Words before a command that take root's privileges from it; none where it has none."""
    return (
        ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"] if os.geteuid() == 0 else []
    )


def run(*words, **options):
    return subprocess.run(
        list(map(str, words)), check=True, capture_output=True, text=True, **options
    ).stdout  # fmt: skip


def of(installed, *words, check=True):
    """A command of the environment, by a user without privileges, away from the repository."""
    words = [*unprivileged(), *map(str, words)]
    home = {"PATH": f"{installed}:{os.environ['PATH']}"}
    return subprocess.run(
        words, check=check, capture_output=True, text=True, cwd=installed.parents[1], env=home
    )


def test_no_training_library_is_there(installed):
    code = f"import importlib.util as u; print([n for n in {NEVER!r} if u.find_spec(n)])"

    assert of(installed, "python", "-c", code).stdout.strip() == "[]"


def test_nothing_can_be_written_there(installed):
    result = of(installed, "python", "-c", WRITES, check=False)

    assert (result.returncode, "PermissionError" in result.stderr) == (1, True)


def test_its_commands_help(installed):
    for command in ("serve", "publish", "match", "score", "creators", "insights"):
        assert "Usage" in of(installed, "recsys", command, "--help").stdout


def test_its_engine_answers_as_this_one_does(installed, root, snapshot, bundle, brief):
    asked = MatchRequest(brief=brief, count=5)
    here = Engine.open(Release(snapshot=snapshot.path, match=bundle.path)).match(asked)
    words = (root / snapshot.name, root / bundle.name, asked.model_dump_json())

    assert json.loads(of(installed, "python", "-c", ANSWER, *words).stdout) == here.model_dump(mode="json")


@pytest.mark.parametrize("workers", [1, 2])
def test_the_service_gets_ready_and_ends_with_0(installed, root, snapshot, bundle, workers):
    """The containers' own health check says so, with another port in it."""
    port = free_port()
    words = ["recsys", "serve", "--snapshot", root / snapshot.name, "--bundle", root / bundle.name, "--open"]
    words += ["--port", port, "--workers", workers]
    environment = {"PATH": f"{installed}:{os.environ['PATH']}"}
    service = subprocess.Popen([*unprivileged(), *map(str, words)], cwd=root, env=environment)
    try:
        ready = health_check(port)
        deadline = time.monotonic() + PATIENCE_S
        while of(installed, *ready, check=False).returncode:
            assert service.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        service.send_signal(signal.SIGTERM)
    assert service.wait(PATIENCE_S) == 0


def health_check(port):
    text = (REPOSITORY / "Containerfile").read_text("utf-8")
    (command,) = re.findall(r"HEALTHCHECK .*\\\n\s+CMD (.*)", text)
    return [word.replace(":8080/", f":{port}/") for word in json.loads(command)]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
