"""R7 by hand: one creator, one sample of one product, shipped and received on 2 January."""

from datetime import datetime, timedelta

import pytest

from features.known import known
from features.profiles.samples import sample_states, samples

LAUNCH, CURRENT = datetime.fromisoformat("2023-01-02"), datetime.fromisoformat("2024-01-02")
"""Under 2022-launch: 17 days from shipping. Under 2023-09: 14 days from receipt, one extension of 7 days."""


@pytest.fixture
def state(tables_of, policies):
    """The state of a sample opened at `opened`, given its posts, `days` after it was opened."""

    def of(opened, days, videos=(), segments=(), **sample):
        rows = world(opened, videos, segments, {"shipped_at": opened, "received_at": opened} | sample)
        states = sample_states(known(tables_of(rows), opened + timedelta(days=days), policies))
        return states.to_pyarrow()["state"].to_pylist()

    return of


def world(opened, videos, segments, sample):
    """`videos` are (day posted, stretches of days in public, None: still), `segments` (day, minutes)."""
    at = lambda day: None if day is None else opened + timedelta(days=day)  # noqa: E731  # reads as a formula
    rows = {
        "creators": [{"creator_id": 1, "created_at": opened - timedelta(days=9)}],
        "brands": [{"brand_id": 1, "created_at": opened}],
        "products": [{"product_id": 1, "created_at": opened}],
        "samples": [{"sample_id": 1, "requested_at": opened, **sample}],
        "videos": [], "video_visibility": [], "livestreams": [], "livestream_segments": [],
    }  # fmt: skip
    for number, (posted, stretches) in enumerate(videos):
        rows["videos"].append({"video_id": number, "posted_at": at(posted), "product_ids": [1]})
        rows["video_visibility"] += [
            {"video_id": number, "public_from": at(start), "public_until": at(end)}
            for start, end in stretches
        ]
    for number, (day, minutes) in enumerate(segments):
        start = at(day)
        ends = {"ends_at": start + timedelta(minutes=minutes)}
        rows["livestream_segments"].append(
            {"livestream_id": 1, "starts_at": start + timedelta(seconds=number), **ends}
        )
        rows["livestreams"] = [
            {"livestream_id": 1, "started_at": start, "ended_at": start + timedelta(days=1)}
        ]
    return rows


def posted(day, *stretches):
    return [(day, stretches or [(day, None)])]


def test_a_video_on_day_17_fulfils_and_on_day_18_it_is_too_late(state):
    assert state(LAUNCH, 30, posted(16.9)) == ["fulfilled"]
    assert state(LAUNCH, 30, posted(17.1)) == ["failed"]


def test_the_policy_of_2023_gives_14_days_from_receipt(state):
    received = CURRENT + timedelta(days=5)

    assert state(CURRENT, 40, posted(13.9)) == ["fulfilled"]
    assert state(CURRENT, 40, posted(14.1)) == ["failed"]
    assert state(CURRENT, 40, posted(18.9), received_at=received) == ["fulfilled"]
    assert state(LAUNCH, 40, posted(18.9), received_at=LAUNCH + timedelta(days=5)) == ["failed"]


def test_the_extension_adds_seven_days(state):
    extended = CURRENT + timedelta(days=10)

    assert state(CURRENT, 40, posted(20.9), extended_at=extended) == ["fulfilled"]
    assert state(CURRENT, 40, posted(21.1), extended_at=extended) == ["failed"]
    assert state(LAUNCH, 40, posted(17.1), extended_at=LAUNCH + timedelta(days=9)) == ["failed"]


def test_a_video_must_be_public_for_three_days_in_a_row(state):
    assert state(CURRENT, 40, posted(1, (1, 4))) == ["fulfilled"]
    assert state(CURRENT, 40, posted(1, (1, 3.9))) == ["failed"]
    assert state(CURRENT, 40, posted(1, (1, 3), (4, 6))) == ["failed"]


def test_after_a_break_the_three_days_start_again(state):
    back_in_time, back_too_late = posted(1, (1, 3), (4, 7)), posted(1, (1, 3), (15, 20))

    assert state(CURRENT, 40, back_in_time) == ["fulfilled"]
    assert state(CURRENT, 40, back_too_late) == ["failed"]


def test_a_sample_is_provisional_until_the_three_days_are_over(state):
    assert state(CURRENT, 3.9, posted(1)) == ["provisional"]
    assert state(CURRENT, 4, posted(1)) == ["fulfilled"]
    assert state(CURRENT, 15, posted(13)) == ["provisional"]
    assert state(CURRENT, 15, posted(13, (13, 14))) == ["failed"]


def test_ten_minutes_in_one_segment_fulfil_and_two_of_five_do_not(state):
    assert state(CURRENT, 40, segments=[(2, 10)]) == ["fulfilled"]
    assert state(CURRENT, 40, segments=[(2, 9.9)]) == ["failed"]
    assert state(CURRENT, 40, segments=[(2, 5), (2.01, 5)]) == ["failed"]


def test_a_livestream_after_the_window_is_too_late(state):
    assert state(CURRENT, 40, segments=[(14.1, 10)]) == ["failed"]


def test_a_sample_is_pending_while_its_window_is_open(state):
    assert state(CURRENT, 13.9) == ["pending"]
    assert state(CURRENT, 14) == ["failed"]
    assert state(CURRENT, 40, received_at=None) == ["pending"]


def test_a_sample_that_was_not_shipped_or_was_cancelled_is_void(state):
    assert state(CURRENT, 40, shipped_at=None, received_at=None) == ["void"]
    assert state(CURRENT, 40, cancelled_at=CURRENT + timedelta(days=3)) == ["void"]


def test_a_cancellation_is_not_known_before_it_happens(state):
    assert state(CURRENT, 15, cancelled_at=CURRENT + timedelta(days=16)) == ["failed"]


def test_a_video_of_another_product_or_before_the_sample_proves_nothing(tables_of, policies):
    rows = world(CURRENT, posted(1), (), {"shipped_at": CURRENT, "received_at": CURRENT})
    rows["videos"][0]["product_ids"] = [2]
    early = world(CURRENT, posted(-1), (), {"shipped_at": CURRENT, "received_at": CURRENT})

    for tables in (tables_of(rows), tables_of(early)):
        states = sample_states(known(tables, CURRENT + timedelta(days=30), policies)).to_pyarrow()
        assert states["state"].to_pylist() == ["failed"]
        assert states["used"].to_pylist() == [False]


def test_only_decided_samples_count(tables_of, policies):
    rows = world(CURRENT, posted(1), (), {})
    given = {"requested_at": CURRENT, "shipped_at": CURRENT, "received_at": CURRENT}
    rows["samples"] = [
        {"sample_id": 1, **given},
        {"sample_id": 2, **given, "product_id": 2},
        {"sample_id": 3, **given, "cancelled_at": CURRENT},
        {"sample_id": 4, **given, "received_at": CURRENT + timedelta(days=20)},
    ]
    states = sample_states(known(tables_of(rows), CURRENT + timedelta(days=30), policies))

    counts = samples(states).to_pyarrow().to_pylist()

    assert counts == [
        {
            "creator_id": 1,
            "samples_decided": 2,
            "samples_fulfilled": 1,
            "samples_received": 4,
            "samples_used": 2,
        }
    ]
