import numpy as np
import pytest
from numpy.testing import assert_array_equal

from training.cross_fit import cross_fitted, folds_of


class Mean:
    """Expects the mean reward it was fitted on, whatever it is asked about."""

    def fit(self, features, reward):
        self.mean_ = reward.mean()
        return self

    def expected(self, features):
        return np.full(len(features), self.mean_)


def test_rows_of_a_cluster_share_a_fold():
    cluster = np.array([7, 7, 3, 9, 3, 7, 1])
    fold = folds_of(cluster, 2, seed=1)

    assert all(len(set(fold[cluster == one])) == 1 for one in cluster)


def test_clusters_are_dealt_evenly():
    assert_array_equal(np.bincount(folds_of(np.arange(20), 5, seed=1)), 4)


def test_no_row_is_predicted_by_a_model_that_saw_it():
    fold, reward = np.array([0, 0, 1, 2]), np.array([8.0, 4.0, 2.0, 1.0])

    expected = cross_fitted(Mean, np.zeros((4, 3, 1), np.float32), np.zeros(4, int), reward, fold)

    assert_array_equal(expected[:, 0], [1.5, 1.5, 13 / 3, 14 / 3])
    assert expected.shape == (4, 3)


def test_models_learn_from_the_action_that_was_taken():
    class Slope(Mean):
        def fit(self, features, reward):
            self.slope_ = (features[:, 0] @ reward) / (features[:, 0] @ features[:, 0])
            return self

        def expected(self, features):
            return features[:, 0] * self.slope_

    rng = np.random.default_rng(1)
    features = rng.uniform(1, 2, (60, 4, 1)).astype(np.float32)
    taken = rng.integers(0, 4, 60)
    reward = 3.0 * features[np.arange(60), taken, 0]

    expected = cross_fitted(Slope, features, taken, reward, folds_of(np.arange(60), 3, seed=1))

    assert expected == pytest.approx(3 * features[:, :, 0])
