"""A test of tests: each guard is removed once, in a copy of the source, and a test of it must notice.

A short form runs in each test run; RECSYS_SOAK=1 removes every guard.
"""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
COPIED = ("recsys", "features", "training", "serving", "tests", "configs", "pyproject.toml")
SOAK = "RECSYS_SOAK"
SECONDS = 120
"""A test that takes longer without its guard has noticed nothing."""
# The copy is imported although the repository is installed, and it is only the copy that is tested.
RUN = """
import sys, pytest, recsys, serving
home, *arguments = sys.argv[1:]
assert recsys.__file__.startswith(home) and serving.__file__.startswith(home), recsys.__file__
sys.exit(pytest.main(arguments))
"""


@dataclass(frozen=True)
class Guard:
    """Something that refuses, how to remove it, and the test that must fail then."""

    file: str
    stands: str
    """Text of the guard; exactly once in the file, so that code which moves is not left unguarded."""
    removed: str
    """What stands there without it."""
    noticed_by: str
    needs_fixtures: bool = False
    """Whether the test asks for fixtures of other files; without them it starts in a second."""


GUARDS = {
    "bytes of a bundle have the hash that its manifest says": Guard(
        "recsys/folders.py",
        "if found != expected:",
        "if False:",
        "tests/recsys/test_bundle.py::test_a_flipped_bit_in_a_graph_is_refused",
    ),
    "a key is compared with its hash": Guard(
        "serving/web/keys.py",
        "hmac.compare_digest(key.sha256 if key else NOBODY, hash_of(secret)) and key is not None",
        "key is not None",
        "tests/serving/web/test_keys.py::test_only_the_whole_secret_of_the_key_itself_fits",
    ),
    "no more is admitted than can be answered": Guard(
        "serving/web/admission.py",
        "elif self.in_flight >= self.most:",
        "elif False:",
        "tests/serving/web/test_admission.py::test_as_many_as_allowed_are_admitted_and_the_others_refused_at_once",
    ),
    "a graph is made of allowed operators": Guard(
        "serving/sessions.py",
        "unknown = sorted(facts.operators - OPERATORS)",
        "unknown: list[str] = []",
        "tests/serving/test_sessions.py::test_another_operator_is_refused_before_onnxruntime_sees_it",
    ),
    "golden rows get their scores": Guard(
        "serving/opening.py",
        "wrong = np.flatnonzero(found != expected)",
        "wrong = np.flatnonzero(found != found)",
        "tests/serving/matching/test_engine.py::test_golden_rows_are_proven_to_the_bit",
        needs_fixtures=True,
    ),
    "a snapshot has the features of its bundle": Guard(
        "serving/opening.py",
        "if given != needed:",
        "if False:",
        "tests/serving/matching/test_engine.py::test_a_snapshot_with_other_features_than_the_bundle_is_refused",
        needs_fixtures=True,
    ),
    "a key opens its scopes": Guard(
        "serving/web/tenants.py",
        "if not key.opens(scope):",
        "if False:",
        "tests/serving/web/test_tenants.py::test_a_key_opens_its_scopes_alone",
    ),
    "the key decides the tenant": Guard(
        "serving/web/tenants.py",
        "return Tenant(key.tenant)",
        "return Tenant(min(self.tenants))",
        "tests/serving/web/test_tenants.py::test_the_key_decides_the_tenant",
    ),
    "a key asks as often as it may": Guard(
        "serving/web/tenants.py",
        "if seconds > 0:",
        "if False:",
        "tests/serving/web/test_tenants.py::test_a_key_that_asks_too_often_is_told_when_to_come_back",
    ),
    "a body is no longer than the limit": Guard(
        "serving/web/decoding.py",
        "if len(body) > most:",
        "if False:",
        "tests/serving/web/test_decoding.py::test_reading_stops_at_the_limit_however_much_is_sent",
    ),
    "what waited past its deadline is not computed": Guard(
        "serving/web/running.py",
        "if began > deadline:",
        "if False:",
        "tests/serving/web/test_running.py::test_work_whose_deadline_passed_in_the_queue_is_not_done",
    ),
    "a release is published by replacing its pointer": Guard(
        "serving/release/pointer.py",
        "write_atomic(folder / POINTER, ",
        "(folder / POINTER).write_text(",
        "tests/serving/release/test_pointer.py::test_who_has_opened_the_pointer_reads_the_old_one_to_its_end",
    ),
    "a file is replaced as a whole": Guard(
        "recsys/files.py",
        "temporary.replace(path)",
        "path.write_bytes(data)",
        "tests/recsys/test_files.py::test_who_has_opened_the_old_file_reads_it_to_its_end",
    ),
}
TRIED = GUARDS if os.environ.get(SOAK) else dict(list(GUARDS.items())[:3])


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The source tree, to be broken; compiled files come along, for they hold for what is not changed."""
    home = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        source = REPOSITORY / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, home / name)
    return home


@contextmanager
def without(guard, home):
    """The copy without a guard, for a while."""
    path = home / guard.file
    text = path.read_text("utf-8")
    assert text.count(guard.stands) == 1, (
        f"{guard.file} has {guard.stands!r} {text.count(guard.stands)} times"
    )
    path.write_text(text.replace(guard.stands, guard.removed), "utf-8")
    try:
        yield
    finally:
        path.write_text(text, "utf-8")


def pytest_in(home, guards):
    """What the tests that notice these guards say in the copy."""
    alone = [] if any(guard.needs_fixtures for guard in guards) else ["--noconftest"]
    arguments = [*alone, *(guard.noticed_by for guard in guards)]
    command = [sys.executable, "-c", RUN, str(home), "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    environment = os.environ | {"PYTHONPATH": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop(SOAK, None)  # The short form of a test notices, too.
    return subprocess.run(
        [*command, *arguments],
        cwd=home,
        env=environment,
        timeout=SECONDS,
        capture_output=True,
        text=True,
        check=False,
    )


def test_with_every_guard_in_place_nothing_fails(copied):
    done = pytest_in(copied, TRIED.values())

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("guard", TRIED.values(), ids=TRIED)
def test_a_removed_guard_is_noticed(copied, guard):
    with without(guard, copied):
        done = pytest_in(copied, [guard])

    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert f"FAILED {guard.noticed_by}" in done.stdout, done.stdout
    assert "ERROR " not in done.stdout, done.stdout


def test_a_guard_that_has_moved_is_missed(tmp_path):
    (tmp_path / "moved.py").write_text("nothing of it")

    with (
        pytest.raises(AssertionError, match=r"moved.py has 'if wrong:' 0 times"),
        without(Guard("moved.py", "if wrong:", "if False:", ""), tmp_path),
    ):
        pass
