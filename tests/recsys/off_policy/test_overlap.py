import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.off_policy import LoggedActions, overlap


def weighted(*weights, cluster=None):
    """A log with these weights."""
    target = np.array(weights) / 10
    return LoggedActions(np.zeros(len(weights)), np.full(len(weights), 0.1), target, cluster)


def test_equal_weights_count_every_row():
    found = overlap(weighted(1, 1, 1, 1))

    assert found.effective_size == pytest.approx(4)
    assert found.mean_weight == pytest.approx(1)
    assert found.mean_weight_error == pytest.approx(0)
    assert found.supported


def test_the_effective_size_by_hand():
    found = overlap(weighted(3, 1, 0))

    assert found.effective_size == pytest.approx(4**2 / (3**2 + 1**2))
    assert found.largest_weight == pytest.approx(3)
    assert found.rows == 3


def test_a_policy_that_takes_nothing_logged_has_no_effective_size():
    assert overlap(weighted(0, 0)).effective_size == 0


def test_the_error_of_the_mean_weight_is_that_of_a_mean():
    weights = np.array([3.0, 1, 0, 2])

    assert overlap(weighted(*weights)).mean_weight_error == pytest.approx(weights.std(ddof=1) / 2)


def test_rows_that_repeat_in_their_cluster_say_no_more_than_one():
    once = overlap(weighted(3, 1, 0, 2))
    twice = overlap(weighted(3, 1, 0, 2, 3, 1, 0, 2, cluster=np.tile(np.arange(4), 2)))

    assert twice.clusters == 4
    assert twice.mean_weight_error == pytest.approx(once.mean_weight_error)


def test_a_log_that_lacks_half_of_what_the_target_does_shows_in_the_mean_weight():
    rng = np.random.default_rng(3)

    assert overlap(weighted(*rng.uniform(0.5, 1.5, 400))).supported
    assert not overlap(weighted(*rng.uniform(0.25, 0.75, 400))).supported


@given(st.lists(st.floats(0.01, 9), min_size=2, max_size=30))
def test_the_effective_size_lies_between_one_and_the_rows(weights):
    assert 1 - 1e-9 <= overlap(weighted(*weights)).effective_size <= len(weights) * (1 + 1e-9)
