import numpy as np
import pytest

from recsys.tables.read import read_tables
from training.simulate.cast.survival import weekly_hazard
from training.simulate.clock import DAY
from training.simulate.play.newcomers import stays, survival


def test_earning_more_never_makes_leaving_more_likely(scene):
    made = np.full(3, scene.starts_at(scene.weeks[0]) - DAY)
    gmv = np.array([[0.0, 0], [1_000, 1_000], [10**7, 10**7]])

    chances = stays(gmv, made, scene)

    assert (np.diff(chances) > 0).all()
    assert chances[2] > 0.999


def test_the_chance_is_that_of_no_week_being_the_last(scene):
    made = np.array([scene.starts_at(scene.weeks[0])])
    gmv = np.array([[0.0, 500]])
    hazard = weekly_hazard(gmv[0], np.array([True, True]), scene.cast.config.survival)

    assert stays(gmv, made, scene) == pytest.approx((1 - hazard).prod())


def test_weeks_before_the_account_do_not_count(scene):
    late = np.array([scene.starts_at(scene.weeks[-1]) + DAY])

    assert stays(np.zeros((1, len(scene.weeks))), late, scene) == 1


def test_survival_is_a_share_and_deliveries_do_not_lower_it(played, written, scene):
    before = survival(scene, read_tables(written))
    after = survival(scene, read_tables(played("oracle").tables))

    assert 0 < before <= after < 1
