"""The models a benchmark compares: one retriever alone or several as a blend, as NumPy and as ONNX."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Ints, Scores
from recsys.interactions import Histories, Interactions
from training.export.retrieval import retrieval_graph
from training.export.running import Retrieval
from training.implicit.lists import BATCH, SILENT
from training.retrieval import ItemRetriever
from training.retrieval.blend import BlendConfig, logged, segment_of


@dataclass(frozen=True)
class Contender:
    """Fitted retrievers and what each counts."""

    retrievers: Mapping[str, ItemRetriever]
    weights: Scores
    """(segments, retrievers × floors) float32."""
    blend: BlendConfig

    @classmethod
    def alone(cls, name: str, retriever: ItemRetriever, blend: BlendConfig) -> "Contender":
        """One retriever as a blend of one."""
        return cls(
            {name: retriever}, np.ones((len(blend.segments) + 1, len(blend.floors)), np.float32), blend
        )

    def graph(self, name: str) -> bytes:
        """The ONNX graph that answers as this model."""
        forms = {signal: retriever.form_ for signal, retriever in self.retrievers.items()}
        return retrieval_graph(forms, self.weights, self.blend.floors, name)

    def score(self, histories: Histories) -> Scores:
        """(users, items) by the native models; SILENT where none of them has anything to say."""
        segments = segment_of(histories.lengths, self.blend)
        models = self.retrievers.values()
        signals = np.concatenate([logged(each.score(histories), self.blend.floors) for each in models])
        scores = np.einsum("us,sui->ui", self.weights[segments], signals)
        return np.where(signals.max(axis=0) > 0, scores, SILENT)


def graph_lists(
    retrieval: Retrieval,
    histories: Interactions,
    blend: BlendConfig,
    count: int,
    allowed: Flags | None = None,
) -> Ints:
    """What the graph answers: the same lists as `best_lists` gives of the native scores."""
    users, items = histories.shape
    open_items = np.ones(items, np.bool_) if allowed is None else allowed
    parts = []
    for start in range(0, users, BATCH):
        some = histories.take(np.arange(start, min(start + BATCH, users)))
        unseen = np.repeat(open_items[None, :], len(some.user_ids), axis=0)
        unseen[some.rows, some.items] = False
        segments = segment_of(some.lengths, blend)
        parts.append(retrieval.top(some.histories(), segments, unseen, min(count, items))[0])
    return np.concatenate(parts)


@dataclass(frozen=True)
class ListParity:
    """How the graph's lists compare with the native models' over the same users."""

    users: int
    same_lists: float
    """Share of users with the same items in the same order."""
    same_items: float
    """Share of all places whose item is also in the user's other list."""


def list_parity(native: Ints, graph: Ints, items: int) -> ListParity:
    """Compare two (users, places) arrays of item columns, -1 where there is none."""
    rows = np.arange(len(native))[:, None] * items
    shown = graph >= 0
    shared = np.isin((graph + rows)[shown], (native + rows)[native >= 0])
    return ListParity(
        users=len(native),
        same_lists=float((native == graph).all(axis=1).mean()),
        same_items=float(shared.mean()) if shown.any() else 1.0,
    )
