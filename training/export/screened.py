"""The best items, exactly, reading eight bits a factor: rough scores rule out all but a few hundred items.

Blocks of neighbouring items share a step of quantisation. The rough score of an item is an integer product,
and Cauchy and Schwarz say how far it can be off:

    |q·x - q̂·x̂| <= |q| |x - x̂| + |q - q̂| |x̂|

Each block's roughly best item has a lower bound. `count` items reach the `count`-th best of these, so an item
whose upper bound lies under it is out, for certain. The rest are scored in float32. What is answered is what
`topk.dense_graph` answers, up to the order in which float32 sums are added.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from recsys.arrays import Array, Features
from recsys.errors import ConfigError
from training.export.topk import NO_ITEM, NO_SCORE, Nodes, Question, Top, as_graph, named, require_usable

BLOCK = 32
LEVELS = 127
QUERY_LEVELS = 63
"""Seven bits: 2 · 127 · 127 fits 16 bits, where processors without VNNI add up pairs and would saturate."""
ZERO_LEVEL = 64
LOWEST = np.int32(-(2**31))
LOWEST_SCORE = np.finfo(np.float32).min
BLOCKS_AT_ONCE = 4096
SAFETY = 1 + 1e-4
"""The bounds are float32 themselves."""
TINY = np.float32(1e-30)
ROWS, COLUMNS, MEMBERS = np.array([0]), np.array([1]), np.array([2])
FLAT = np.array([-1])


def screened_graph(factors: Features, count: int) -> bytes:
    """The best `count` of all items by inner product with `factors` (items, factors), as `dense_graph`.

    A query of zeros, for which all items are equal, is answered correctly but slowly. Raises ConfigError for
    factors that are not finite and for fewer than `32 * count` items: such a catalogue is small enough for
    `dense_graph`.
    """
    require_usable(factors, count)
    if len(factors) < BLOCK * count:
        raise ConfigError(
            f"expected at least {BLOCK * count} items for the best {count}, found {len(factors)}; "
            "use dense_graph"
        )
    nodes = Nodes()
    return as_graph(nodes, screened_top(nodes, Question(), factors, count), "screened", factors, count)


@dataclass(frozen=True)
class Screen:
    """Factors in eight bits, by blocks of items; the last block is filled up with zeros."""

    levels: Array
    """(factors, blocks * 32) int8."""
    step: Features
    """(1, blocks): what one unit of the integer product is worth, for a query whose largest factor is 1."""
    off: Features
    """(2, blocks): how far the rough score can be off, per unit of |q| and of |q - q̂|."""


def quantised(factors: Features) -> Screen:
    """The screen of these factors."""
    parts = [_quantised(blocks) for blocks in _blocks(factors)]
    levels, step, off = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Screen(
        levels=np.ascontiguousarray(levels.T),
        step=(step / QUERY_LEVELS).astype(np.float32)[None],
        off=np.ascontiguousarray(off.T.astype(np.float32)),
    )


def _blocks(factors: Features) -> Iterator[Features]:
    """(some blocks, 32, factors) at a time."""
    size = BLOCK * BLOCKS_AT_ONCE
    for start in range(0, len(factors), size):
        part = factors[start : start + size]
        filled = np.pad(part, ((0, -len(part) % BLOCK), (0, 0)))
        yield filled.reshape(-1, BLOCK, factors.shape[1])


def _quantised(blocks: Features) -> tuple[Array, Array, Array]:
    largest = np.abs(blocks).max(axis=(1, 2))
    # Where a step would be 0 every level is 0, and the whole factor is missed.
    step = np.where(largest > LEVELS * TINY, largest / LEVELS, 1).astype(np.float32)
    levels = np.rint(blocks / step[:, None, None]).clip(-LEVELS, LEVELS)
    rough = levels * step[:, None, None]
    length, missed = (np.linalg.norm(part, axis=2).max(axis=1) for part in (rough, blocks - rough))
    # What float32 sums of this many terms can lose, twice: in the rough score and in the exact one.
    rounding = 2 * blocks.shape[2] * np.finfo(np.float32).eps * (length + missed)
    off = np.stack([missed + rounding, length], axis=1) * SAFETY
    return levels.astype(np.int8).reshape(-1, blocks.shape[2]), step, off


def screened_top(nodes: Nodes, asked: Question, factors: Features, count: int) -> Top:
    """Nodes from the question to the best items."""
    screen = quantised(factors)
    rough, off = _rough_query(nodes, asked.query, screen)
    products = nodes("MatMulInteger", rough, screen.levels, np.uint8(ZERO_LEVEL))
    fill = screen.levels.shape[1] - len(factors)
    visible = nodes("Where", _filled_up(nodes, asked.hidden, fill), LOWEST, products)
    blocks = nodes("Reshape", visible, np.array([-1, screen.step.shape[1], BLOCK]))
    candidates = _not_ruled_out(nodes, screen, blocks, off, count)
    return _best_of(nodes, asked, factors, candidates, count)


def _rough_query(nodes: Nodes, query: str, screen: Screen) -> tuple[str, str]:
    """The query as bytes, and by how much each block's rough scores can be off (rows, blocks)."""
    largest = nodes("ReduceMax", nodes("Max", query, nodes("Neg", query)), COLUMNS)
    unit = nodes("Div", query, nodes("Max", largest, TINY))
    levels = nodes("Round", nodes("Mul", unit, np.float32(QUERY_LEVELS)))
    missed = nodes("Sub", unit, nodes("Div", levels, np.float32(QUERY_LEVELS)))
    lengths = [nodes("ReduceL2", vector, COLUMNS) for vector in (unit, missed)]
    rough = nodes("Cast", nodes("Add", levels, np.float32(ZERO_LEVEL)), to=TensorProto.UINT8)
    return rough, nodes("MatMul", nodes("Concat", *lengths, axis=1), screen.off)


