import numpy as np
import pytest

from training.simulate.calibration.luck import Luck, fit_luck


@pytest.mark.parametrize("true", [Luck(0.6, 0.07, 8.0), Luck(0.9, 0.03, 12.0)])
def test_the_spread_of_videos_is_found_again(true):
    rng = np.random.default_rng(1)
    factor = np.where(rng.random((1500, 25)) < true.viral_share, true.viral_factor, 1.0)
    views = factor * np.exp(true.video_sigma * rng.normal(size=factor.shape))

    found = fit_luck((views / np.median(views, axis=1, keepdims=True)).ravel(), np.random.default_rng(2))

    assert found.video_sigma == pytest.approx(true.video_sigma, abs=0.051)
    assert found.viral_share == pytest.approx(true.viral_share, abs=0.031)
