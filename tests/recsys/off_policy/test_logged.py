import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys.errors import TableError
from recsys.off_policy import LoggedActions, Predicted

TWO = {"reward": np.array([1.0, 0.0]), "propensity": np.array([0.5, 0.1]), "target": np.array([0.25, 0.2])}


def test_weights_say_how_much_more_often_the_target_policy_acts_so():
    assert_allclose(LoggedActions(**TWO).weights, [0.5, 2])


def test_rows_without_clusters_stand_alone():
    assert_array_equal(LoggedActions(**TWO).clusters, [0, 1])


def test_clusters_are_numbered_from_zero():
    assert_array_equal(LoggedActions(**TWO, cluster=np.array([700, 40])).clusters, [1, 0])


def test_predictions_for_every_action_give_the_logged_one_and_the_targets_mean():
    expected = np.array([[1.0, 3.0], [10.0, 20.0]])
    target = np.array([[0.5, 0.5], [0.9, 0.1]])

    predicted = Predicted.of(expected, np.array([1, 0]), target)

    assert_allclose(predicted.logged, [3, 10])
    assert_allclose(predicted.target, [2, 11])


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("propensity", [0.5, 0.0], r"propensity holds 0.0, expected numbers in \(0, 1\]"),
        ("propensity", [0.5, 1.5], r"propensity holds 1.5, expected numbers in \(0, 1\]"),
        ("target", [-0.1, 0.2], r"target holds -0.1, expected numbers in \[0, 1\]"),
        ("target", [0.1], r"target has shape \(1,\), expected \(2,\)"),
        ("reward", [np.nan, 1.0], "reward holds nan, expected finite numbers"),
        ("cluster", [1], r"cluster has shape \(1,\), expected \(2,\)"),
    ],
)
def test_what_no_log_can_hold_is_refused(name, values, message):
    with pytest.raises(TableError, match=message):
        LoggedActions(**{**TWO, name: np.array(values)})


def test_predictions_must_be_finite_too():
    predicted = Predicted(np.array([0.1, np.inf]), np.array([0.1, 0.2]))

    with pytest.raises(TableError, match=r"predicted\.logged holds inf"):
        LoggedActions(**TWO, predicted=predicted)


def test_a_log_without_rows_is_refused():
    with pytest.raises(TableError, match="expected at least one row, found none"):
        LoggedActions(np.array([]), np.array([]), np.array([]))
