import numpy as np
import pytest

from training.simulate.play.figures import figures_of, over_seeds, ratio_of_totals
from training.simulate.play.log import Log


def log(gmv, expected=None, tier=None):
    size = len(gmv)
    return Log(
        week=np.zeros(size, int),
        campaign_id=np.arange(size),
        creator_id=np.arange(size),
        place=np.ones(size, int),
        propensity=np.ones(size),
        free=np.ones(size, int),
        fee=np.full(size, 10),
        replied=np.ones(size, bool),
        accepted=np.array(gmv) > 0,
        delivered=np.array(gmv) > 0,
        gmv=np.array(gmv),
        expected_gmv=np.array(expected or gmv, float),
        tier=np.array(tier or [0] * size),
        is_new=np.zeros(size, bool),
    )


def test_the_share_is_the_ratio_of_totals_over_seeds():
    plays = {"engine": [log([90, 0]), log([0, 10])], "oracle": [log([100, 0]), log([0, 100])]}

    found = figures_of(plays, "oracle")

    assert found["engine"].share.mean == pytest.approx(0.5)
    assert found["oracle"].share.mean == found["oracle"].share.low == found["oracle"].share.high == 1


def test_without_the_reference_there_is_no_share():
    assert np.isnan(figures_of({"engine": [log([1])]}, "oracle")["engine"].share.mean)


def test_cost_is_what_those_who_accepted_asked_for():
    assert figures_of({"engine": [log([5, 0, 7])]}, "oracle")["engine"].cost.mean == 20


def test_exposure_is_the_tiers_share_of_the_invitations():
    found = figures_of({"engine": [log([1, 1, 1, 1], tier=[0, 0, 1, 4])]}, "oracle")["engine"]

    assert found.exposure == {"nano": 0.5, "micro": 0.25, "mid": 0, "macro": 0, "mega": 0.25}


def test_one_seed_has_no_interval():
    found = over_seeds(np.array([3.0]))

    assert found.mean == 3
    assert np.isnan([found.low, found.high]).all()


def test_the_interval_over_seeds_is_students():
    found = over_seeds(np.array([1.0, 2, 3]))

    assert (found.low, found.high) == pytest.approx((2 - 4.303 / 3**0.5, 2 + 4.303 / 3**0.5), abs=1e-3)


def test_a_share_that_is_the_same_in_every_seed_is_certain_whatever_the_seeds_are_worth():
    best = np.array([10.0, 200, 3_000])

    found = ratio_of_totals(0.8 * best, best)

    assert (found.low, found.mean, found.high) == pytest.approx((0.8, 0.8, 0.8))


def test_the_interval_of_a_share_covers_it_in_about_95_of_100_repetitions():
    rng = np.random.default_rng(0)
    covered = []
    for _ in range(400):
        best = rng.gamma(20, 1, 5)
        found = ratio_of_totals(best * rng.normal(0.8, 0.05, 5), best)
        covered.append(found.low <= 0.8 <= found.high)

    assert 0.92 <= np.mean(covered) <= 0.98
