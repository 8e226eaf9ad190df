"""The first stage measured: what counts as found, beside what baselines find, and what is left out."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from features.first_stage import FirstStageConfig
from features.snapshot import build_match_snapshot
from recsys.policy import read_policies
from recsys.snapshot import Columns
from training.briefs import read_briefs
from training.first_stage import FIRST_STAGE, FirstStageCheck, Ranked, measure
from training.periods import end_of

SMALL = FirstStageConfig(scored=500, candidates=20, anchors=12, factors=8, sample=60)
CHECK = FirstStageCheck(stage=SMALL, best_share=0.1, briefs=10)


@pytest.fixture(scope="module")
def snapshot(small_world, policies_folder):
    at = end_of(small_world.tables).item()
    return build_match_snapshot(small_world.tables, at, read_policies(policies_folder))


@pytest.fixture(scope="module")
def briefs(small_world):
    return [logged.brief for logged in read_briefs(small_world.tables)]


def test_the_first_stage_of_a_learnt_ranker_finds_more_than_baselines(trained, snapshot, briefs):
    report = measure(trained.fitted.rank.score, snapshot, briefs, CHECK, seed=1)

    assert list(report.recall) == [FIRST_STAGE, "followers", "gmv", "random"]
    assert report.found.count == 10
    assert report.found.mean > max(each.mean for name, each in report.recall.items() if name != FIRST_STAGE)
    assert 0.3 < report.scored_share < 0.7


def test_a_measure_is_repeatable(trained, snapshot, briefs):
    first, second = (measure(trained.fitted.rank.score, snapshot, briefs, CHECK, seed=1) for _ in range(2))

    assert first == second


def test_briefs_of_small_markets_and_unknown_names_are_left_out_and_counted(trained, snapshot, briefs):
    tiny = CHECK.model_copy(update={"best_share": 0.001})
    unknown = [briefs[0].model_copy(update={"brand_id": -1})]

    nothing = measure(trained.fitted.rank.score, snapshot, briefs, tiny, seed=1)
    absent = measure(trained.fitted.rank.score, snapshot, unknown, CHECK, seed=1)

    assert (nothing.left_out, absent.left_out) == (10, 1)
    assert np.isnan(nothing.found.mean)
    assert np.isnan(nothing.scored_share)


def test_briefs_for_which_the_first_stage_would_pick_everyone_tell_nothing_of_it(trained, snapshot, briefs):
    everyone = CHECK.model_copy(update={"stage": SMALL.model_copy(update={"scored": 5_000})})

    report = measure(trained.fitted.rank.score, snapshot, briefs, everyone, seed=1)

    assert (report.left_out, report.found.count) == (10, 0)
    assert np.isnan(report.found.mean)


def test_briefs_of_a_market_without_a_part_are_left_out(trained, snapshot, briefs):
    """Without products of its own there are no briefs that it could be learnt from."""
    market = briefs[0].market
    brands, _ = snapshot.brands.rows_of(snapshot.products["brand_id"])
    abroad = snapshot.brands["market"][brands] != snapshot.facts.markets.index(market)
    products = Columns(
        snapshot.products.ids[abroad],
        {name: values[abroad] for name, values in snapshot.products.values.items()},
    )
    product_ids = (int(products.ids[0]),)
    asked = [
        brief.model_copy(update={"product_ids": product_ids}) for brief in briefs if brief.market == market
    ]
    score = trained.fitted.rank.score

    whole, lacking = (
        measure(score, one, asked, CHECK, seed=1) for one in (snapshot, replace(snapshot, products=products))
    )

    assert (whole.left_out, whole.found.count) == (0, 10)
    assert (lacking.left_out, lacking.found.count) == (10, 0)


@pytest.fixture
def ranked():
    scores = np.array([5, 3, 4, 3, 1], np.float32)
    return Ranked(None, None, np.array([10, 20, 30, 40, 50]), np.empty((5, 0), np.float32), scores)


@pytest.mark.parametrize(
    ("rows", "recall"),
    [([10, 30], 2 / 3), ([10, 20, 30], 1), ([10, 30, 40], 1), ([10, 20, 30, 40], 1), ([50], 0)],
)
def test_of_equal_scores_any_is_as_good(ranked, rows, recall):
    assert ranked.recall(np.array(rows), 3) == pytest.approx(recall)


def test_a_baseline_looks_at_the_largest_values(ranked):
    assert_array_equal(ranked.top(np.array([1, 9, 2, 9, 0]), 3), [20, 40, 30])


def test_the_run_reports_what_the_first_stage_finds(trained):
    assert trained.first_stage.found.count > 0
    assert trained.first_stage.found.mean > trained.first_stage.recall["random"].mean
