"""R7 by hand: one sample of one product in each story, received on day 0 if not told otherwise."""

from datetime import date, datetime

import pytest

from features.known import known
from features.profiles.fulfilment import STATE_OF, fulfilment

LAUNCH, CURRENT = date(2023, 8, 31), date(2023, 9, 1)
"""The last day of 2022-launch (17 days from shipping), the first of 2023-09 (14 from receipt, 7 more)."""
SECOND, MINUTE = 1 / 86_400, 1 / 1_440


@pytest.fixture
def states(standings):
    """The state of each story on a day, under the rules of another."""

    def of(day, *stories, rules_on=CURRENT):
        return [found.state for found in standings([(one, day) for one in stories], rules_on)]

    return of


@pytest.fixture
def life(standings):
    """Where one sample stands on several days: (state, cause, post, since)."""

    def of(one, *days, rules_on=CURRENT):
        found = standings([(one, day) for day in days], rules_on)
        return [(at.state, at.cause, at.post, pytest.approx(at.since)) for at in found]

    return of


def test_a_video_on_day_17_fulfils_and_on_day_18_it_is_too_late(states, story, posted):
    """The 17th day of a window that opened at noon ends at noon 17 days later."""
    last, late, next_day = (story(posted(day)) for day in (17 - SECOND, 17, 17.5))

    assert states(30, last, late, next_day, rules_on=LAUNCH) == ["fulfilled", "failed", "failed"]


def test_the_policy_of_2023_gives_14_days_from_receipt(states, story, posted):
    in_time, too_late = story(posted(13.9)), story(posted(14))
    after_receipt = story(posted(18.9), received=5)

    assert states(40, in_time, too_late, after_receipt) == ["fulfilled", "failed", "fulfilled"]
    assert states(40, after_receipt, rules_on=LAUNCH) == ["failed"]


def test_the_rules_are_those_of_the_day_asked_about(standings, story, posted):
    """On day 16 after shipping and receipt: in time under 2022-launch, too late under 2023-09."""
    question = [(story(posted(16)), 30)]

    on_either_day = [standings(question, day)[0] for day in (LAUNCH, CURRENT)]

    assert [(found.state, found.closes) for found in on_either_day] == [("fulfilled", 17), ("failed", 14)]


def test_without_a_day_the_rules_are_those_of_the_moment(tables_of, policies):
    begin = datetime.fromisoformat("2023-08-01")
    video = {"video_id": 1, "product_ids": [1], "posted_at": datetime.fromisoformat("2023-08-17")}
    tables = tables_of({
        "creators": [{"creator_id": 1, "created_at": begin}],
        "samples": [{"sample_id": 1, "requested_at": begin, "shipped_at": begin, "received_at": begin}],
        "videos": [video], "video_visibility": [{"video_id": 1, "public_from": video["posted_at"]}],
    })  # fmt: skip

    moments = [datetime.fromisoformat(moment) for moment in ("2023-08-31T23:59:59", "2023-09-01")]
    found = [fulfilment(known(tables, at, policies)).to_pyarrow()["state"].to_pylist() for at in moments]

    assert found == [["fulfilled"], ["failed"]]


def test_the_extension_adds_seven_days_where_the_policy_has_one(states, story, posted):
    in_time, too_late = story(posted(20.9), extended=10), story(posted(21), extended=10)

    assert states(40, in_time, too_late) == ["fulfilled", "failed"]
    assert states(40, in_time, rules_on=LAUNCH) == ["failed"]


def test_an_extension_given_after_the_window_opens_it_again(life, story):
    assert life(story(extended=16), 15.9, 16.1, 21) == [
        ("failed", "window_over", None, 14),
        ("pending", "extended", None, 16),
        ("failed", "window_over", None, 21),
    ]


def test_a_post_before_a_late_extension_counts_from_when_that_was_given(life, story, posted):
    live = story(segments=((14.5, 10),), extended=16)

    assert life(live, 15, 17) == [("failed", "window_over", None, 14), ("fulfilled", "live_featured", 0, 16)]
    assert life(story(posted(14.5), extended=16), 17) == [("provisional", "video_public", 0, 16)]


def test_an_extension_that_comes_after_even_the_longer_window_changes_nothing(life, story, posted):
    assert life(story(posted(15), extended=21), 22) == [("failed", "window_over", None, 14)]


def test_a_video_must_be_public_for_three_days_in_a_row(life, story, posted):
    in_a_row, with_a_gap = story(posted(1, (1, 4))), story(posted(1, (1, 3), (4, 7)))
    too_short, twice = story(posted(1, (1, 4 - SECOND))), story(posted(1, (1, 3), (4, 6)))

    assert life(in_a_row, 40) == [("fulfilled", "video_public_long_enough", 0, 4)]
    assert life(with_a_gap, 6.9, 40) == [
        ("provisional", "video_public", 0, 4),
        ("fulfilled", "video_public_long_enough", 0, 7),
    ]
    assert life(too_short, 40) == life(twice, 40) == [("failed", "window_over", None, 14)]


def test_the_three_days_must_begin_inside_the_window_and_may_end_after_it(states, story, posted):
    ends_after, begins_after = story(posted(13.9)), story(posted(1, (1, 3), (14, 20)))

    assert states(40, ends_after, begins_after) == ["fulfilled", "failed"]


