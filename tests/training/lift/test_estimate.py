from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from recsys.errors import TableError
from training.lift import LiftConfig, estimate
from training.lift.coverage import ALL, coverage, naive_lifts
from training.lift.reading import CHOSEN, Trait, Videos

AS_OF = datetime.fromisoformat("2026-06-30")
HOOKS = ("list", "question", "reaction", "story")
TRAITS = (*(Trait("hook", word) for word in HOOKS), Trait("talking_points", "gift"))
QUICK = LiftConfig(draws=400, matched_by=("creator",))
EFFECTS = {"question": 0.4, "gift": -0.3}
NOTHING: dict[str, float] = {}


def draw(seed, effects, creators=60, each=40):
    """Videos of creators with 20 to 20,000 views each; the more they have, the more they use `list`."""
    rng = np.random.default_rng(seed)
    strength = np.repeat(rng.normal(size=creators), each)
    likes_list = rng.random(len(strength)) < 1 / (1 + np.exp(-2 * strength))
    hook = np.where(likes_list, 0, rng.integers(0, 4, len(strength)))
    has = np.column_stack([hook[:, None] == np.arange(4), rng.random(len(strength)) < 0.3])
    logs = has @ np.array([effects.get(trait.word, 0.0) for trait in TRAITS])
    views = rng.poisson(np.exp(6 + 1.5 * strength + logs + rng.normal(0, 0.7, len(strength))))
    engagements = rng.binomial(views, np.minimum(0.05 * np.exp(logs + 0.3 * strength), 0.9))
    clicks = rng.binomial(views, 0.02)
    unread = rng.random(len(strength)) < 0.1
    has[:, :4] &= ~unread[:, None]
    return Videos(
        category=np.full(len(strength), "beauty", object),
        creator=np.repeat(np.arange(creators), each),
        tier=np.zeros(len(strength), np.int8),
        age_days=np.full(len(strength), 40),
        sponsored=np.zeros(len(strength), np.bool_),
        shoppable=np.ones(len(strength), np.bool_),
        views=views,
        engagements=engagements,
        clicks=clicks,
        orders=rng.binomial(clicks, np.minimum(0.1 * np.exp(logs), 1)),
        has=has,
        unknown=np.column_stack([unread, *[np.ones_like(unread)] * (len(CHOSEN) - 1)]),
    )


def truth(effects):
    measures = ("views", "engagement", "conversion")
    return {
        (*trait, "beauty", measure): effects.get(trait.word, 0.0) for trait in TRAITS for measure in measures
    }


def figures_of_many(effects, lifts_of):
    """Mean coverage, share without evidence, and power over 12 small sets of videos."""
    told = [coverage(lifts_of(draw(seed, effects)), truth(effects))[ALL] for seed in range(12)]
    names = ("covered", "no_evidence", "found")
    shares = {name: [getattr(one, name) for one in told if getattr(one, name) is not None] for name in names}
    return {name: np.mean(values) if values else None for name, values in shares.items()}


def lifts_of(videos):
    return estimate(videos, TRAITS, AS_OF, QUICK)


def by_trait(lifts, measure):
    return {row.word: row for row in lifts.rows if row.measure == measure}


def test_intervals_hold_the_truth_and_effects_are_found_though_the_strong_prefer_a_word():
    figures = figures_of_many(EFFECTS, lifts_of)

    assert figures["covered"] >= 0.9
    assert figures["no_evidence"] >= 0.95
    assert figures["found"] >= 0.8


def test_without_matching_the_word_of_the_strong_gets_the_credit():
    figures = figures_of_many(EFFECTS, lambda videos: naive_lifts(videos, TRAITS, AS_OF, QUICK))
    lifts = by_trait(naive_lifts(draw(1, NOTHING), TRAITS, AS_OF, QUICK), "views")

    assert figures["covered"] < 0.7
    assert lifts["list"].verdict == "raises"
    assert lifts["list"].low > 1.5


def test_noise_is_no_evidence():
    assert figures_of_many(NOTHING, lifts_of)["no_evidence"] >= 0.98


def test_lifts_are_factors_with_the_videos_they_come_from():
    videos = draw(2, EFFECTS)
    row = by_trait(lifts_of(videos), "views")["question"]

    assert row.low < np.exp(0.4) < row.high
    assert row.verdict == "raises"
    compared = np.bincount(videos.creator, videos.views)[videos.creator] >= 20 * 40
    assert row.videos_with == (videos.has[:, 1] & compared).sum()
    # Without it are those whose hook is known and another one.
    assert row.videos_without == (~videos.has[:, 1] & ~videos.unknown[:, 0] & compared).sum()


def test_the_same_videos_give_the_same_lifts():
    videos = draw(3, EFFECTS)

    assert lifts_of(videos) == lifts_of(videos)


def test_categories_are_estimated_apart():
    one, other = draw(4, EFFECTS), draw(5, NOTHING)
    both = Videos.joined([one, replace(other, category=np.full(len(other), "home", object))])

    told = estimate(both, TRAITS, AS_OF, QUICK)
    alone = lifts_of(one)

    in_both = [row.lift for row in told.rows if row.category == "beauty"]
    assert in_both == pytest.approx([row.lift for row in alone.rows])
    assert {row.category for row in told.rows} == {"beauty", "home"}


def test_a_word_of_few_creators_has_no_lift():
    videos = draw(6, NOTHING)
    videos.has[videos.creator >= 9, 4] = False

    row = by_trait(lifts_of(videos), "views")["gift"]

    assert (row.lift, row.low, row.high, row.verdict) == (None, None, None, "no evidence")
    assert row.videos_with > QUICK.fewest_videos


def test_words_that_every_creator_uses_always_or_never_have_no_lift():
    videos = draw(10, NOTHING)
    videos.has[:, :4] = (videos.creator % 4)[:, None] == np.arange(4)
    videos.has[:, 4] = videos.creator % 3 == 0
    videos.unknown[:, 0] = False

    assert {row.lift for row in lifts_of(videos).rows} == {None}


def test_where_nothing_was_sold_there_is_no_lift_of_conversion():
    videos = draw(7, NOTHING)
    lifts = lifts_of(replace(videos, orders=np.zeros_like(videos.orders)))

    assert {row.lift for row in lifts.rows if row.measure == "conversion"} == {None}
    assert None not in {row.lift for row in lifts.rows if row.measure == "views"}


def test_creators_with_hardly_any_views_are_not_compared_by_views():
    videos = draw(8, NOTHING)

    lifts = lifts_of(replace(videos, views=np.minimum(videos.views, 15)))

    assert {row.videos_with for row in lifts.rows if row.measure == "views"} == {0}


def test_one_video_a_creator_is_nothing_to_compare():
    videos = draw(9, NOTHING, creators=500, each=1)

    assert {row.lift for row in lifts_of(videos).rows} == {None}


def test_no_videos_are_an_error():
    with pytest.raises(TableError, match="at least one video"):
        lifts_of(draw(1, NOTHING).take(slice(0)))
