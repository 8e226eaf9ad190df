"""The two stages of a bundle at a moment of training: what every figure is measured on."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

import numpy as np

from features.recommending.matrix import item_features
from features.recommending.proposed import proposed
from recsys.arrays import Ints, Scores
from recsys.bundle import Bundle
from recsys.cascade import Scoring
from recsys.errors import BundleError
from recsys.interactions.matrix import NOTHING
from recsys.retrieval import Retrieved
from recsys.vocabulary import CREATOR_OBJECTIVES, CreatorObjective
from training.export.running import open_graph, open_session
from training.recommending.retrieving import Retriever, blocks
from training.recommending.situation import Situation


class Lister(Protocol):
    """Anything that makes lists for creators."""

    def lists(self, situation: Situation, creators: Ints, objective: CreatorObjective, count: int) -> Ints:
        """(creators, count) places in `situation.items`, best first, NOTHING behind the last."""
        ...


@dataclass(frozen=True)
class Recommender:
    """Retrieval, then ranking by the objective's graph."""

    retriever: Retriever
    rank: Mapping[CreatorObjective, Scoring]

    @classmethod
    def of(cls, bundle: Bundle) -> "Recommender":
        """What is in a bundle; raises BundleError for one without retrieval."""
        facts = bundle.facts.retrieval
        if facts is None:
            raise BundleError(f"{bundle.path}: expected a bundle that retrieves items, found none")
        item_ids = np.load(BytesIO(bundle.files[facts.items]), allow_pickle=False)
        graphs = {
            name: bundle.files[bundle.facts.models[f"rank_{name}"].graph] for name in CREATOR_OBJECTIVES
        }
        retriever = Retriever(facts, item_ids, open_session(bundle.files[facts.graph]))
        return cls(retriever, {name: open_graph(graph) for name, graph in graphs.items()})

    def lists(self, situation: Situation, creators: Ints, objective: CreatorObjective, count: int) -> Ints:
        """As `Lister.lists`."""
        parts = [
            self._block(situation, some, objective, count) for some in blocks(creators, len(situation.items))
        ]
        return np.concatenate(parts)

    def _block(self, situation: Situation, creators: Ints, objective: CreatorObjective, count: int) -> Ints:
        candidates = self.retriever.facts.candidates
        found = self.retriever.retrieve(situation, creators, objective, candidates)
        return ordered(found, self.scores(situation, creators, found, objective), count)

    def scores(
        self, situation: Situation, creators: Ints, found: Retrieved, objective: CreatorObjective
    ) -> Scores:
        """(creators, found): the ranker's scores, -inf behind the last."""
        signals = self.retriever.facts.signals
        pairs, said = proposed(found, signals, creators, situation.items)
        scores = np.full(found.items.shape, -np.inf, np.float32)
        features = item_features(situation.snapshot, situation.surface, pairs, said)
        scores[found.items != NOTHING] = self.rank[objective](features)
        return scores


def ordered(found: Retrieved, scores: Scores, count: int) -> Ints:
    """(users, count): the items by score, equal ones in retrieval order; NOTHING behind the last."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :count]
    return padded(np.take_along_axis(found.items, order, axis=1), count)


def padded(lists: Ints, count: int) -> Ints:
    """(users, count): lists of another width cut or filled with NOTHING."""
    missing = max(count - lists.shape[1], 0)
    return np.pad(lists[:, :count], ((0, 0), (0, missing)), constant_values=NOTHING)


@dataclass(frozen=True)
class RetrievalOrder:
    """A retriever's own order: what ranking has to beat."""

    retriever: Retriever

    def lists(self, situation: Situation, creators: Ints, objective: CreatorObjective, count: int) -> Ints:
        """As `Lister.lists`."""
        found = [
            self.retriever.retrieve(situation, some, objective, count).items
            for some in blocks(creators, len(situation.items))
        ]
        return np.concatenate([padded(items, count) for items in found])


@dataclass(frozen=True)
class RandomOrder:
    """Any items, the same for the same seed, moment and objective."""

    seed: int

    def lists(self, situation: Situation, creators: Ints, objective: CreatorObjective, count: int) -> Ints:
        """As `Lister.lists`."""
        key = [self.seed, situation.at.toordinal(), CREATOR_OBJECTIVES.index(objective)]
        rng = np.random.default_rng(key)
        parts = []
        for some in blocks(creators, len(situation.items)):
            allowed = situation.allowed(some, objective)
            drawn = np.where(allowed, rng.random(allowed.shape, np.float32), -1)
            order = np.argsort(-drawn, axis=1, kind="stable")[:, :count]
            there = np.take_along_axis(drawn, order, axis=1) >= 0
            parts.append(padded(np.where(there, order, NOTHING), count))
        return np.concatenate(parts)
