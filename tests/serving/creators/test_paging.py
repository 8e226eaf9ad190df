"""Cursors: words that say where a page ended, and are refused where they do not belong."""

import pytest

from recsys.errors import RequestError
from serving.creators.engine import CreatorEngine
from serving.creators.paging import Cursor, question_of
from serving.creators.search import CreatorSearch


@pytest.fixture(scope="module")
def engine(make_snapshot):
    return CreatorEngine(make_snapshot())


def first(engine, **asked):
    return engine.find(CreatorSearch(count=5, **asked))


def test_a_cursor_survives_being_a_word():
    cursor = Cursor(snapshot="snapshot-1", question="ab", value=None, creator_id=-7)

    assert Cursor.decode(cursor.encode()) == cursor


def test_the_value_of_a_cursor_is_kept_to_the_last_bit():
    third = 1 / 3

    assert (
        Cursor.decode(Cursor(snapshot="s", question="q", value=third, creator_id=1).encode()).value == third
    )


@pytest.mark.parametrize("word", ["", "abc", "é", "eyJ4IjoxfQ", "e30"])
def test_a_word_that_is_no_cursor_is_refused(engine, word):
    with pytest.raises(RequestError, match="expected the cursor of a page found before"):
        engine.find(CreatorSearch(cursor=word))


@pytest.mark.parametrize(
    "other",
    [{"sort": "mean_views"}, {"descending": False}, {"market": "US"}, {"filters": {"languages": ["en"]}}],
)
def test_a_cursor_of_another_question_is_refused(engine, other):
    cursor = first(engine).next

    with pytest.raises(RequestError, match="the cursor is of another filter, market or order"):
        engine.find(CreatorSearch(cursor=cursor, **other))


def test_a_page_of_another_size_is_the_same_question(engine):
    whole = engine.find(CreatorSearch(count=12)).items

    rest = engine.find(CreatorSearch(count=7, cursor=first(engine).next)).items

    assert [item.creator_id for item in rest] == [item.creator_id for item in whole[5:]]
    assert [item.place for item in rest] == list(range(6, 13))


def test_a_cursor_of_another_snapshot_is_refused(engine, creators_snapshot):
    cursor = first(engine).next

    with pytest.raises(RequestError, match=r"the cursor is of unwritten, this is snapshot-\w+: start"):
        CreatorEngine(creators_snapshot).find(CreatorSearch(cursor=cursor))


def test_a_cursor_whose_creator_has_another_value_is_refused(engine):
    cursor = Cursor.decode(first(engine).next)

    forged = cursor.model_copy(update={"value": -1.0}).encode()

    with pytest.raises(RequestError, match=f"the cursor's followers is not creator {cursor.creator_id}'s"):
        engine.find(CreatorSearch(cursor=forged))


def test_the_question_is_the_same_however_its_defaults_are_written():
    assert question_of(CreatorSearch()) == question_of(CreatorSearch(sort="followers", filters={"gmv": {}}))
