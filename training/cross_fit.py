"""Cross-fitting: each logged action is predicted by a model that saw no row of its cluster."""

from collections.abc import Callable

import numpy as np

from recsys.arrays import Features, Flags, Floats, Ints
from training.rewards import RewardModel


def folds_of(cluster: Ints, folds: int, seed: int) -> Ints:
    """(rows,): the fold of each row, 0 to `folds` - 1; rows of a cluster share theirs."""
    clusters, place = np.unique(cluster, return_inverse=True)
    dealt = np.random.default_rng(seed).permutation(len(clusters)) % folds
    return np.asarray(dealt[place])


def cross_fitted(
    build: Callable[[], RewardModel], features: Features, taken: Ints, reward: Floats, fold: Ints
) -> Floats:
    """(rows, actions): the expected reward of every action, by a model fitted without the row's fold.

    `features` is (rows, actions, features), of every action that could be taken; `taken` the logged one.
    """
    logged = features[np.arange(len(features)), taken]
    expected = np.empty(features.shape[:2])
    for number in np.unique(fold):
        held_out: Flags = fold == number
        model = build().fit(logged[~held_out], reward[~held_out])
        asked = features[held_out]
        expected[held_out] = model.expected(asked.reshape(-1, asked.shape[-1])).reshape(asked.shape[:2])
    return expected
