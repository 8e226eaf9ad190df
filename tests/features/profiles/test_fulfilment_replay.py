"""Hundreds of random samples replayed every six hours: their states, transitions and beginnings (R7)."""

import re
from datetime import date
from itertools import pairwise
from math import ceil
from pathlib import Path

import numpy as np
import pytest

from features.profiles.fulfilment import STATE_OF
from recsys.policy import Policies

STORIES, LAST_DAY = 200, 16
SECOND = 1 / 86_400
MOMENTS = np.arange(0, LAST_DAY, 0.25) + SECOND
"""A second after every event: extensions come at an odd quarter of a day, all else at half days."""
DAYS, EXTENSION, PUBLIC, LIVE = 5, 3, 2, 0.5
DOCUMENT = Path(__file__).parents[3] / "docs" / "fulfilment.md"


@pytest.fixture(scope="module")
def rules(policies):
    """The shipped policies of the day with shorter times: whole stories in half days."""
    current = policies.in_force("*", date(2024, 1, 1))
    times = {"days": DAYS, "extension_days": EXTENSION, "public_days": PUBLIC, "live_minutes": LIVE * 1_440}
    changed = current.fulfilment.model_copy(update=times)
    return Policies((current.model_copy(update={"fulfilment": changed}),))


@pytest.fixture(scope="module")
def stories(story, posted):
    """Two with what chance hardly ever brings, and random ones."""
    rng = np.random.default_rng(7)
    fulfilled_by_a_late_extension = story(posted(5), extended=7.25)
    cancelled_while_live = story(segments=((2, 2_160),), cancelled=3)
    random_ones = (story(**random_story(rng)) for _ in range(STORIES))
    return [fulfilled_by_a_late_extension, cancelled_while_live, *random_ones]


def random_story(rng):
    def half_days(first, last):
        return float(rng.integers(2 * first, 2 * last + 1)) / 2

    def perhaps(chance, day):
        return day if rng.random() < chance else None

    shipped = perhaps(0.95, half_days(0.5, 1))
    received = perhaps(0.95, half_days(1.5, 2)) if shipped else None
    extended = perhaps(0.4, half_days(2, 11) + 0.25) if received else None
    return {
        "shipped": shipped,
        "received": received,
        "extended": extended,
        "cancelled": perhaps(0.25, half_days(2, 14)),
        "videos": tuple(random_video(half_days(1, 10), half_days) for _ in range(rng.integers(3))),
        "segments": tuple((half_days(1, 10), 720 * rng.integers(1, 5)) for _ in range(rng.integers(2))),
    }


def random_video(day, half_days):
    """Public, hidden and public again, and so on."""
    steps = np.cumsum([0, *(half_days(0.5, 2.5) for _ in range(4))]) + day
    starts, ends = steps[::2], [*steps[1::2], None]
    return day, tuple(zip(starts.tolist(), ends, strict=True))


@pytest.fixture(scope="module")
def lives(standings, stories, rules):
    """Per story its standing at each moment."""
    asked = [(story, moment) for story in stories for moment in MOMENTS]
    found = standings(asked, rules=rules)
    return [found[start : start + len(MOMENTS)] for start in range(0, len(found), len(MOMENTS))]


def state_by_the_rule(story, now):
    """R7 a second time, in plain Python: the state of a sample from what happened before `now`."""

    def seen(day):
        return day is not None and day < now

    if not seen(story.shipped) and not seen(story.cancelled):
        return "void"
    closes = extended_from = None
    if seen(story.received):
        closes = extended_from = story.received + DAYS
        if seen(story.extended) and story.extended < closes + EXTENSION:
            closes += EXTENSION
    kept = [day for day in promises(story, closes, extended_from, now) if day <= now] if closes else []
    if kept and not (seen(story.cancelled) and story.cancelled < min(kept)):
        return "fulfilled"
    if seen(story.cancelled):
        return "void"
    if closes and may_still_be_kept(story, closes, now):
        return "provisional"
    return "pending" if closes is None or now < closes else "failed"


def promises(story, closes, extended_from, now):
    """The days on which what was posted before `now` fulfils the sample."""
    for day, stretches in story.videos:
        for start, end in stretches:
            in_window = story.received <= day and story.received <= start < closes and start < now
            if in_window and (end is None or end >= now or end - start >= PUBLIC):
                yield counted(start + PUBLIC, start >= extended_from, story)
    for day, minutes in story.segments:
        if (
            story.received <= day
            and day + LIVE <= closes
            and minutes >= LIVE * 1_440
            and story.live_ends < now
        ):
            yield counted(day + LIVE, day + LIVE > extended_from, story)


def counted(day, needs_extension, story):
    return max(day, story.extended) if needs_extension else day


def may_still_be_kept(story, closes, now):
    return any(
        story.received <= day
        and story.received <= start < closes
        and start < now
        and (end is None or end >= now)
        for day, stretches in story.videos
        for start, end in stretches
    )


def test_the_states_are_those_that_the_rule_gives(stories, lives):
    for story, life in zip(stories, lives, strict=True):
        expected = [state_by_the_rule(story, moment) for moment in MOMENTS]

        assert [at.state for at in life] == expected, story


def test_the_state_is_the_one_its_cause_stands_for(lives):
    assert all(STATE_OF[at.cause] == at.state for life in lives for at in life)


def test_the_transitions_that_happen_are_the_documented_ones(lives):
    happened = {
        (before.state, after.state, after.cause)
        for life in lives
        for before, after in pairwise(life)
        if before.state != after.state
    }

    assert happened == documented_transitions()


def documented_transitions():
    section = DOCUMENT.read_text("utf-8").partition("## Transitions")[2].partition("## ")[0]
    return set(re.findall(r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \|", section, re.MULTILINE))


def test_every_cause_is_documented_with_its_state():
    section = DOCUMENT.read_text("utf-8").partition("## States")[2].partition("## ")[0]

    assert {
        cause: state for state, cause in re.findall(r"^\| `(\w+)` \| `(\w+)`", section, re.MULTILINE)
    } == STATE_OF


def test_a_sample_has_been_in_its_state_ever_since(stories, lives):
    """A livestream proves nothing before it is over: until then the state may have been another."""
    for story, life in zip(stories, lives, strict=True):
        for place, at in enumerate(life):
            known_from = max(at.since, story.live_ends) if at.cause == "live_featured" else at.since
            assert at.since < MOMENTS[place]
            assert {seen.state for seen in life[first_from(known_from) : place + 1]} == {at.state}, story


def test_just_before_its_cause_a_sample_stood_otherwise(stories, lives):
    for story, life in zip(stories, lives, strict=True):
        for at in life:
            if at.since > 0:
                before = life[first_from(at.since) - 1]
                assert (before.state, before.cause, before.post) != (at.state, at.cause, at.post), story


def first_from(day):
    """Place of the first moment after an event of that day."""
    return ceil(round(4 * day, 6))
