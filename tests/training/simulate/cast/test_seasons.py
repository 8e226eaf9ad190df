from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_allclose

from recsys.errors import ConfigError
from training.simulate.cast.geography import LEVEL1
from training.simulate.cast.seasons import season

FOOD, BABY = LEVEL1.index("food"), LEVEL1.index("baby")


def day_of(year, month, day):
    return (date(year, month, day) - date(1970, 1, 1)).days


@pytest.fixture
def seasons(shipped):
    return shipped(
        [
            "seasons.amplitude={food: 0.5}",
            "seasons.high_month={food: 7}",
            "seasons.peaks={sale: {month: 11, day: 27, width_days: 20, boost: {baby: 0.8}}}",
        ]
    ).seasons


def test_the_wave_is_highest_in_its_month_and_lowest_half_a_year_later(seasons):
    high, low = season(np.array([FOOD, FOOD]), np.array([day_of(2026, 7, 2), day_of(2026, 1, 1)]), seasons)

    assert_allclose([high, low], [0.5, -0.5], atol=0.01)


@pytest.mark.parametrize("days_off", [-20, 0, 20])
def test_a_peak_is_a_bell_around_its_day_in_its_categories(seasons, days_off):
    day = day_of(2027, 11, 27) + days_off
    without = 0.5 * np.cos(2 * np.pi * (day_of(2027, 7, 1) - day) / 365.25)

    boosted, other = season(np.array([BABY, FOOD]), np.full(2, day), seasons)

    # A calendar day is up to a day off the average year's.
    assert_allclose(boosted, 0.8 * np.exp(-0.5 * (days_off / 20) ** 2), rtol=0.06)
    assert_allclose(other, without, atol=0.02)


def test_without_waves_and_peaks_there_is_no_season(shipped):
    nothing = shipped(["seasons.amplitude={}", "seasons.peaks={}"]).seasons

    assert (season(np.zeros(365, int), np.arange(20_000, 20_365), nothing) == 0).all()


def test_nothing_asked_is_nothing_answered(seasons):
    assert len(season(np.zeros(0, int), np.zeros(0, int), seasons)) == 0


def test_a_peak_on_a_day_no_year_has_is_refused(shipped):
    with pytest.raises(ConfigError, match="day"):
        shipped(["seasons.peaks={odd: {month: 2, day: 30, width_days: 1, boost: {}}}"])


def test_a_wave_without_its_month_is_refused(shipped):
    with pytest.raises(ConfigError, match="high_month must name"):
        shipped(["seasons.high_month={}"])
