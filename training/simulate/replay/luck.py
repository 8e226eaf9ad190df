"""What a delivery brings: the expected GMV times a video's luck, of mean 1 and with a heavy tail."""

import numpy as np
from scipy.special import ndtr

from recsys.arrays import Floats
from training.simulate.draws import spread
from training.simulate.fitted import Fitted


def draw_luck(rng: np.random.Generator, count: int, fitted: Fitted) -> Floats:
    """(count,): log-normal as views are, and now and then viral; the mean is 1 exactly."""
    viral = np.where(rng.random(count) < fitted.viral_share, fitted.viral_factor, 1.0)
    return np.asarray(spread(rng, fitted.video_sigma, count) * viral / _mean_viral(fitted))


def expected_up_to(most: float, expected: Floats, fitted: Fitted) -> Floats:
    """E[min(expected × luck, most)], in closed form."""
    mean = _mean_viral(fitted)
    usual = _lognormal_up_to(most, expected / mean, fitted.video_sigma)
    viral = _lognormal_up_to(most, expected * fitted.viral_factor / mean, fitted.video_sigma)
    return np.asarray((1 - fitted.viral_share) * usual + fitted.viral_share * viral)


def _mean_viral(fitted: Fitted) -> float:
    return 1 + fitted.viral_share * (fitted.viral_factor - 1)


def _lognormal_up_to(most: float, mean: Floats, sigma: float) -> Floats:
    """E[min(X, most)] of a log-normal X with this mean and this spread of its log (above 0)."""
    with np.errstate(divide="ignore"):
        place = (np.log(most / mean) + sigma**2 / 2) / sigma
    return np.asarray(mean * ndtr(place - sigma) + most * (1 - ndtr(place)))
