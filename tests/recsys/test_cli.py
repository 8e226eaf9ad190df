"""The `recsys` command as a user meets it: in a process of its own."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from recsys import __version__
from recsys.cli import MOUNTED, Mounted, app
from recsys.errors import ConfigError


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "recsys", *words], capture_output=True, text=True, timeout=120, check=False
    )


def imported_by(*words):
    """Top-level modules that a call of the command imports."""
    code = (
        "import sys; from recsys.cli import app\n"
        f"try: app({list(words)!r})\n"
        "except SystemExit: print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {module.partition(".")[0] for module in done.stdout.split()}


def test_help_loads_no_heavy_library():
    heavy = {"lightgbm", "mlflow", "ibis", "duckdb", "sklearn", "onnxruntime", "numpy", "pyarrow", "pandas"}

    assert not heavy & imported_by("--help")


def test_help_lists_every_mounted_command():
    shown = run("--help").stdout

    assert [name for name in MOUNTED if name not in shown] == []


def test_version_is_printed():
    assert run("--version").stdout.strip() == __version__


def test_a_misspelt_command_is_answered_with_the_nearest_one():
    done = run("chck")

    assert done.returncode == 2
    assert "Did you mean 'check'" in done.stderr


def test_an_error_is_one_line_on_stderr_and_its_exit_code():
    done = run("check", "no-such-folder")

    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_missing_library_is_answered_with_the_extra_to_install(tmp_path, monkeypatch):
    (tmp_path / "needs_library.py").write_text("import no_such_library")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("recsys.cli.EXTRAS", {"needs_library": "train"})

    with pytest.raises(
        ConfigError, match=r"recsys rain needs the library no_such_library: install creator-recsys\[train\]"
    ):
        Mounted("needs_library:rain", "Make rain.").load("rain")


@pytest.mark.parametrize("name", MOUNTED)
def test_every_command_has_help_with_an_example(name):
    subs = getattr(MOUNTED[name].load(name), "commands", {})
    calls = [[name], *([name, sub] for sub in subs)]
    results = [CliRunner().invoke(app, [*call, "--help"]) for call in calls]

    assert [result.exit_code for result in results] == [0] * len(calls)
    assert any(f"recsys {name}" in result.output for result in results)
