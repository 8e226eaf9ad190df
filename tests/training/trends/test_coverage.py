"""What one half foretells of the other: right where the model is true, and wrong where it is not."""

import numpy as np
import pytest

from features.trends.posterior import Quasi, fit_prior
from training.trends.coverage import foretold


@pytest.fixture(scope="module")
def halves():
    """Two Poisson halves of entities with the same growth, whose ln is normal with deviation 0.5."""
    rng = np.random.default_rng(4)
    growth, expected = np.exp(rng.normal(0, 0.5, 1_500)), rng.gamma(2, 30, 1_500)
    return [
        Quasi(rng.poisson(growth * expected).astype(float), expected, np.full(1_500, 1e4)) for _ in range(2)
    ]


def covered(said: Quasi, happened: Quasi) -> float:
    shares = foretold(said, fit_prior(said), happened, seed=1)
    return float(((shares > 0.05) & (shares < 0.95)).mean())


def test_nine_in_ten_counts_of_the_other_half_are_foretold(halves):
    assert covered(*halves) == pytest.approx(0.9, abs=0.03)


def test_clumps_that_are_taken_for_single_counts_are_found_out(halves):
    said, happened = halves
    rng = np.random.default_rng(5)
    clumped = 9.0 * rng.poisson(happened.observed / 9)

    assert covered(said, Quasi(clumped, happened.expected, happened.size)) < 0.75
