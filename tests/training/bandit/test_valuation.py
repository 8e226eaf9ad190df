import numpy as np
import pytest
from numpy.testing import assert_allclose

from training.bandit.log import read_log
from training.bandit.valuation import expected_clicks, frequencies, value


@pytest.fixture(scope="module")
def read(logs):
    return [read_log(path)[0] for path in logs]


def test_frequencies_of_each_position_add_up_to_one(read):
    shown = frequencies(read[1], 4, np.ones(600))

    assert_allclose(shown.sum(axis=0), 1)
    assert_allclose(shown, np.tile([[0.1], [0.15], [0.25], [0.5]], 3), atol=0.08)


def test_frequencies_count_resampled_rows_as_often_as_they_were_drawn(read):
    counts = np.arange(600) % 3
    repeated = read[1].take(np.repeat(np.arange(600), counts))

    assert_allclose(frequencies(read[1], 4, counts), frequencies(repeated, 4, np.ones(len(repeated))))


def test_the_model_of_clicks_did_not_see_the_row(read):
    flipped = read[0].click.copy()
    flipped[17] = 1 - flipped[17]
    other = type(read[0])(**{**vars(read[0]), "click": flipped})

    assert_allclose(expected_clicks(other, 4, seed=1)[17], expected_clicks(read[0], 4, seed=1)[17])


def test_each_policy_is_valued_from_the_others_log(read):
    random, played = read
    even = np.full((4, 3), 0.25)

    forth = value(random, played, 4, lambda counts: frequencies(played, 4, counts), seed=1)
    back = value(played, random, 4, lambda _: even, seed=1)

    for valued, truth in ((forth, 0.1 * 0.1 + 0.15 * 0.2 + 0.25 * 0.3 + 0.5 * 0.6), (back, 0.3)):
        for each in valued.estimates.values():
            assert each.interval.low < truth < each.interval.high
            assert each.relative_error.low < 0 < each.relative_error.high
            assert each.relative_error.mean == pytest.approx(each.interval.mean / valued.own.mean - 1)


def test_not_knowing_the_policy_widens_the_interval(read):
    random, played = read[0], read[1].take(np.arange(60))
    known = frequencies(played, 4, np.ones(60))

    estimated = value(random, played, 4, lambda counts: frequencies(played, 4, counts), seed=1)
    fixed = value(random, played, 4, lambda _: known, seed=1)

    one, other = (each.estimates["ips"].interval for each in (estimated, fixed))
    assert one.mean == other.mean
    assert one.high - one.low > 1.1 * (other.high - other.low)


def test_a_policy_the_log_hardly_shows_is_refused(read):
    rare = np.array([[0.97], [0.01], [0.01], [0.01]]) * np.ones((1, 3))

    valued = value(read[1], read[0], 4, lambda _: rare, seed=1)

    assert all("effective sample size" in reason for reason in valued.estimates.values())
