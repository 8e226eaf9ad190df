from pathlib import Path

import numpy as np
import pytest

from training.simulate import SimulateConfig
from training.simulate.activity.ageing import daily_shares
from training.simulate.calibration.lifetimes import (
    KINDS,
    ORDINARY_SPREAD,
    Crawls,
    as_shown,
    fit_ordinary,
    fit_viral,
)

CONTENT = SimulateConfig.load(Path(__file__).parents[4] / "configs" / "simulate.yaml").content


def test_views_are_shown_in_hundreds_and_from_a_million_on_in_tenths_of_it():
    assert as_shown(np.array([123_449.0, 123_451.0, 1_349_000.0])).tolist() == [123_400, 123_500, 1_300_000]


def test_exponents_of_viral_videos_are_found_from_videos_seen_twice():
    rng = np.random.default_rng(0)
    true = rng.normal(-0.6, 0.4, 1500).clip(-3.9, 0.9)
    age, gap = rng.integers(1, 30, 1500), rng.integers(7, 23, 1500)
    views = 8e5 * np.cumsum(daily_shares(true, CONTENT, 5.0), axis=1)
    rows, last = np.arange(1500), CONTENT.life_days - 1
    now, later = as_shown(views[rows, age]), as_shown(views[rows, np.minimum(age + gap, last)])

    found = fit_viral(Crawls(now, later, age, gap, np.minimum(age // 8, 3)), CONTENT, 5.0)

    assert len(found) == KINDS
    assert np.all(np.diff(found) >= 0)
    assert np.quantile(found, [0.2, 0.5, 0.8]) == pytest.approx(np.quantile(true, [0.2, 0.5, 0.8]), abs=0.15)


def test_the_exponent_of_ordinary_videos_is_found_from_their_growth():
    views = np.cumsum(daily_shares(np.array([-1.2]), CONTENT), axis=1)[0]
    at_age = (views[:-1] + views[1:]) / 2

    found = fit_ordinary(at_age[1:7] / at_age[14], 14, CONTENT)

    assert found.mean() == pytest.approx(-1.2, abs=0.02)
    assert found.std() == pytest.approx(ORDINARY_SPREAD, rel=0.1)
