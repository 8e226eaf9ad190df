"""A running service follows its release folder's pointer, and says what it refuses once."""

import json
import os
import resource
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from recsys.errors import BundleError
from recsys.snapshot import Columns
from serving.release.pointer import POINTER, Pointer
from serving.release.publish import publish, roll_back
from serving.release.slot import Move, Slot
from serving.release.watch import Watcher, open_current


@pytest.fixture
def told():
    return []


@pytest.fixture
def watcher(folder, told):
    watcher = Watcher(folder, Slot(open_current(folder)), every_s=0.01, told=told.append)
    watcher.look()
    return watcher


def point_to(folder, match):
    """A pointer as nobody publishes it."""
    release = Pointer.read(folder).release.model_copy(update={"match": Path("bundles") / match})
    Pointer(serving=release.name, releases=(release,)).write(folder)


def test_a_publication_is_followed(watcher, folder, second, told):
    publish(folder, second.folders)

    watcher.look()

    assert watcher.slot.engine.release.name == second.name
    assert [type(what) for what in told] == [Move]


def test_going_back_is_followed(watcher, folder, first, second):
    publish(folder, second.folders)
    watcher.look()
    roll_back(folder)

    watcher.look()

    assert watcher.slot.engine.release.name == first.name


def test_nothing_moves_while_the_pointer_stays(watcher, told):
    engine = watcher.slot.engine

    watcher.look()

    assert watcher.slot.engine is engine
    assert not told


def test_a_release_that_fails_is_refused_once(watcher, folder, told):
    engine = watcher.slot.engine
    point_to(folder, "bundle-0123456789abcdef")

    watcher.look()
    watcher.look()

    assert watcher.slot.engine is engine
    assert [type(what) for what in told] == [BundleError]
    assert "bundle-0123456789abcdef" in str(watcher.refused)


def test_the_next_release_is_served_after_a_refused_one(watcher, folder, first, second):
    point_to(folder, "bundle-0123456789abcdef")
    watcher.look()
    point_to(folder, first.match.name)
    publish(folder, second.folders)

    watcher.look()

    assert watcher.slot.engine.release.name == second.name
    assert watcher.refused is None


@pytest.mark.parametrize("text", ["{", json.dumps({"serving": "release-1", "releases": []})])
def test_a_broken_pointer_is_refused(watcher, folder, text):
    (folder / POINTER).write_text(text)

    watcher.look()

    assert POINTER in str(watcher.refused)


def test_a_pointer_that_is_gone_is_refused_and_followed_when_it_is_back(watcher, folder, second):
    pointer = Pointer.read(folder)
    (folder / POINTER).unlink()
    watcher.look()
    assert watcher.refused

    pointer.write(folder)
    publish(folder, second.folders)
    watcher.look()

    assert watcher.slot.engine.release.name == second.name


def test_a_started_watcher_follows_by_itself(folder, second):
    moved = Event()
    watcher = Watcher(folder, Slot(open_current(folder)), every_s=0.01, told=lambda what: moved.set())
    watcher.start()
    publish(folder, second.folders)

    assert moved.wait(20)
    watcher.stop()
    assert watcher.slot.engine.release.name == second.name


@contextmanager
def no_more_files():
    """Nothing can be opened in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_what_only_lacked_open_files_is_tried_again(watcher, folder, second):
    publish(folder, second.folders)
    with no_more_files():
        watcher.look()
    assert "Too many open files" in str(watcher.refused)

    time.sleep(2 * watcher.every_s)
    watcher.look()

    assert watcher.refused is None
    assert watcher.slot.engine.release.name == second.name


def test_pauses_before_another_try_become_longer(watcher, folder, second, told):
    publish(folder, second.folders)
    over = time.monotonic() + 20 * watcher.every_s
    with no_more_files():
        while time.monotonic() < over:
            watcher.look()

    assert 2 <= len(told) <= 5


def test_a_started_watcher_goes_on_whatever_goes_wrong(folder, first, second):
    moves, moved = [], Event()

    def told(move):
        moves.append(move.after)
        if len(moves) == 1:
            raise ValueError("nobody counts on this")
        moved.set()

    watcher = Watcher(folder, Slot(open_current(folder)), every_s=0.01, told=told)
    watcher.start()
    publish(folder, second.folders)
    while not moves:
        time.sleep(0.01)
    publish(folder, first.folders)

    assert moved.wait(20)
    watcher.stop()
    assert moves == [second.name, first.name]


def test_logs_say_which_release_and_how_it_failed_and_nothing_that_is_in_it(
    watcher, folder, snapshot, caplog
):
    known = {name: values for name, values in snapshot.creators.values.items() if name != "followers"}
    lacking = replace(snapshot, creators=Columns(snapshot.creators.ids, known)).write(folder / "snapshots")
    release = Pointer.read(folder).release.model_copy(
        update={"snapshot": Path("snapshots") / lacking.path.name}
    )
    Pointer(serving=release.name, releases=(release,)).write(folder)

    watcher.look()

    (line,) = caplog.messages
    assert line.startswith(f"{release.name} refused")
    assert line.endswith("KeyError")
    assert "followers" in str(watcher.refused)
    assert "followers" not in line


def test_a_folder_without_releases_cannot_be_opened(tmp_path):
    with pytest.raises(BundleError, match="is no release folder"):
        open_current(tmp_path)


def test_a_release_that_fails_cannot_be_opened(folder):
    point_to(folder, "bundle-0123456789abcdef")

    with pytest.raises(BundleError, match="bundle-0123456789abcdef"):
        open_current(folder)
