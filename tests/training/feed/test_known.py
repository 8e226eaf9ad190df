import numpy as np
import pytest
from numpy.testing import assert_array_equal

from training.feed.known import ConfidencesConfig, day_starts, known_before, later_positives

NOTHING_OF_HISTORIES = ConfidencesConfig(watched=0, long_watched=0, liked=0)


def confidence_of(known, user: int, video: int) -> float:
    row = known.take(np.array([user]))
    return float(row.confidence[row.items == video].sum())


def test_a_day_starts_at_its_first_moment_after_every_history(feed):
    starts = day_starts(feed)
    shown = feed.impressions
    later = shown.time_ms > feed.history_end_ms

    assert list(starts) == np.unique(shown.date[later]).tolist()
    assert all(start == shown.time_ms[later & (shown.date == date)].min() for date, start in starts.items())


def test_the_confidences_of_overlapping_sequences_add_up(feed):
    known = known_before(feed, 0, ConfidencesConfig(watched=0.25, long_watched=1, liked=2))
    liked = feed.sequences["like_seq"]

    assert confidence_of(known, liked.user[0], liked.video[0]) == 3.25


def test_a_kind_without_confidence_is_left_out(feed):
    known = known_before(feed, 0, ConfidencesConfig(watched=0, liked=0))
    long = feed.sequences["long_watch_seq"]

    assert len(known.items) == len(np.unique(long.user * feed.counts[1] + long.video))


def test_only_long_views_before_the_moment_are_known(feed):
    shown = feed.impressions
    moment = int(np.median(shown.time_ms))

    known = known_before(feed, moment, NOTHING_OF_HISTORIES)

    before = shown.outcomes["long_view"] & (shown.time_ms < moment)
    assert known.confidence.sum() == pytest.approx(1.3 * before.sum(), rel=1e-5)


def test_a_day_s_positives_are_those_not_known_at_its_start(feed):
    date, start = list(day_starts(feed).items())[2]
    known = known_before(feed, start, ConfidencesConfig())

    users, videos = later_positives(feed, date, "long_view", known)

    shown = feed.impressions
    positive = shown.outcomes["long_view"] & (shown.date == date)
    expected = {
        (user, video)
        for user, video in zip(shown.user[positive].tolist(), shown.video[positive].tolist(), strict=True)
        if not confidence_of(known, user, video)
    }
    assert_array_equal(sorted(expected), np.stack([users, videos], axis=1))
    assert 0 < len(expected) < positive.sum()
