"""Messages by hand, and that no worse history looks better (R6, R8)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.known import known
from features.profiles.messages import messages

AS_OF = datetime.fromisoformat("2024-06-01")
HOUR = 3_600
WEEK = 7 * 24


@pytest.fixture(scope="session")
def counted(tables_of, policies):
    """Creator → (messages, answers, hours waited), given (hours ago, hours to the answer or None) of each."""

    def of(histories):
        rows = [
            {"message_id": 1_000 * creator + number, "creator_id": creator, **times(*message)}
            for creator, history in histories.items()
            for number, message in enumerate(history)
        ]
        creators = [
            {"creator_id": creator, "created_at": AS_OF - timedelta(days=150)} for creator in histories
        ]
        then = known(tables_of({"creators": creators, "messages": rows}), AS_OF, policies)
        return {
            row["creator_id"]: (row["messages_90"], row["answers_90"], row["waited_90"] / HOUR)
            for row in messages(then).to_pyarrow().to_pylist()
        }

    return of


def times(hours_ago, answered_after):
    sent = AS_OF - timedelta(hours=hours_ago)
    answer = None if answered_after is None else sent + timedelta(hours=answered_after)
    return {"sent_at": sent, "replied_at": answer}


def test_no_answer_and_a_late_one_both_count_as_a_week(counted):
    assert counted({1: [(300, 8), (300, 200), (300, None)]}) == {1: (3, 2, 8 + WEEK + WEEK)}


def test_a_message_counts_when_it_is_two_days_old_answered_or_not(counted):
    assert counted({1: [(48, 1), (47, None)]}) == {}
    assert counted({1: [(49, 1), (48, 1), (1, None)]}) == {1: (1, 1, 1)}


def test_a_message_counts_for_90_days(counted):
    assert counted({1: [(90 * 24, 1), (90 * 24 + 1, 1)]}) == {1: (1, 1, 1)}


def test_an_answer_that_is_still_to_come_is_none_yet(counted):
    assert counted({1: [(60, 61)]}) == {1: (1, 0, WEEK)}


HOURS_AGO = st.integers(1, 72) | st.integers(1, 2_300)
ANSWERED_AFTER = st.none() | st.integers(0, 48) | st.integers(0, 400)
HISTORIES = st.lists(st.tuples(HOURS_AGO, ANSWERED_AFTER), min_size=1, max_size=6)


@st.composite
def worsened(draw):
    """A history, and the same with one more unanswered message, or with one answer later or never."""
    history = draw(HISTORIES)
    if draw(st.booleans()):
        return history, [*history, (draw(HOURS_AGO), None)]
    place = draw(st.integers(0, len(history) - 1))
    ago, after = history[place]
    slower = None if after is None else draw(st.none() | st.integers(after, 500))
    return history, [*history[:place], (ago, slower), *history[place + 1 :]]


@settings(max_examples=15, deadline=None)
@given(st.lists(worsened(), min_size=30, max_size=60))
def test_an_unanswered_message_or_a_slower_answer_never_looks_better(counted, pairs):
    """Many creators an example: 2n has the history, 2n + 1 the worse one."""
    found = counted({2 * n + is_worse: pair[is_worse] for n, pair in enumerate(pairs) for is_worse in (0, 1)})

    for creator in (creator for creator in found if creator % 2 == 0):
        sent, answers, waited = found[creator]
        worse_sent, worse_answers, worse_waited = found[creator + 1]
        assert worse_answers / worse_sent <= answers / sent
        assert worse_waited / worse_sent >= waited / sent
