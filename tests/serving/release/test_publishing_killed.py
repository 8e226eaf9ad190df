"""Wherever a publisher is killed, readers find the old or the new release, and the next publisher goes on.

Some places are tried in each test run; RECSYS_SOAK=1 kills at every file operation.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from serving.release.pointer import POINTER, Pointer
from serving.release.publish import LOCK, publish
from serving.release.watch import open_current

SOAK = bool(os.environ.get("RECSYS_SOAK"))
PUBLISHING = Path(__file__).with_name("publishing.py")


@pytest.fixture
def killed(tmp_path, first, second):
    """Copies the release folder, publishes the second release into it, and is killed; (folder, exit code)."""
    publish(tmp_path / "before", first.folders)

    def at(operation):
        folder = tmp_path / "releases"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tmp_path / "before", folder)
        parts = [f"{name}={path}" for name, path in second.folders.items()]
        command = [sys.executable, PUBLISHING, folder, operation, *parts]
        ran = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
        return folder, ran

    return at


def folders_in(folder):
    return {path.name for parent in folder.iterdir() if parent.is_dir() for path in parent.iterdir()}


def test_readers_see_the_old_or_the_new_release(killed, first, second):
    _, finished = killed(-1)
    operations = int(finished.stdout)
    served = []

    for operation in range(operations) if SOAK else (0, operations // 2, operations - 1):
        folder, ran = killed(operation)
        assert ran.returncode == -signal.SIGKILL, ran.stderr
        served.append(open_current(folder).release.name)

        publish(folder, second.folders, kept=1)
        assert open_current(folder).release.name == second.name
        assert folders_in(folder) == {path.name for path in second.folders.values()}
        assert {path.name for path in folder.iterdir() if path.is_file()} == {POINTER, LOCK}

    assert served == sorted(served, key=[first.name, second.name].index), "once new, it stays new"
    assert set(served) == {first.name, second.name}


def test_a_first_publication_that_was_killed_can_be_made_again(tmp_path, first):
    parts = [f"{name}={path}" for name, path in first.folders.items()]
    command = [sys.executable, PUBLISHING, tmp_path / "releases", 12, *parts]

    ran = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert ran.returncode == -signal.SIGKILL, ran.stderr

    publish(tmp_path / "releases", first.folders)
    assert Pointer.read(tmp_path / "releases").serving == first.name
