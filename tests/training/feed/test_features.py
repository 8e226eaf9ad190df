from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.evaluation import auc
from recsys.judged import Judged
from training.feed.features import FeedFeaturesConfig, judge
from training.feed.queries import Asked, ask
from training.feed.reading import Feed, Impressions, read_feed

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "kuairand"
published = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published log is not here")
GRADES = {"is_click": 1, "long_view": 2}
CONFIG = FeedFeaturesConfig(factors=(4,))
OF_HISTORIES_ONLY = FeedFeaturesConfig(blocks=("subjects", "qualities", "users", "affinities"))
CUTS = 50


def judged(feed: Feed, asked: Asked, config: FeedFeaturesConfig = CONFIG) -> Judged:
    return judge(feed, asked, GRADES, config, lambda _: None)


def poisoned(feed: Feed, moment: int, rng: np.random.Generator) -> Feed:
    """The same log up to the moment; from it on, other people do other things with other videos."""
    shown = feed.impressions
    later = shown.time_ms >= moment
    users, videos = feed.counts
    return replace(
        feed,
        impressions=Impressions(
            user=np.where(later, rng.integers(0, users, len(shown)), shown.user),
            video=np.where(later, rng.integers(0, videos, len(shown)), shown.video),
            date=shown.date,
            time_ms=shown.time_ms,
            tab=np.where(later, rng.integers(0, 9, len(shown)), shown.tab),
            played_ms=np.where(later, rng.integers(0, 10**6, len(shown)), shown.played_ms),
            outcomes={
                name: values ^ (later & (rng.random(len(shown)) < 0.5))
                for name, values in shown.outcomes.items()
            },
        ),
    )


def only_before(asked: Asked, moment: int) -> Asked:
    """The queries that were asked by the moment."""
    return take(asked, asked.as_of <= moment)


def take(asked: Asked, rows) -> Asked:
    starts = np.cumsum(asked.group_sizes) - asked.group_sizes
    return Asked(
        asked.shown.take(rows), asked.as_of[rows], asked.group_sizes[rows[starts]], asked.positions[rows]
    )


def test_what_happens_from_a_query_on_changes_none_of_its_features(feed, rng):
    asked = ask(feed)
    compared = 0
    for moment in rng.choice(asked.as_of, CUTS, replace=False):
        before = only_before(asked, moment)

        expected = judged(feed, before).features
        found = judged(poisoned(feed, moment, rng), before).features

        assert_array_equal(found, expected)
        compared += found.size
    assert compared >= 100_000


def test_what_happened_before_does_change_features(feed, rng):
    asked = ask(feed)
    last = take(asked, asked.as_of > np.quantile(asked.as_of, 0.8))
    start = int(last.as_of.min())

    changed = judged(poisoned(feed, start - 10**8, rng), last).features

    assert (changed != judged(feed, last).features).mean() > 0.2


@published
def test_the_published_log_does_not_leak(rng):
    feed = read_feed(PUBLISHED)
    asked = ask(feed)
    for moment in rng.choice(asked.as_of, 2, replace=False):
        before = only_before(asked, moment)

        expected = judged(feed, before, OF_HISTORIES_ONLY).features
        found = judged(poisoned(feed, moment, rng), before, OF_HISTORIES_ONLY).features

        assert_array_equal(found, expected)


def test_all_blocks_have_different_names_and_finite_or_missing_values(feed):
    rows = judged(
        feed,
        ask(feed),
        FeedFeaturesConfig(
            blocks=("subjects", "qualities", "users", "affinities", "similarities", "context"), factors=(4,)
        ),
    )

    assert len(set(rows.feature_names)) == len(rows.feature_names)
    assert not np.isinf(rows.features).any()


def test_a_row_s_features_do_not_depend_on_the_other_rows_asked(feed):
    asked = ask(feed)
    some = asked.shown.user % 3 == 0

    assert_array_equal(judged(feed, take(asked, some)).features, judged(feed, asked).features[some])


def test_features_are_repeatable(feed):
    asked = ask(feed)

    assert_array_equal(judged(feed, asked).features, judged(feed, asked).features)


def test_popularity_counts_long_watches_before_and_long_views_so_far(feed):
    asked = ask(feed)
    rows = judged(feed, asked)
    place = int(np.argmax(asked.as_of))
    shown, video = feed.impressions, asked.shown.video[place]
    earlier = shown.outcomes["long_view"] & (shown.video == video) & (shown.time_ms < asked.as_of[place])
    histories = (feed.sequences["long_watch_seq"].video == video).sum()

    assert rows.column("video_popularity")[place] == earlier.sum() + histories


def test_an_impression_s_own_outcome_is_no_feature(feed):
    asked = ask(feed)
    rows = judged(feed, asked)
    long = asked.shown.outcomes["long_view"]

    apart = [auc(np.nan_to_num(column.astype(np.float64)), long) for column in rows.features.T]

    assert max(abs(value - 0.5) for value in apart) < 0.3
