"""Numbers worked by hand: what a creator may achieve."""

from math import log

import numpy as np
import pytest

from features.pairs.objective import (
    objective_rank,
    objective_standing,
    past_result_log,
    past_result_per_view,
)

VIEWS = np.array([[0, 0, 1, 0]])
RESULTS = np.array([[50.0, 1.0, 400.0, 9.0], [np.nan] * 4])


def test_the_objective_picks_its_number():
    assert objective_rank(np.array([[0.1, 0.2, 0.3, 0.4]]), VIEWS) == pytest.approx(0.3)
    np.testing.assert_allclose(past_result_log(RESULTS, VIEWS), [log(401), np.nan])


def test_results_are_also_seen_per_view():
    np.testing.assert_allclose(
        past_result_per_view(RESULTS, np.array([200.0, 200.0]), VIEWS), [log(2), np.nan]
    )


def test_the_objective_picks_its_standing():
    standing = np.array([[0.5, 1.5, -2.0, 0.0], [0.5, 1.5, np.nan, 0.0]])

    np.testing.assert_allclose(objective_standing(standing, VIEWS), [-2.0, np.nan])
