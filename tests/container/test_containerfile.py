"""What the container image is made of, read from the file that makes it."""

import json
import re
import shlex
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
NEVER = (
    "mlflow",
    "lightgbm",
    "pandas",
    "scikit-learn",
    "scipy",
    "ibis-framework",
    "duckdb",
    "onnx",
    "implicit",
)


@pytest.fixture(scope="module")
def steps():
    """(instruction, words) of each step, continued lines joined and comments left out."""
    text = (REPOSITORY / "Containerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def last(steps):
    """The steps of the last stage: of the image that runs."""
    start = max(place for place, (instruction, _) in enumerate(steps) if instruction == "FROM")
    return steps[start:]


def of(steps, wanted):
    return [words for instruction, words in steps if instruction == wanted]


def copied_from_here(steps):
    """What COPY takes from the repository."""
    copies = [shlex.split(words) for words in of(steps, "COPY")]
    return [source for words in copies if not words[0].startswith("--from") for source in words[:-1]]


def test_it_runs_as_a_numbered_user_that_is_not_root(last):
    (user,) = of(last, "USER")
    names = [instruction for instruction, _ in last]

    assert [int(number) > 0 for number in user.split(":")] == [True, True]
    assert not {"RUN", "COPY", "ADD"} & set(names[names.index("USER") :])


def test_every_base_is_one_argument_with_a_tag(steps):
    (base,) = [words for words in of(steps, "ARG") if words.startswith("BASE=")]

    assert re.fullmatch(r"BASE=docker\.io/library/python:3\.11-slim-\w+", base)
    assert {words.split()[0] for words in of(steps, "FROM")} == {"${BASE}"}


def test_only_what_is_there_is_copied_and_let_through(steps):
    sources = copied_from_here(steps)
    let_through = set((REPOSITORY / ".containerignore").read_text("utf-8").splitlines())

    assert sources
    for source in sources:
        assert (REPOSITORY / source).exists(), source
        assert f"!{source}" in let_through, source
    assert "*" in let_through


def test_everything_that_is_installed_is_checked_by_hash_or_was_made_here(steps):
    installs = re.findall(r"pip install (.*?)(?=&&|$)", " && ".join(of(steps, "RUN")))

    assert len(installs) == 3
    for words in installs:
        assert "--require-hashes -r requirements-" in words or "--no-deps --no-index /src/dist/" in words


@pytest.mark.parametrize("name", ["requirements-serve.txt", "requirements-build.txt"])
def test_its_requirements_are_pinned_and_have_no_training_library(name):
    text = (REPOSITORY / name).read_text("utf-8")
    found = re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE)
    hashes = re.split(r"^[a-z0-9._-]+==", text, flags=re.MULTILINE)[1:]

    assert found
    assert not set(found) & set(NEVER)
    assert all("--hash=sha256:" in each for each in hashes)


def test_modules_are_compiled_before_nothing_can_be_written(steps):
    assert any("compileall" in words for words in of(steps, "RUN"))
    assert not any("PYTHONDONTWRITEBYTECODE" in words for words in of(steps, "ENV"))


def test_it_starts_the_service_without_a_shell_and_asks_whether_it_is_ready(last):
    (entry,), (health,) = of(last, "ENTRYPOINT"), of(last, "HEALTHCHECK")

    assert json.loads(entry)[:2] == ["recsys", "serve"]
    port = json.loads(entry)[json.loads(entry).index("--port") + 1]
    assert f"http://127.0.0.1:{port}/health/ready" in json.loads(health[health.index("CMD") + 3 :])[2]
    assert of(last, "EXPOSE") == [port]
