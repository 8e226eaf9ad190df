"""One ONNX graph for a blend of retrievers: history or content → scores → blend → mask → top k.

Inputs: `history` (users, length) int64 item columns, NOTHING behind the last, `confidence` (users, length)
float32, `segment` (users,) int64, `allowed` (users, items) bool, `count` (1,) int64, and where a retriever
compares content `user_content` (users, width) and `item_content` (items, width) float32. With an *open*
catalogue the items are those of the caller: `columns` (items,) int64 gives the column of each in training,
NOTHING for one that arrived later.

Outputs: `items` (users, count) int64 and `scores` (users, count) float32, best first, equal scores by the
lower item, -inf behind the last item that is allowed and that any retriever has something to say about;
`shares` (signals, users, count) float32: what each signal adds to the score, above its mean over the items.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from onnx import TensorProto

from recsys.arrays import Array, Scores
from recsys.errors import ConfigError
from recsys.interactions.matrix import NOTHING
from training.export.graph_writer import GraphWriter, Input
from training.retrieval.forms import Alike, Fixed, FoldIn, Form, ItemToItem, LinearFactors, Neighbours

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
TINY = 1e-30


def retrieval_graph(
    forms: Mapping[str, Form],
    weights: Scores,
    floors: Sequence[float],
    name: str,
    open_catalogue: bool = False,
) -> bytes:
    """The graph of a blend: `weights` (segments, signals × floors) float32 as `learn_blend` gives them.

    The same arguments give the same bytes. Raises ConfigError where the weights do not fit the forms.
    """
    if weights.ndim != 2 or weights.shape[1] != len(forms) * len(floors):
        expected = f"{len(forms)} signals at {len(floors)} floors need a weight each in each segment"
        raise ConfigError(f"{expected}, found {weights.shape}")
    writer = RetrievalWriter(forms, open_catalogue)
    blended = writer.blended([writer.signal(form) for form in forms.values()], weights, floors)
    writer.top(*blended)
    content = any(isinstance(form, Alike) for form in forms.values())
    return writer.serialized(
        name, _inputs(content, open_catalogue), _outputs(len(forms)), {"signals": list(forms)}
    )


def _inputs(content: bool, open_catalogue: bool) -> list[Input]:
    inputs: list[Input] = [
        ("history", INT64, ["users", "length"]),
        ("confidence", FLOAT, ["users", "length"]),
        ("segment", INT64, ["users"]),
        ("allowed", BOOL, ["users", "items"]),
        ("count", INT64, [1]),
    ]
    if content:
        inputs += [("user_content", FLOAT, ["users", "width"]), ("item_content", FLOAT, ["items", "width"])]
    if open_catalogue:
        inputs.append(("columns", INT64, ["items"]))
    return inputs


def _outputs(signals: int) -> list[Input]:
    return [
        ("items", INT64, ["users", "found"]),
        ("scores", FLOAT, ["users", "found"]),
        ("shares", FLOAT, [signals, "users", "found"]),
    ]


class RetrievalWriter(GraphWriter):
    """Writes each form of retriever as nodes, then the blend and the choice of the best."""

    def __init__(self, forms: Mapping[str, Form], open_catalogue: bool) -> None:
        super().__init__()
        self.items = _number_of_items(forms)
        self.open_catalogue = open_catalogue

    def signal(self, form: Form) -> str:
        """(users, items) scores of one retriever, over the caller's items."""
        if isinstance(form, Alike):
            return self._alike(form)
        return self._of_callers_items(self._of_training_items(form))

    def _of_training_items(self, form: Form) -> str:
        match form:
            case Fixed():
                return self.node("Add", self._nobody(), self.constant(form.scores[None, :]))
            case ItemToItem():
                return self._item_to_item(form)
            case Neighbours():
                return self._neighbours(form)
            case LinearFactors():
                return self._linear_factors(form)
            case FoldIn():
                return self._fold_in(form)
        raise ConfigError(f"no graph is known for {type(form).__name__}")

    def _of_callers_items(self, scores: str) -> str:
        """What arrived after training has nothing to say about it: 0, the column behind the last."""
        if not self.open_catalogue:
            return scores
        padded = self.node("Pad", scores, self.ints(0, 0, 0, 1))
        return self.node("Gather", padded, self._behind_the_last("columns"), axis=1)

    def _behind_the_last(self, columns: str) -> str:
        """NOTHING as the column behind the last."""
        absent = self.node("Equal", columns, self.ints(NOTHING))
        return self.node("Where", absent, self.ints(self.items), columns)

    def _padded(self, rows: Array) -> str:
        """A constant with a row of zeros behind the last, for histories that are shorter than others."""
        return self.constant(np.concatenate([rows, np.zeros_like(rows[:1])]))

    def _history(self) -> str:
        return self._behind_the_last("history")

    def _nobody(self) -> str:
        """(users, items) zeros."""
        return self.node("Expand", self.floats(0.0), self._shape())

    def _shape(self) -> str:
        users = self.node("Shape", "history", start=0, end=1)
        return self.node("Concat", users, self.ints(self.items), axis=0)

    def _dense(self) -> str:
        """(users, items) confidences."""
        padded = self.node("Pad", self._nobody(), self.ints(0, 0, 0, 1))
        filled = self.node("ScatterElements", padded, self._history(), "confidence", axis=1, reduction="add")
        return self.node("Slice", filled, self.ints(0), self.ints(self.items), self.ints(1))

    def _item_to_item(self, form: ItemToItem) -> str:
        at = self.node("Mul", self._dense(), self.constant(form.into[None, :]))
        matrix = self.constant(form.matrix)
        for _ in range(form.hops):
            at = self.node("MatMul", at, matrix)
        return self.node("Mul", at, self.constant(form.out[None, :]))

    def _neighbours(self, form: Neighbours) -> str:
        """Each known item adds to its neighbours, wherever these are."""
        ids = self.node("Gather", self._padded(form.ids), self._history(), axis=0)
        lent = self.node("Gather", self._padded(form.weights), self._history(), axis=0)
        counted = self.node("Mul", lent, self.node("Unsqueeze", "confidence", self.ints(2)))
        flat = self.ints(0, -1)
        places, values = self.node("Flatten", ids), self.node("Reshape", counted, flat)
        return self.node("ScatterElements", self._nobody(), places, values, axis=1, reduction="add")

    def _linear_factors(self, form: LinearFactors) -> str:
        rows = self.node("Gather", self._padded(form.encode), self._history(), axis=0)
        weights = self.node("Unsqueeze", self._means() if form.averaged else "confidence", self.ints(1))
        vector = self.node("Squeeze", self.node("MatMul", weights, rows), self.ints(1))
        return self.node("MatMul", vector, self.constant(form.decode))

    def _means(self) -> str:
        total = self.node("ReduceSum", "confidence", self.ints(1))
        return self.node("Div", "confidence", self.node("Max", total, self.floats(TINY)))

    def _fold_in(self, form: FoldIn) -> str:
        """Solve (I + Σ (c-1) z zᵀ) x = Σ c z over the history; the scores are Z x."""
        factors = self.node("Gather", self._padded(form.factors), self._history(), axis=0)
        weight = self.node("Mul", "confidence", self.floats(form.alpha))
        # Of a pad both are 0, so that it adds nothing.
        over_one = self.node("Where", self._is_known(), self.node("Sub", weight, self.floats(1.0)), weight)
        system = _System(self, factors, over_one)
        vector = system.solved(system.summed(weight), form.steps)
        return self.node("MatMul", vector, self.constant(np.ascontiguousarray(form.factors.T)))

    def _is_known(self) -> str:
        return self.node("Not", self.node("Equal", "history", self.ints(NOTHING)))

    def _alike(self, form: Alike) -> str:
        bounds = self.ints(form.start), self.ints(form.end), self.ints(1)
        users, items = (self.node("Slice", side, *bounds) for side in ("user_content", "item_content"))
        return self.node("MatMul", users, self.node("Transpose", items, perm=[1, 0]))

    def blended(self, signals: list[str], weights: Scores, floors: Sequence[float]) -> tuple[str, str, str]:
        """(users, items) scores; (signals, users, items) shares; (users, items) whether anything is said."""
        of_user = self.node("Gather", self.constant(weights.T), "segment", axis=1)
        logs = [self._logged(signal, floor) for signal in signals for floor in floors]
        weighed = self.node("Unsqueeze", of_user, self.ints(2))
        parts = self.node("Mul", self.node("Concat", *logs, axis=0), weighed)
        shares = self._of_signals(parts, len(signals), len(floors))
        scores = self.node("ReduceSum", shares, self.ints(0), keepdims=0)
        loudest = self.node("ReduceMax", self.node("Concat", *logs, axis=0), self.ints(0), keepdims=0)
        return scores, shares, self.node("Greater", loudest, self.floats(0.0))

    def _of_signals(self, parts: str, signals: int, floors: int) -> str:
        """(signals × floors, users, items), summed over each signal's floors."""
        apart = self.node("Concat", self.ints(signals, floors), self.node("Shape", parts, start=1), axis=0)
        return self.node("ReduceSum", self.node("Reshape", parts, apart), self.ints(1), keepdims=0)

    def _logged(self, signal: str, floor: float) -> str:
        """(1, users, items): log(1 + score / (floor × the user's best)), 0 at or below 0."""
        positive = self.node("Max", signal, self.floats(0.0))
        best = self.node("ReduceMax", positive, self.ints(1))
        relative = self.node("Div", positive, self.node("Max", best, self.floats(TINY)))
        raised = self.node("Add", self.node("Div", relative, self.floats(floor)), self.floats(1.0))
        return self.node("Unsqueeze", self.node("Log", raised), self.ints(0))

    def top(self, scores: str, shares: str, said: str) -> None:
        """The best of what is allowed and said, and what each signal added to it."""
        there = self.node("And", "allowed", said)
        masked = self.node("Where", there, scores, self.floats(float("-inf")))
        number = self.node("Shape", masked, start=1, end=2)
        best, items = self.outputs("TopK", [masked, self.node("Min", "count", number)], 2, axis=1)
        means = self.node("ReduceMean", shares, self.ints(2))
        above = self.node("Sub", shares, means)
        one = self.node("Unsqueeze", items, self.ints(0))
        signals = self.node("Shape", shares, start=0, end=1)
        places = self.node("Expand", one, self.node("Concat", signals, self.ints(1, 1), axis=0))
        self.name(items, "items")
        self.name(best, "scores")
        self.name(self.node("GatherElements", above, places, axis=2), "shares")


