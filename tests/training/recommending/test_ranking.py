import numpy as np
import pytest

from training.recommending.ranking import FactorConfig, fit_factor
from training.recommending.rows import Rows

SETTINGS = FactorConfig(rounds=200, patience=20, learning_rate=0.1, num_leaves=4, min_data_in_leaf=20)


@pytest.fixture(scope="module")
def rows():
    """Means of 1, 2 and 4 by feature, tripled by an offset where the second feature is 1."""
    rng = np.random.default_rng(3)
    level, lifted = rng.integers(0, 3, 6_000), rng.integers(0, 2, 6_000)
    offset = np.log(3) * lifted
    target = rng.poisson(2.0**level * np.exp(offset)).astype(np.float64)
    features = np.stack([level, lifted], axis=1).astype(np.float32)
    return Rows(features, target, offset, np.ones(len(target)))


def test_a_factor_is_the_logarithm_of_the_mean_without_what_the_offset_explains(rows):
    booster, curve = fit_factor(SETTINGS, rows.take(slice(4_000)), rows.take(slice(4_000, None)), ("a", "b"))
    grid = np.array([[level, lifted] for level in range(3) for lifted in range(2)], np.float32)
    raw = booster.predict(grid, raw_score=True).reshape(3, 2)

    assert np.diff(raw[:, 0]) == pytest.approx([np.log(2)] * 2, abs=0.1)
    assert raw[:, 1] - raw[:, 0] == pytest.approx([0, 0, 0], abs=0.1)
    assert curve[-1]["deviance"] < curve[0]["deviance"]


def test_rows_of_more_weight_count_as_many(rows):
    few = rows.take(slice(300))
    twice = Rows(few.features, few.target, few.offset, np.full(300, 2.0))
    grid = few.features[:10]
    once, _ = fit_factor(SETTINGS.model_copy(update={"patience": None, "rounds": 5}), few, few, ("a", "b"))
    double, _ = fit_factor(
        SETTINGS.model_copy(update={"patience": None, "rounds": 5}), twice, twice, ("a", "b")
    )

    assert once.predict(grid, raw_score=True) == pytest.approx(double.predict(grid, raw_score=True), abs=1e-6)
