"""One attribute changes; whoever asks meanwhile is answered by one release or by the other."""

import gc
import shutil
import weakref
from threading import Event, Thread

import pytest

from recsys.errors import BundleError
from serving.engine import Engine
from serving.release.slot import Slot
from serving.requests import MatchRequest


@pytest.fixture(scope="module")
def served(first):
    return Engine.open(first)


def test_another_release_answers_after_a_move(served, second, brief):
    slot = Slot(served)

    move = slot.move_to(second)

    assert (move.before, move.after) == (served.release.name, second.name)
    assert slot.engine.match(MatchRequest(brief=brief)).snapshot == second.snapshot.name


def test_the_release_that_is_served_is_not_opened_again(served, first):
    slot = Slot(served)

    assert slot.move_to(first) is None
    assert slot.engine is served


def test_what_both_releases_have_is_taken_over(served, first, other_bundle):
    slot = Slot(served)

    slot.move_to(first.model_copy(update={"match": other_bundle.path, "challenger": first.match}))

    assert slot.engine.creators is served.creators
    assert slot.engine.items["products"] is served.items["products"]
    assert slot.engine.challenger is served.matching
    assert slot.engine.matching is not served.matching


def test_nothing_of_another_snapshot_is_taken_over(served, first, other_snapshot):
    slot = Slot(served)

    slot.move_to(first.model_copy(update={"snapshot": other_snapshot.path}))

    engine = slot.engine
    parts = [engine.creators, engine.matching, *engine.items.values()]
    assert {part.snapshot.name for part in parts} == {other_snapshot.name}


def test_a_release_that_fails_is_refused_and_the_old_one_answers_on(served, second, brief, tmp_path):
    slot, request = Slot(served), MatchRequest(brief=brief)
    answer = served.match(request)
    broken = shutil.copytree(second.match, tmp_path / second.match.name)
    (broken / "rank.onnx").unlink()

    with pytest.raises(BundleError, match=r"rank\.onnx: expected sha256 \w+, found no file"):
        slot.move_to(second.model_copy(update={"match": broken}))

    assert slot.engine is served
    assert slot.engine.match(request) == answer


def test_whatever_a_folder_makes_this_code_raise_is_a_refusal(served, second, tmp_path):
    unreadable = shutil.copytree(second.snapshot, tmp_path / second.snapshot.name)
    (unreadable / "creators.arrow").unlink()
    (unreadable / "creators.arrow").mkdir()

    with pytest.raises(BundleError, match=r"creators\.arrow"):
        Slot(served).move_to(second.model_copy(update={"snapshot": unreadable}))


def test_the_old_engine_is_freed(first, second):
    slot = Slot(Engine.open(first))
    old = [weakref.ref(part) for part in (slot.engine, slot.engine.snapshot, slot.engine.matching)]

    slot.move_to(second)
    gc.collect()

    assert [reference() for reference in old] == [None, None, None]


def test_each_answer_while_engines_change_is_of_one_release(served, first, second, brief):
    slot, request, over = Slot(served), MatchRequest(brief=brief, explain=0), Event()
    expected = {release.name: Engine.open(release).match(request) for release in (first, second)}
    found = []

    def ask():
        while not over.is_set():
            found.append(slot.engine.match(request))

    threads = [Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for release in (second, first, second):
        slot.move_to(release)
    over.set()
    for thread in threads:
        thread.join()

    assert all(answer in expected.values() for answer in found)
    assert {answer.snapshot for answer in found} == {first.snapshot.name, second.snapshot.name}
