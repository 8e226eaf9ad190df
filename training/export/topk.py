"""The best items for a query vector as one ONNX graph; here the plain way, a product and a `TopK`.

Every graph of this family goes from `query` (rows, factors) float32 and `hidden` (rows, items) bool to
`items` (rows, count) int64 and `scores` (rows, count) float32, the inner products, best first. A hidden item
is never among them: where fewer than `count` are left, the remaining places hold item -1 and score -inf.

Three ways, the same ends:

- `topk.dense_graph` reads every factor: for small catalogues, and what the others are compared with.
- `screened.screened_graph` reads a quarter of the bytes and answers the same.
- `probed.probed_graph` reads a few percent and misses some.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import TensorProto

from recsys.arrays import Array, Features
from recsys.errors import ConfigError
from training.export.graph_writer import GraphWriter

LARGEST_SIZE = 420_000_000
"""Factors of all items; protobuf writes files below 2 GiB, and at most five bytes a factor are kept."""
ITEMS, SCORES = "items", "scores"
NO_SCORE = np.float32(-np.inf)
NO_ITEM = np.int64(-1)


class Nodes(GraphWriter):
    """A graph in the making that reads as nested calls: `nodes("Add", nodes("Neg", "x"), ONE)` is 1 - x."""

    def __call__(self, operator: str, *operands: str | Array | np.generic, **attributes: Any) -> str:
        """The only output of an operator on values that are there and on constants."""
        inputs = [each if isinstance(each, str) else self.constant(np.asarray(each)) for each in operands]
        return self.node(operator, *inputs, **attributes)

    def top(self, values: str, count: int, **attributes: int) -> tuple[str, str]:
        """The `count` largest along the last axis and their places; of equals the earlier first.

        `largest=0` takes the smallest, `sorted=0` leaves them in any order.
        """
        best, places = self.outputs("TopK", [values, self.ints(count)], 2, **attributes)
        return best, places


@dataclass(frozen=True)
class Question:
    """Names of what is asked; a larger graph may compute them."""

    query: str = "query"
    """(rows, factors) float32."""
    hidden: str = "hidden"
    """(rows, items) bool."""


@dataclass(frozen=True)
class Top:
    """Names of the two results: items (rows, count) and their scores."""

    items: str
    scores: str


def dense_graph(factors: Features, count: int) -> bytes:
    """The best `count` of all items by inner product with `factors` (items, factors).

    Scores are float32 sums in onnxruntime's order; equal scores go by the lower item. Raises ConfigError for
    factors that are not finite and for more than there are items.
    """
    require_usable(factors, count)
    nodes = Nodes()
    return as_graph(nodes, dense_top(nodes, Question(), factors, count), "dense", factors, count)


def dense_top(nodes: Nodes, asked: Question, factors: Features, count: int) -> Top:
    """Nodes from the question to the best items."""
    # Items along the rows of memory: the other way round the product is several times slower.
    scores = nodes("MatMul", asked.query, np.ascontiguousarray(factors.T, np.float32))
    best, items = nodes.top(nodes("Where", asked.hidden, NO_SCORE, scores), count)
    return named(nodes, items, best)


def named(nodes: Nodes, items: str, scores: str) -> Top:
    """Items by score, and no item where none was left."""
    return Top(nodes("Where", nodes("Equal", scores, NO_SCORE), NO_ITEM, items), scores)


def require_usable(factors: Features, count: int) -> None:
    """Raises ConfigError for too many factors, for any that is not finite, and for a `count` out of range."""
    if factors.size > LARGEST_SIZE:
        raise ConfigError(
            f"expected at most {LARGEST_SIZE:,} factors in a model file, found {factors.size:,}"
        )
    if not np.isfinite(factors).all():
        raise ConfigError("the factors hold NaN or infinity, expected finite numbers")
    if not 1 <= count <= len(factors):
        raise ConfigError(f"expected a count from 1 to the {len(factors)} items, found {count}")


def as_graph(nodes: Nodes, top: Top, name: str, factors: Features, count: int) -> bytes:
    """The model file of a graph of this family."""
    items, width = factors.shape
    asked = Question()
    nodes.name(top.items, ITEMS)
    nodes.name(top.scores, SCORES)
    return nodes.serialized(
        name,
        [
            (asked.query, TensorProto.FLOAT, ["rows", width]),
            (asked.hidden, TensorProto.BOOL, ["rows", items]),
        ],
        [(ITEMS, TensorProto.INT64, ["rows", count]), (SCORES, TensorProto.FLOAT, ["rows", count])],
        facts={},
    )
