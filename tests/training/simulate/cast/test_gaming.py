import numpy as np
from numpy.testing import assert_array_equal

from training.simulate.cast.gaming import bought_followers, draw_gaming


def test_bought_followers_jump_and_then_leave_day_by_day():
    found = bought_followers(
        np.random.default_rng(1), np.array([0.0, 1e6]), np.array([0, 0]), days=30, loss=0.1
    )
    change = np.diff(found[1], prepend=0)

    assert_array_equal(found[0], 0)
    assert change.max() > 0.4e6
    falls = change[1:][change[1:] < 0] / found[1][:-1][change[1:] < 0]
    assert np.abs(falls + 0.1).max() < 1e-3


def test_nothing_is_bought_before_the_creator_is_there():
    found = bought_followers(np.random.default_rng(1), np.full(50, 100.0), np.full(50, 20), days=30, loss=0)

    assert (found[:, :20] == 0).all()
    assert (found[:, -1] > 0).all()


def test_as_many_game_as_the_shares_say(shipped):
    gaming, size = shipped(["gaming.bursts=.1", "gaming.bots=.2", "gaming.stuffing=.3"]).gaming, 20_000
    drawn = draw_gaming(np.random.default_rng(1), size, gaming)
    bots = (drawn["bought_views"] > 0) | (drawn["bought_likes"] > 0)

    found = np.array([(drawn["bought_followers"] > 0).mean(), bots.mean(), drawn["stuffs"].mean()])

    assert (np.abs(found - [0.1, 0.2, 0.3]) < 4 * np.sqrt(0.25 / size)).all()
    assert not ((drawn["bought_views"] > 0) & (drawn["bought_likes"] > 0)).any()
