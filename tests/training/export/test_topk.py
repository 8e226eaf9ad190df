"""One contract for the graphs that find the best items: NumPy's stable order, and never a hidden item."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from recsys.errors import ConfigError
from serving.sessions import open_session
from training.export.probed import ProbeConfig, probed_graph
from training.export.screened import screened_graph
from training.export.topk import dense_graph


def probed_everywhere(factors, count):
    """Reads every block, so that nothing is missed."""
    every = ProbeConfig(clusters=3, block=8, probes=-(-len(factors) // 8))
    return probed_graph(factors, count, every)


EXACT = {"dense": dense_graph, "screened": screened_graph}
GRAPHS = EXACT | {"probed everywhere": probed_everywhere}
every_graph = pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
every_exact_graph = pytest.mark.parametrize("graph", EXACT.values(), ids=EXACT)


def answer(graph, query, hidden):
    items, scores = open_session(graph).run(["items", "scores"], {"query": query, "hidden": hidden})
    return items, scores


def by_numpy(factors, query, hidden, count):
    """A stable sort of float64 sums; item -1 and score -inf where none is left."""
    scores = query.astype(np.float64) @ factors.astype(np.float64).T
    scores[hidden] = -np.inf
    items = np.argsort(-scores, axis=1, kind="stable")[:, :count]
    best = np.take_along_axis(scores, items, axis=1)
    return np.where(np.isneginf(best), -1, items), best


@every_exact_graph
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), visible=st.sampled_from([0, 0.01, 0.1, 0.9, 1]))
def test_whole_numbers_are_ranked_as_numpy_does_bit_for_bit(graph, seed, visible):
    """Sums of small whole numbers are exact, so every tie is one; ties go by the lower item."""
    rng = np.random.default_rng(seed)
    factors = rng.integers(-3, 4, (rng.integers(64, 200), 5)).astype(np.float32)
    query = rng.integers(-3, 4, (rng.integers(1, 4), 5)).astype(np.float32)
    hidden = rng.random((len(query), len(factors))) >= visible

    items, scores = answer(graph(factors, 2), query, hidden)

    expected_items, expected_scores = by_numpy(factors, query, hidden, 2)
    assert_array_equal(items, expected_items)
    assert_array_equal(scores, expected_scores)


@every_graph
def test_real_numbers_are_ranked_up_to_the_rounding_of_their_sums(graph):
    rng = np.random.default_rng(7)
    # Lengths from a thousandth to a thousand, and one factor that dwarfs the others.
    factors = rng.standard_normal((3_205, 32)) * 10 ** rng.uniform(-3, 3, (3_205, 1))
    factors = (factors * np.where(np.arange(32) == 3, 20, 1)).astype(np.float32)
    query = rng.standard_normal((5, 32)).astype(np.float32)
    hidden = rng.random((5, 3_205)) < 0.3

    items, scores = answer(graph(factors, 100), query, hidden)

    _, expected = by_numpy(factors, query, hidden, 100)
    assert_allclose(scores, expected, rtol=1e-5)
    own = np.take_along_axis(query.astype(np.float64) @ factors.astype(np.float64).T, items, axis=1)
    assert_allclose(scores, own, rtol=1e-5)
    assert all(len(set(row)) == 100 for row in items.tolist())
    assert not np.take_along_axis(hidden, items, axis=1).any()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), visible=st.sampled_from([0, 0.01, 0.1, 0.9, 1]))
def test_probing_every_block_gives_the_best_scores_and_tied_items_in_order(seed, visible):
    """At the border any of the tied items may be answered."""
    rng = np.random.default_rng(seed)
    factors = rng.integers(-3, 4, (rng.integers(64, 200), 5)).astype(np.float32)
    query = rng.integers(-3, 4, (1, 5)).astype(np.float32)
    hidden = rng.random((1, len(factors))) >= visible

    (items,), (scores,) = answer(probed_everywhere(factors, 9), query, hidden)

    assert_array_equal(scores, by_numpy(factors, query, hidden, 9)[1][0])
    there = items[items >= 0]
    assert_array_equal(query[0] @ factors[there].T, scores[: len(there)])
    assert not hidden[0, there].any()
    assert_array_equal(there, there[np.lexsort((there, -scores[: len(there)]))])
    assert len(set(there.tolist())) == len(there) == min(9, (~hidden).sum())


@every_graph
def test_rows_are_answered_alike_together_and_alone(graph):
    rng = np.random.default_rng(3)
    factors = rng.integers(-9, 10, (320, 6)).astype(np.float32)
    query = rng.integers(-9, 10, (4, 6)).astype(np.float32)
    hidden = rng.random((4, 320)) < 0.5
    content = graph(factors, 10)

    together, _ = answer(content, query, hidden)

    alone = [answer(content, query[row : row + 1], hidden[row : row + 1])[0][0] for row in range(4)]
    assert_array_equal(together, alone)


@every_exact_graph
def test_a_query_of_zeros_ties_all_items(graph):
    factors = np.random.default_rng(0).standard_normal((100, 4)).astype(np.float32)

    items, scores = answer(graph(factors, 3), np.zeros((1, 4), np.float32), np.zeros((1, 100), np.bool_))

    assert_array_equal(items, [[0, 1, 2]])
    assert_array_equal(scores, [[0, 0, 0]])


@every_graph
def test_the_same_factors_give_the_same_bytes(graph):
    factors = np.random.default_rng(0).standard_normal((200, 4)).astype(np.float32)

    assert graph(factors, 3) == graph(factors, 3)


@every_graph
@pytest.mark.parametrize("spoilt", [np.nan, np.inf])
def test_factors_that_are_not_finite_are_refused(graph, spoilt):
    factors = np.ones((100, 4), np.float32)
    factors[7, 2] = spoilt

    with pytest.raises(ConfigError, match="the factors hold NaN or infinity"):
        graph(factors, 3)


@every_graph
@pytest.mark.parametrize("count", [0, 101])
def test_a_count_that_no_catalogue_has_is_refused(graph, count):
    with pytest.raises(ConfigError, match=f"expected a count from 1 to the 100 items, found {count}"):
        graph(np.ones((100, 4), np.float32), count)


@every_graph
def test_more_factors_than_a_model_file_takes_are_refused(graph):
    # A view: it takes no memory.
    factors = np.broadcast_to(np.float32(1), (4_200_001, 100))

    with pytest.raises(
        ConfigError, match="expected at most 420,000,000 factors in a model file, found 420,000,1"
    ):
        graph(factors, 3)


def test_of_equals_the_earlier_is_first_whether_few_or_many_are_wanted():
    """onnxruntime keeps a heap for a few and sorts for many; both must keep the order."""
    factors = np.random.default_rng(0).integers(0, 4, (5_000, 1)).astype(np.float32)
    query, hidden = np.ones((1, 1), np.float32), np.zeros((1, 5_000), np.bool_)
    for count in (1, 7, 300, 5_000):
        items, _ = answer(dense_graph(factors, count), query, hidden)
        assert_array_equal(items, by_numpy(factors, query, hidden, count)[0])
