"""Probing finds nearly everything where items lie in clusters, and reads few blocks."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.errors import ConfigError
from serving.sessions import open_session
from training.export.probed import ProbeConfig, alike, probed_graph


@pytest.fixture(scope="module")
def clustered():
    """10,000 items around 30 directions, a few of them much longer than most."""
    rng = np.random.default_rng(5)
    centres = rng.standard_normal((30, 16))
    around = centres[rng.integers(30, size=10_050)] + 0.4 * rng.standard_normal((10_050, 16))
    vectors = (around * (0.3 + rng.pareto(2.5, (10_050, 1)))).astype(np.float32)
    return vectors[:10_000], vectors[10_000:]


def found(factors, query, config):
    hidden = np.zeros((len(query), len(factors)), np.bool_)
    session = open_session(probed_graph(factors, 20, config))
    return session.run(["items"], {"query": query, "hidden": hidden})[0]


def recall(items, factors, query):
    best = np.argsort(-(query @ factors.T), axis=1, kind="stable")[:, :20]
    return np.mean([len(set(row) & set(true)) / 20 for row, true in zip(items, best, strict=True)])


def test_a_twentieth_of_the_blocks_holds_nearly_all_of_the_best(clustered):
    factors, query = clustered
    config = ProbeConfig(clusters=30, block=10, probes=50)

    assert recall(found(factors, query, config), factors, query) >= 0.98


def test_more_probes_miss_less(clustered):
    factors, query = clustered
    recalls = [
        recall(found(factors, query, ProbeConfig(clusters=30, block=10, probes=probes)), factors, query)
        for probes in (3, 12, 1_000)
    ]

    assert recalls[0] < recalls[1] < recalls[2] == 1


def test_every_item_is_in_one_block_and_the_last_is_filled_with_none(clustered):
    factors = clustered[0][:95]
    blocks = alike(factors, ProbeConfig(clusters=4, block=10))

    assert blocks.items.shape == (10, 10)
    assert_array_equal(np.sort(blocks.items.ravel()), np.r_[[-1] * 5, :95])
    assert_array_equal(blocks.factors[blocks.items >= 0], factors[blocks.items[blocks.items >= 0]])
    assert (blocks.factors[blocks.items < 0] == 0).all()


def test_a_block_promises_its_mean_and_more_where_items_differ():
    alike_items = np.tile(np.float32([3, 4]), (4, 1))
    blocks = alike(alike_items, ProbeConfig(clusters=1, block=4))
    assert blocks.promise.ravel().tolist() == [3, 4, 0]

    # Deviations of 1 along one of two axes: the root of a half, times the root of 2 ln 4.
    spread = alike(
        alike_items + np.float32([[1, 0], [-1, 0], [1, 0], [-1, 0]]), ProbeConfig(clusters=1, block=4)
    )
    assert spread.promise.ravel() == pytest.approx([3, 4, np.sqrt(0.5 * 2 * np.log(4))])


@pytest.mark.parametrize(("probes", "count"), [(11, 5), (1, 2), (2, 12)])
def test_probes_that_do_not_fit_are_refused(probes, count):
    with pytest.raises(ConfigError, match=f"{probes} probes of 10 items do not fit 100 items and the best"):
        probed_graph(np.ones((100, 4), np.float32), count, ProbeConfig(block=10, probes=probes))
