"""Ways to find the best items for a query: our graphs, `implicit`, NumPy and faiss, each on one thread."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import onnxruntime
from implicit.cpu.topk import topk

from recsys.arrays import Array, Features, Ints
from training.bench.installed import installed
from training.export.probed import ProbeConfig, probed_graph
from training.export.screened import screened_graph
from training.export.topk import dense_graph

Finding = Callable[[Features], Ints]
"""From (rows, factors) to the items (rows, count), best first."""
HNSW_LINKS, HNSW_EFFORT = 16, 64
WIDEST = 4096
"""Neither more lists nor a longer queue are tried for faiss."""
RECALL = 0.98


@dataclass(frozen=True)
class Catalogue:
    """What is searched."""

    factors: Features
    """(items, factors)."""
    samples: Features
    """(queries, factors): on these a peer may choose how widely it searches; none of them is measured."""
    count: int
    """Items wanted."""


Building = Callable[[Catalogue], Finding]
"""A way to find; raises ConfigError where there is none."""


def by_graph(write: Callable[[Features, int], bytes], catalogue: Catalogue) -> Finding:
    """One of our graphs in onnxruntime, with nothing hidden."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    content = write(catalogue.factors, catalogue.count)
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    everything = np.zeros((1, len(catalogue.factors)), np.bool_)

    def find(query: Features) -> Ints:
        hidden = everything if len(query) == 1 else np.repeat(everything, len(query), axis=0)
        return np.asarray(session.run(["items"], {"query": query, "hidden": hidden})[0], np.int64)

    return find


def by_implicit(catalogue: Catalogue) -> Finding:
    """What `implicit`'s recommend calls."""
    own = catalogue.factors.copy()
    return lambda query: np.asarray(topk(own, query, catalogue.count, num_threads=1)[0], np.int64)


def by_numpy(catalogue: Catalogue) -> Finding:
    """A product, a partition, and a stable sort of the best."""
    columns, count = np.ascontiguousarray(catalogue.factors.T), catalogue.count

    def find(query: Features) -> Ints:
        scores = query @ columns
        best = np.sort(np.argpartition(-scores, count - 1, axis=1)[:, :count], axis=1)
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
        return np.take_along_axis(best, order, axis=1)

    return find


def by_faiss_flat(catalogue: Catalogue) -> Finding:
    """Every factor, as faiss does it."""
    index = _faiss().IndexFlatIP(catalogue.factors.shape[1])
    index.add(catalogue.factors)
    return _searching(index, catalogue.count)


def by_faiss_hnsw(catalogue: Catalogue) -> Finding:
    """A graph of neighbours, searched as widely as the recall takes."""
    faiss = _faiss()
    index = faiss.IndexHNSWFlat(catalogue.factors.shape[1], HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = HNSW_EFFORT
    index.add(catalogue.factors)
    return _wide_enough(index, catalogue, partial(setattr, index.hnsw, "efSearch"))


def by_faiss_ivf(catalogue: Catalogue) -> Finding:
    """Inverted lists, as many as the square root of the items, as many of them read as the recall takes."""
    faiss, factors = _faiss(), catalogue.factors
    coarse = faiss.IndexFlatIP(factors.shape[1])
    lists = int(np.sqrt(len(factors)))
    index = faiss.IndexIVFFlat(coarse, factors.shape[1], lists, faiss.METRIC_INNER_PRODUCT)
    index.train(factors[:: max(1, len(factors) // (50 * lists))])
    index.add(factors)
    find = _wide_enough(index, catalogue, partial(setattr, index, "nprobe"))
    # The index does not keep the object it was made with.
    return partial(_kept_alive, find, coarse)


def contenders(probes: ProbeConfig) -> dict[str, Building]:
    """All of them by name; the first is the reference, the exact ones come before the approximate ones."""
    return {
        "implicit": by_implicit,
        "dense": partial(by_graph, dense_graph),
        "screened": partial(by_graph, screened_graph),
        "numpy": by_numpy,
        "faiss flat": by_faiss_flat,
        "probed": partial(by_graph, partial(probed_graph, config=probes)),
        "faiss ivf": by_faiss_ivf,
        "faiss hnsw": by_faiss_hnsw,
    }


def _faiss() -> Any:
    faiss = installed("faiss")
    faiss.omp_set_num_threads(1)
    return faiss


def _searching(index: Any, count: int) -> Finding:
    return lambda query: np.asarray(index.search(query, count)[1], np.int64)


def _kept_alive(find: Finding, _owner: Any, query: Features) -> Ints:
    return find(query)


def _wide_enough(index: Any, catalogue: Catalogue, widen: Callable[[int], None]) -> Finding:
    """The narrowest search, of powers of two, that has the recall on the samples, or the widest."""
    best, find = by_numpy(catalogue)(catalogue.samples), _searching(index, catalogue.count)
    width = 8
    widen(width)
    while recall(find(catalogue.samples), best) < RECALL and width < WIDEST:
        width *= 2
        widen(width)
    return find


def recall(found: Array, best: Array) -> float:
    """Share of the best (rows, count) that is among the found."""
    shares = [np.isin(row, others).mean() for row, others in zip(best, found, strict=True)]
    return float(np.mean(shares))
