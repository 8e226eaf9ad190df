import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys.vocabulary import EVENTS
from training.simulate.activity.ageing import luck
from training.simulate.activity.inspiration import HOOK, appeal, inspire, successful
from training.simulate.clock import ABSENT, DAY


@pytest.fixture(scope="module")
def inspired(block, videos):
    return inspire(block, videos)


def of(event, interactions):
    return interactions.take(interactions.event == EVENTS.index(event))


def test_propensities_are_one_over_the_recent_public_videos_of_the_successful(block, videos, inspired):
    shown = of("shown", inspired[0])
    offered = successful(block)[videos.creator] & (videos.private_at == ABSENT)
    market = block.creators.market[videos.creator]
    for row in range(0, len(shown), max(len(shown) // 60, 1)):
        at, viewer = shown.at[row], shown.creator[row]
        there = offered & (market == block.creators.market[viewer]) & (videos.posted_at < at)
        there &= videos.posted_at >= at - block.config.inspiration.recent_days * DAY

        assert_allclose(shown.propensity[row], 1 / there.sum())
        assert there[shown.item[row]]


def test_who_is_successful_is_shown_nothing(block, videos, inspired):
    shown, leading = of("shown", inspired[0]), successful(block)

    assert not leading[shown.creator].any()
    assert leading[videos.creator[shown.item]].all()


def test_videos_are_watched_as_often_as_their_true_appeal_says(block, videos, inspired):
    shown = of("shown", inspired[0])
    success = np.log(luck(block, len(videos)) * videos.factors(block.climate)[0])[shown.item]
    true = appeal(
        block.creators.take(shown.creator),
        block.creators.take(videos.creator[shown.item]),
        (videos.category[shown.item], videos.kind[shown.item]),
        success,
        block.config.inspiration,
    )
    watched, liked = len(of("watched", inspired[0])), len(of("liked", inspired[0]))

    both = true.watched * true.liked
    assert abs(watched - true.watched.sum()) < 4 * np.sqrt((true.watched * (1 - true.watched)).sum())
    assert abs(liked - both.sum()) < 4 * np.sqrt((both * (1 - both)).sum())


def test_only_the_hooks_of_created_videos_change(block, videos, inspired):
    interactions, adopted = inspired
    created = of("created", interactions)
    width = block.clock.end + 1
    rows = np.searchsorted(videos.creator * width + videos.posted_at, created.creator * width + created.at)
    untouched = np.setdiff1d(np.arange(len(videos)), rows)

    assert len(created) > 20
    assert_array_equal(adopted.words[rows, HOOK], videos.words[created.item, HOOK])
    assert_array_equal(adopted.words[untouched], videos.words[untouched])


def test_a_creation_comes_within_days_of_watching(block, inspired):
    watched, created = of("watched", inspired[0]), of("created", inspired[0])
    for row in range(len(created)):
        seen = (watched.creator == created.creator[row]) & (watched.item == created.item[row])
        wait = created.at[row] - watched.at[seen]

        assert ((wait > 0) & (wait <= block.config.inspiration.adopt_days * DAY)).any()
