"""The best items, nearly all of them, reading a few percent: only the most promising blocks are scored.

Items are put in blocks of alike ones: k-means of their directions, and within a cluster by length, for
inner products favour the long. A block promises its mean's score, and more where its items differ. That is an
inverted file (Sivic and Zisserman 2003) whose lists are cut up by length, so that all have one size and
make a tensor.
"""

from dataclasses import dataclass

import numpy as np
from pydantic import Field
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from recsys.arrays import Features, Ints
from recsys.config import Config
from recsys.errors import ConfigError
from training.export.topk import NO_SCORE, Nodes, Question, Top, as_graph, named, require_usable

ITERATIONS = 10
TINY = np.float32(1e-30)
COLUMNS, LAST = np.array([1]), np.array([2])
ROW_BY_ROW = -1


class ProbeConfig(Config):
    """How items are put in blocks, and how many of these a query reads."""

    clusters: int = Field(default=150, ge=1)
    block: int = Field(default=16, ge=1)
    """Items of a block."""
    probes: int = Field(default=192, ge=1)
    """Blocks scored for a query; more miss less and take longer."""
    sample: int = Field(default=30_000, ge=1)
    """Items that the clusters are learnt from."""
    seed: int = 0


def probed_graph(factors: Features, count: int, config: ProbeConfig) -> bytes:
    """About the best `count` of all items by inner product with `factors` (items, factors), as `dense_graph`.

    What it misses depends on the factors, so measure it: those of ALS lie in clusters, evenly spread ones do
    not. Where `hidden` leaves little of the promising blocks, places stay empty although other items remain.
    Of items with equal scores at the border some may be missed; those answered go by the lower item.

    Raises ConfigError for factors that are not finite, and if the probed blocks would hold fewer than `count`
    items or there are not that many blocks.
    """
    require_usable(factors, count)
    blocks, held = -(-len(factors) // config.block), config.probes * config.block
    if config.probes > blocks or count > held - config.block + 1:
        raise ConfigError(
            f"{config.probes} probes of {config.block} items do not fit "
            f"{len(factors)} items and the best {count}"
        )
    nodes = Nodes()
    return as_graph(nodes, probed_top(nodes, Question(), factors, count, config), "probed", factors, count)


@dataclass(frozen=True)
class Blocks:
    """Items by block, the last one filled up with none, whose factors are 0."""

    items: Ints
    """(blocks, block); -1 is none."""
    factors: Features
    """(blocks, block, factors)."""
    promise: Features
    """(factors + 1, blocks): mean factors, and what is expected above their score per unit of |query|."""


def alike(factors: Features, config: ProbeConfig) -> Blocks:
    """Blocks of items that are alike in direction and length."""
    lengths = np.linalg.norm(factors, axis=1)
    cluster = _clusters(factors / np.maximum(lengths, TINY)[:, None], config)
    order = np.lexsort((-lengths, cluster))
    items = np.pad(order, (0, -len(order) % config.block), constant_values=-1).reshape(-1, config.block)
    gathered = np.where((items < 0)[:, :, None], np.float32(0), factors[items])
    return Blocks(items, gathered, _promise(gathered))


def _clusters(directions: Features, config: ProbeConfig) -> Ints:
    rng = np.random.default_rng(config.seed)
    sample = rng.choice(directions, min(config.sample, len(directions)), replace=False, shuffle=False)
    means = KMeans(
        n_clusters=min(config.clusters, len(sample)),
        init="random",
        n_init=1,
        max_iter=ITERATIONS,
        random_state=config.seed,
    )
    # One thread: the order of sums would move means, and the same seed would not give the same graph.
    with threadpool_limits(limits=1):
        return np.asarray(means.fit(sample).predict(directions), np.int64)


def _promise(blocks: Features) -> Features:
    """The mean's score plus the best of as many normal deviates as a block has items, about sqrt(2 ln n)."""
    _, size, width = blocks.shape
    mean = blocks.mean(axis=1)
    spread = np.sqrt(((blocks - mean[:, None]) ** 2).sum(axis=2).mean(axis=1) / width)
    above = spread * np.sqrt(2 * np.log(size))
    return np.ascontiguousarray(np.column_stack([mean, above]).T, np.float32)


def probed_top(nodes: Nodes, asked: Question, factors: Features, count: int, config: ProbeConfig) -> Top:
    """Nodes from the question to about the best items."""
    blocks = alike(factors, config)
    length = nodes("ReduceL2", asked.query, COLUMNS)
    promise = nodes("MatMul", nodes("Concat", asked.query, length, axis=1), blocks.promise)
    _, probes = nodes.top(promise, config.probes, sorted=0)
    items = nodes("Reshape", nodes("Gather", blocks.items, probes), np.array([0, ROW_BY_ROW]))
    rows = nodes("Gather", blocks.factors.reshape(len(blocks.items), -1), probes)
    rows = nodes("Reshape", rows, np.array([0, ROW_BY_ROW, factors.shape[1]]))
    scores = nodes("Squeeze", nodes("MatMul", rows, nodes("Unsqueeze", asked.query, LAST)), LAST)
    out = nodes("Or", nodes("Less", items, np.int64(0)), nodes("GatherElements", asked.hidden, items, axis=1))
    best, places = nodes.top(nodes("Where", out, NO_SCORE, scores), count)
    found = named(nodes, nodes("GatherElements", items, places, axis=1), best)
    return _ties_by_item(nodes, found, count)


def _ties_by_item(nodes: Nodes, top: Top, count: int) -> Top:
    """By item first, then by score: the second sort keeps the order of equal scores."""
    by_item, places = nodes.top(top.items, count, largest=0)
    scores, order = nodes.top(nodes("GatherElements", top.scores, places, axis=1), count)
    return Top(nodes("GatherElements", by_item, order, axis=1), scores)
