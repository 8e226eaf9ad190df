from pathlib import Path

import numpy as np
import pytest

from training.simulate import SimulateConfig
from training.simulate.activity.ageing import Ageing, daily_shares, early_share, mean_luck

CONFIG = SimulateConfig.load(Path(__file__).parents[4] / "configs" / "simulate.yaml")


def test_all_views_of_a_video_come_within_its_life():
    shares = daily_shares(np.array([-3.0, -1.0, 0.0, 0.5, 1.0]), CONFIG.content)

    assert shares.shape == (5, CONFIG.content.life_days)
    assert shares.sum(axis=1) == pytest.approx(np.ones(5))


def test_a_smaller_exponent_ages_faster_and_a_video_that_is_over_stays_over():
    ageing = Ageing.of(CONFIG)
    watched = ageing.shares > 0

    assert np.all(
        np.diff(np.cumsum(daily_shares(np.array([-2.0, -1.0, 0.0]), CONFIG.content), axis=1), axis=0) <= 1e-12
    )
    assert all(
        row[:days].all() and not row[days:].any() for row, days in zip(watched, ageing.days, strict=True)
    )


def test_an_exponent_of_0_grows_with_the_log_of_age():
    content = CONFIG.content.model_copy(update={"least_share": 1e-9})

    found = np.cumsum(daily_shares(np.array([0.0]), content)[0])

    assert found == pytest.approx(
        np.log(np.arange(2, content.life_days + 2)) / np.log(content.life_days + 1), abs=1e-5
    )


def test_ordinary_and_viral_videos_draw_from_their_own_ways_to_age():
    ageing, viral = Ageing.of(CONFIG), np.arange(2000) % 2 == 0

    ways = ageing.draw(np.random.default_rng(0), viral)

    assert set(ways[~viral]) == set(range(ageing.ordinary))
    assert set(ways[viral]) == set(range(ageing.ordinary, len(ageing.shares)))


def test_the_early_share_is_a_mean_over_all_views():
    rng, ageing, days = np.random.default_rng(0), Ageing.of(CONFIG), CONFIG.policy.result_days
    viral = rng.random(400_000) < CONFIG.fitted.viral_share
    views = np.where(viral, CONFIG.fitted.viral_factor, 1.0)
    early = ageing.shares[ageing.draw(rng, viral), :days].sum(axis=1)

    assert early_share(CONFIG) == pytest.approx((views * early).sum() / views.sum(), abs=0.002)
    assert mean_luck(CONFIG.fitted) == pytest.approx(views.mean(), rel=0.01)


def test_a_video_with_more_views_is_over_later():
    exponents = np.array([-1.5, -1.0])

    usual, viral = (daily_shares(exponents, CONFIG.content, factor) > 0 for factor in (1.0, 5.0))

    assert np.all(viral.sum(axis=1) > usual.sum(axis=1))