class _System:
    """The whitened normal equations of a fold-in, one for each user."""

    def __init__(self, writer: GraphWriter, factors: str, over_one: str) -> None:
        self.writer, self.factors, self.over_one = writer, factors, over_one

    def summed(self, weights: str) -> str:
        """(users, factors): the history's factors, weighted (users, length) and summed."""
        row = self.writer.node("Unsqueeze", weights, self.writer.ints(1))
        return self.writer.node("Squeeze", self.writer.node("MatMul", row, self.factors), self.writer.ints(1))

    def times(self, vector: str) -> str:
        """The system's matrix times a vector of each user."""
        node, last = self.writer.node, self.writer.ints(2)
        met = node("Squeeze", node("MatMul", self.factors, node("Unsqueeze", vector, last)), last)
        return node("Add", vector, self.summed(node("Mul", self.over_one, met)))

    def dot(self, left: str, right: str) -> str:
        """(users, 1)."""
        return self.writer.node("ReduceSum", self.writer.node("Mul", left, right), self.writer.ints(1))

    def solved(self, right: str, steps: int) -> str:
        """(users, factors): the solution after so many steps (Hestenes and Stiefel 1952)."""
        node, tiny = self.writer.node, self.writer.floats(TINY)
        vector, residual, direction = node("Sub", right, right), right, right
        squared = self.dot(residual, residual)
        for _ in range(steps):
            along = self.times(direction)
            length = node("Div", squared, node("Max", self.dot(direction, along), tiny))
            vector = node("Add", vector, node("Mul", length, direction))
            residual = node("Sub", residual, node("Mul", length, along))
            following = self.dot(residual, residual)
            turn = node("Div", following, node("Max", squared, tiny))
            direction, squared = node("Add", residual, node("Mul", turn, direction)), following
        return vector


def _number_of_items(forms: Mapping[str, Form]) -> int:
    """Items of training; 0 where no form knows any."""
    sizes = {len(next(iter(vars(form).values()))) for form in forms.values() if not isinstance(form, Alike)}
    if len(sizes) > 1:
        raise ConfigError(f"the retrievers of a blend must know the same items, found {sorted(sizes)}")
    return sizes.pop() if sizes else 0
