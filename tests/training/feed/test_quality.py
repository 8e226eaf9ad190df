from dataclasses import replace

import numpy as np
import pytest

from recsys.evaluation import auc
from training.feed.earlier import signals
from training.feed.history import watches
from training.feed.quality import Level, levels, pooled_qualities, shrunk_to
from training.feed.queries import ask


@pytest.fixture
def parts(feed):
    return feed, watches(feed), signals(feed), ask(feed)


def test_what_is_known_is_added_up_and_held_to_the_level_above(parts):
    feed, watched, told, asked = parts
    row = int(np.argmax(asked.as_of))
    video, before = asked.shown.video[row], feed.impressions.time_ms < asked.as_of[row]
    lifts = told.lifts["long_lift"][before & (feed.impressions.video == video)]
    beyond = watched.beyond_user[watched.video == video]

    prior = np.full(len(asked.shown), 0.25)
    quality, seen = shrunk_to(prior, Level(np.arange(len(feed.author)), 8), *parts)

    assert seen[row] == len(lifts) + len(beyond) > 10
    expected = (lifts.sum() + beyond.sum() + 8 * 0.25) / (seen[row] + 8)
    assert quality[row] == pytest.approx(expected, abs=1e-5)


def test_a_subject_nobody_has_seen_is_as_good_as_the_level_above_says(parts):
    feed, watched, told, asked = parts
    first = asked.shown.video[0]
    others = watched.video != first
    unseen = replace(
        watched, user=watched.user[others], video=watched.video[others], long=watched.long[others]
    )
    earliest = np.zeros_like(asked.as_of) + feed.impressions.time_ms.min()
    prior = np.full(len(asked.shown), 0.25)

    quality, seen = shrunk_to(
        prior, Level(np.arange(len(feed.author)), 8), feed, unseen, told, replace(asked, as_of=earliest)
    )

    assert seen[0] == 0
    assert quality[0] == 0.25
    assert seen.max() > 0


def test_levels_go_from_what_says_least_to_the_video(feed):
    assert list(levels(feed)) == ["length", "tag", "kind", "author", "video"]
    assert len(np.unique(levels(feed)["video"].subjects)) == len(feed.author)


def test_each_level_is_a_column_and_the_video_s_tells_long_views_apart(parts):
    columns = pooled_qualities(*parts)

    assert list(columns) == [
        *(f"{name}_pooled_quality" for name in ("length", "tag", "kind", "author", "video")),
        "video_pooled_seen",
    ]
    long_view = parts[3].shown.outcomes["long_view"]
    assert auc(columns["video_pooled_quality"], long_view) > auc(columns["tag_pooled_quality"], long_view)
    assert auc(columns["video_pooled_quality"], long_view) > 0.6
