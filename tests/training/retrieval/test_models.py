"""Retrievers by numbers from a second source."""

import numpy as np
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from numpy.testing import assert_allclose

from recsys.errors import ConfigError, TableError
from recsys.interactions import Interactions
from training.retrieval import ease
from training.retrieval.als import AlsConfig
from training.retrieval.content import ContentConfig
from training.retrieval.ease import EaseConfig, inverse_gram
from training.retrieval.low_pass import LowPassConfig
from training.retrieval.popularity import PopularityConfig
from training.retrieval.sparse import csr
from training.retrieval.walk import WalkConfig


def interactions(dense):
    rows, columns = np.nonzero(dense)
    users, items = (np.arange(size) for size in np.shape(dense))
    return Interactions.of_pairs(users, items, (rows, columns), np.asarray(dense, np.float32)[rows, columns])


SMALL = interactions([[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 1, 0]])


def test_popularity_is_summed_confidence_over_that_of_the_best():
    assert_allclose(PopularityConfig().build().fit(SMALL).form_.scores, [1, 1, 1, 0])


def test_popularity_by_light_users_divides_each_user_by_the_number_of_items():
    scores = PopularityConfig(user_exponent=1.0).build().fit(SMALL).form_.scores

    # Users of two, three and one items: 1/2 + 1/3 twice, then 1/3 + 1.
    assert_allclose(scores, np.array([5 / 6, 5 / 6, 4 / 3, 0]) / (4 / 3), rtol=1e-6)


def test_a_walk_of_one_hop_by_hand():
    model = WalkConfig(item_exponent=0.0).build().fit(SMALL)

    # From item 0: user 0 leads to item 1 with 1/2, user 1 to items 1 and 2 with 1/3 each; the rows add to 1.
    assert_allclose(model.form_.matrix[0], np.array([0, 5 / 6, 1 / 3, 0]) / (7 / 6), rtol=1e-6)
    assert_allclose(model.form_.matrix[2], [0.5, 0.5, 0, 0], rtol=1e-6)


def test_two_hops_are_one_hop_twice():
    one, two = (WalkConfig(hops=hops, item_exponent=0.0).build().fit(SMALL) for hops in (1, 2))

    history = SMALL.histories(np.array([2]))
    assert_allclose(two.score(history), one.score(history) @ one.form_.matrix, rtol=1e-6)


def test_ease_solves_the_ridge_regression_of_each_item_on_all_others():
    dense = np.random.default_rng(0).integers(0, 2, (30, 6)).astype(float)
    model = EaseConfig(l2=2.0).build().fit(interactions(dense))

    for item in range(6):
        others = np.delete(np.arange(6), item)
        gram = dense[:, others].T @ dense[:, others] + 2.0 * np.eye(5)
        weights = np.linalg.solve(gram, dense[:, others].T @ dense[:, item])
        assert_allclose(model.form_.matrix[others, item], weights, rtol=1e-4, atol=1e-6)
        assert model.form_.matrix[item, item] == 0


def test_ease_is_the_same_from_the_side_of_fewer_users():
    wide = csr(interactions(np.random.default_rng(0).integers(0, 2, (5, 9))))

    direct = np.linalg.inv((wide.T @ wide).toarray() + 3.0 * np.eye(9))
    assert_allclose(inverse_gram(wide, 3.0), direct, rtol=1e-6, atol=1e-9)


def test_ease_refuses_a_square_that_does_not_fit_into_memory(monkeypatch):
    monkeypatch.setattr(ease, "LARGEST", 2)

    with pytest.raises(TableError, match="inverts a square of 3 rows, at most 2; use als"):
        EaseConfig().build().fit(SMALL)


def test_sparse_ease_keeps_the_largest_weights_of_each_item(known):
    whole, sparse = (EaseConfig(neighbours=count).build().fit(known).form_ for count in (None, 4))

    for item in range(known.shape[1]):
        kept = np.sort(np.abs(sparse.weights[item]))
        assert_allclose(kept, np.sort(np.abs(whole.matrix[item]))[-4:])


def test_als_folds_in_by_the_normal_equations_of_the_paper(known):
    model = AlsConfig(factors=8, iterations=5, alpha=7.0, regularization=0.3).build().fit(known)
    factors = model.model_.item_factors.astype(float)

    weights = 7.0 * csr(known)[3].toarray()[0].astype(float)
    over_one = np.where(weights > 0, weights - 1, 0)
    system = factors.T @ factors + 0.3 * np.eye(8) + (factors * over_one[:, None]).T @ factors
    expected = factors @ np.linalg.solve(system, factors.T @ weights)
    assert_allclose(model.score(known.histories(np.array([3])))[0], expected, rtol=1e-3, atol=1e-4)


def test_als_factors_are_those_of_implicit_called_directly(known):
    model = AlsConfig(factors=8, iterations=5).build().fit(known)
    direct = AlternatingLeastSquares(
        factors=8, regularization=0.05, alpha=20.0, iterations=5, num_threads=1, random_state=1
    )
    direct.fit(csr(known), show_progress=False)

    assert_allclose(model.model_.item_factors, direct.item_factors)


def test_low_pass_is_the_projection_on_the_first_singular_vectors(known):
    model = LowPassConfig(factors=4).build().fit(known)
    dense = csr(known).toarray().astype(float)
    users, items = dense.sum(axis=1), dense.sum(axis=0)
    scaled = dense / np.sqrt(users)[:, None] / np.sqrt(np.where(items > 0, items, np.inf))
    _, _, basis = np.linalg.svd(scaled)
    expected = dense / np.sqrt(np.where(items > 0, items, np.inf)) @ basis[:4].T @ basis[:4] * np.sqrt(items)

    assert_allclose(model.score(known.histories()), expected, rtol=1e-3, atol=1e-5)


def test_content_needs_features(known):
    with pytest.raises(ConfigError, match="needs item features"):
        ContentConfig().build().fit(known)


def test_content_uses_the_named_columns_only(known, content):
    noisy = np.concatenate([content, np.random.default_rng(0).normal(0, 9, (22, 3))], axis=1)
    chosen = ContentConfig(columns=(0, 6)).build().fit(known, noisy.astype(np.float32))
    alone = ContentConfig().build().fit(known, content)

    assert_allclose(chosen.form_.weights, alone.form_.weights)
