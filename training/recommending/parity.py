"""Whether the exported graph gives the lists of the native models."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Floats, Ints
from recsys.errors import BundleError
from recsys.interactions.matrix import NOTHING
from recsys.vocabulary import CREATOR_OBJECTIVES, CreatorObjective
from training.recommending.learning import Retrievers
from training.recommending.prepared import Prepared
from training.recommending.retrieving import blocks
from training.recommending.situation import Situation
from training.retrieval.blend import logged

LARGEST_GAP = 0.02
"""Of scores: the graph folds long histories in by a few steps, which moves some that are almost equal."""


@dataclass(frozen=True)
class RetrievalParity:
    """The graph beside NumPy and `implicit`, over the first places of all lists at the first test moment."""

    lists: int
    same_lists: float
    """Share of lists with the same items in the same order."""
    largest_gap: float
    """Of the native scores of the graph's item and of the native list's item at the same place."""


def retrieval_parity(prepared: Prepared, retrievers: Retrievers, count: int) -> RetrievalParity:
    """Compare; raises BundleError where another order is more than a tie by rounding."""
    situation = prepared.situations[prepared.moments.test[0]]
    same, gaps = [], []
    for objective in CREATOR_OBJECTIVES:
        for some in blocks(situation.creators, len(situation.items)):
            native = native_scores(retrievers, situation, some, objective)
            graph = retrievers.by_moment[situation.at].retrieve(situation, some, objective, count).items
            own = _best(native, graph.shape[1])
            same.append((own == graph).all(axis=1))
            gaps.append(np.abs(_at(native, own) - _at(native, graph)).max(initial=0))
    found = RetrievalParity(sum(map(len, same)), float(np.concatenate(same).mean()), float(max(gaps)))
    if not found.largest_gap <= LARGEST_GAP:
        raise BundleError(f"the retrieval graph is not its models: {found}, expected a gap of {LARGEST_GAP}")
    return found


def native_scores(
    retrievers: Retrievers, situation: Situation, creators: Ints, objective: CreatorObjective
) -> Floats:
    """(creators, items): the blend by the native models, -inf for what is not allowed or nothing says."""
    signals, facts = retrievers.signals, retrievers.by_moment[situation.at].facts
    floors = signals.config.blend.floors
    scores_of = signals.scores(situation, creators, objective)
    said = np.concatenate([logged(values, floors) for values in scores_of.values()])
    weights = retrievers.weights[facts.rows(situation.segments(creators), objective)]
    scores = np.einsum("sui,us->ui", said, weights)
    there = situation.allowed(creators, objective) & (np.max(said, axis=0) > 0)
    return np.where(there, scores, -np.inf)


def _best(scores: Floats, count: int) -> Ints:
    order = np.argsort(-scores, axis=1, kind="stable")[:, :count]
    return np.where(np.isneginf(np.take_along_axis(scores, order, axis=1)), NOTHING, order)


def _at(scores: Floats, items: Ints) -> Floats:
    """0 where there is no item."""
    return np.where(items == NOTHING, 0.0, np.take_along_axis(scores, np.maximum(items, 0), axis=1))