def _filled_up(nodes: Nodes, hidden: str, fill: int) -> str:
    """`hidden`, and what fills up the last block is hidden too."""
    return nodes("Pad", hidden, np.array([0, 0, 0, fill]), np.bool_(True)) if fill else hidden


def _not_ruled_out(nodes: Nodes, screen: Screen, blocks: str, off: str, count: int) -> str:
    """Items, in order, that can be among the best of any row; hidden ones cannot."""
    best = _rough_scores(nodes, nodes("ReduceMax", blocks, MEMBERS, keepdims=0), screen.step)
    bounds, _ = nodes.top(nodes("Sub", best, off), count)
    last = nodes("Max", nodes("Gather", bounds, np.array([count - 1]), axis=1), LOWEST_SCORE)
    limit = nodes("Sub", last, off)
    kept = nodes("Reshape", nodes("NonZero", _reached(nodes, best, limit)), FLAT)
    step = nodes("Gather", screen.step.reshape(-1, 1), kept)
    scores = _rough_scores(nodes, nodes("Gather", blocks, kept, axis=1), step)
    of_block = nodes("Unsqueeze", nodes("Gather", limit, kept, axis=1), MEMBERS)
    items = nodes("Gather", np.arange(screen.levels.shape[1]).reshape(-1, BLOCK), kept)
    reached = nodes("Reshape", _reached(nodes, scores, of_block), FLAT)
    return nodes("Compress", nodes("Reshape", items, FLAT), reached)


def _rough_scores(nodes: Nodes, products: str, step: str | Features) -> str:
    """Scores of integer products; -inf where hidden."""
    scores = nodes("Mul", nodes("Cast", products, to=TensorProto.FLOAT), step)
    return nodes("Where", nodes("Equal", products, LOWEST), NO_SCORE, scores)


def _reached(nodes: Nodes, scores: str, limit: str) -> str:
    """Whether the score reaches the limit in any row."""
    margin = nodes("ReduceMax", nodes("Sub", scores, limit), ROWS, keepdims=0)
    return nodes("GreaterOrEqual", margin, np.float32(0))


def _best_of(nodes: Nodes, asked: Question, factors: Features, candidates: str, count: int) -> Top:
    """The candidates scored in float32, followed by no item, `count` times, should there be fewer."""
    rows = nodes("Gather", factors, candidates)
    scores = nodes("MatMul", asked.query, nodes("Transpose", rows, perm=[1, 0]))
    visible = nodes("Where", nodes("Gather", asked.hidden, candidates, axis=1), NO_SCORE, scores)
    best, places = nodes.top(nodes("Pad", visible, np.array([0, 0, 0, count]), NO_SCORE), count)
    items = nodes("Pad", candidates, np.array([0, count]), NO_ITEM)
    return named(nodes, nodes("Gather", items, places), best)