def test_a_video_is_provisional_until_its_three_days_are_over(standings, story, posted):
    before, after = standings([(story(posted(1)), day) for day in (4 - SECOND, 4)], CURRENT)

    assert (before.state, before.cause, before.post, before.since) == ("provisional", "video_public", 0, 1)
    assert before.due == pytest.approx(4)
    assert (after.state, after.since, after.due) == ("fulfilled", 4, None)


def test_a_video_hidden_too_early_leaves_the_rest_of_the_window(life, story, posted):
    early, late = story(posted(1, (1, 2))), story(posted(13, (13, 15)))

    assert life(early, 5, 14) == [("pending", "video_hidden", 0, 2), ("failed", "window_over", None, 14)]
    assert life(late, 14.5, 16) == [
        ("provisional", "video_public", 0, 13),
        ("failed", "video_hidden_after_window", 0, 15),
    ]


def test_ten_minutes_in_one_segment_fulfil_and_in_two_they_do_not(life, states, story):
    whole, short, halves = (story(segments=parts) for parts in (((2, 25),), ((2, 9),), ((2, 5), (2.01, 5))))

    assert life(whole, 40) == [("fulfilled", "live_featured", 0, 2 + 10 * MINUTE)]
    assert states(40, short, halves) == ["failed", "failed"]


def test_the_ten_minutes_must_lie_inside_the_window(states, story):
    in_time, too_late = (story(segments=((14 - minutes * MINUTE, 30),)) for minutes in (10, 9))

    assert states(40, in_time, too_late) == ["fulfilled", "failed"]


def test_the_earliest_proof_is_the_cause(life, story, posted):
    """The second video's days are over on day 5, the livestream's minutes on 4.5, the third one's on 4.4."""
    two = posted(3, (3, 5)) + posted(2)
    three = two + posted(1.4)

    assert life(story(two, ((4.5, 10),)), 9) == [("fulfilled", "live_featured", 0, 4.5 + 10 * MINUTE)]
    assert life(story(three, ((4.5, 10),)), 9) == [("fulfilled", "video_public_long_enough", 2, 4.4)]


def test_a_livestream_is_known_when_it_is_over(life, story):
    """Its first ten minutes ended with the window, the livestream an hour later."""
    one = story(segments=((14 - 10 * MINUTE, 70),))

    assert life(one, 14.01, 14.06) == [
        ("failed", "window_over", None, 14),
        ("fulfilled", "live_featured", 0, 14),
    ]


def test_a_sample_waits_for_shipping_for_receipt_and_for_a_post(life, story):
    one = story(shipped=2, received=5, extended=9)

    assert life(one, 1, 3, 6, 10, 5 + 21) == [
        ("void", "not_shipped", None, 0),
        ("pending", "shipped", None, 2),
        ("pending", "received", None, 5),
        ("pending", "extended", None, 9),
        ("failed", "window_over", None, 26),
    ]
    assert life(one, 6, 19, rules_on=LAUNCH) == [
        ("pending", "shipped", None, 2),
        ("failed", "window_over", None, 19),
    ]


def test_a_sample_that_never_arrives_is_pending(states, story):
    assert states(99, story(received=None)) == ["pending"]


def test_a_cancelled_sample_is_void_whether_shipped_or_not(life, story):
    assert life(story(cancelled=3), 2.9, 40) == [
        ("pending", "received", None, 0),
        ("void", "cancelled", None, 3),
    ]
    assert life(story(shipped=None, received=None, cancelled=3), 1, 40) == [
        ("void", "not_shipped", None, 0),
        ("void", "cancelled", None, 3),
    ]


def test_a_cancellation_takes_a_failure_back_but_not_a_promise_kept(life, story, posted):
    assert life(story(cancelled=16), 15, 17) == [
        ("failed", "window_over", None, 14),
        ("void", "cancelled", None, 16),
    ]
    assert life(story(posted(1), cancelled=4), 40) == [("fulfilled", "video_public_long_enough", 0, 4)]
    assert life(story(posted(1), cancelled=3.9), 40) == [("void", "cancelled", None, 3.9)]


def test_a_post_about_another_product_or_before_the_window_proves_nothing(standings, story, posted):
    other, before = story(posted(1), ((2, 30),), product=9_999), story(posted(-1), ((-1, 30),))
    late = story(posted(30))

    found = standings([(one, 40) for one in (other, before, late)], CURRENT)

    assert [(one.state, one.used) for one in found] == [
        ("failed", False),
        ("failed", False),
        ("failed", True),
    ]


def test_samples_whose_window_opened_more_than_180_days_ago_are_history(tables_of, policies):
    now = datetime.fromisoformat("2024-12-01")
    opened = [datetime.fromisoformat(day) for day in ("2024-06-04T00:00:00", "2024-06-03T23:59:59")]
    rows = [
        {"sample_id": number, "requested_at": at, "shipped_at": at, "received_at": at}
        for number, at in enumerate(opened)
    ]
    tables = tables_of({"creators": [{"creator_id": 1, "created_at": opened[1]}], "samples": rows})

    assert fulfilment(known(tables, now, policies)).to_pyarrow()["sample_id"].to_pylist() == [0]


def test_every_state_of_the_rule_has_a_cause():
    assert set(STATE_OF.values()) == {"void", "pending", "provisional", "fulfilled", "failed"}
