"""Retrieval at a moment: models of choices and content, blended per segment and objective into one graph."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import onnxruntime
from pydantic import Field

from features.recommending.asking import Offer, asked, columns_of, histories
from features.recommending.content import CONTENT_BLOCKS, WIDTH
from features.recommending.surfaces import LADDER, events_of
from recsys.arrays import Flags, Ints, Scores
from recsys.config import Config
from recsys.interactions import Interactions
from recsys.interactions.matrix import NOTHING
from recsys.interactions.weights import EventWeights, confidence
from recsys.reranking import RerankerConfig
from recsys.retrieval import Retrieved, ask
from recsys.retrieval_facts import RetrievalFacts
from recsys.vocabulary import CREATOR_OBJECTIVES, CreatorObjective
from training.export.retrieval import retrieval_graph
from training.export.running import open_session
from training.recommending.relevance import Relevance
from training.recommending.situation import ROWS, Situation
from training.retrieval import ItemRetriever, RetrieverConfig
from training.retrieval.blend import BlendConfig, learn_blend
from training.retrieval.forms import Alike, Form

PAIRS_AT_ONCE = 400_000
"""Creators × items that a graph is asked about at once."""


class RetrievalConfig(Config):
    """How candidates are found."""

    models: dict[str, RetrieverConfig]
    """Learnt from choices, by the name of the source (R34)."""
    content: tuple[str, ...] = Field(min_length=1)
    """Blocks of content that are compared, each a source of its own."""
    events: EventWeights
    blend: BlendConfig
    candidates: int = Field(ge=1)
    """How many go on to the ranker."""
    tuned_places: int = Field(20, ge=1)
    """Settings are searched for the recall of so many first places on validation."""
    rerankers: tuple[RerankerConfig, ...] = ()
    """Applied to the ranker's order, in turn."""


@dataclass(frozen=True)
class Signals:
    """Everything that says something about creators and items, fitted at a moment."""

    config: RetrievalConfig
    item_ids: Ints
    """(training items,) rising."""
    models: Mapping[str, ItemRetriever]

    @classmethod
    def fit(cls, situation: Situation, config: RetrievalConfig) -> "Signals":
        """Learn from all that had happened at the moment; raises TableError if that is nothing."""
        known = known_at(situation, config.events)
        return cls(
            config, known.item_ids, {name: each.build().fit(known) for name, each in config.models.items()}
        )

    def only(self, names: tuple[str, ...]) -> "Signals":
        """These signals alone."""
        content = tuple(name for name in self.config.content if name in names)
        models = {name: model for name, model in self.models.items() if name in names}
        return Signals(self.config.model_copy(update={"content": content}), self.item_ids, models)

    @cached_property
    def forms(self) -> dict[str, Form]:
        """What the graph is written from."""
        forms: dict[str, Form] = {name: model.form_ for name, model in self.models.items()}
        return forms | {name: Alike(*CONTENT_BLOCKS[name]) for name in self.config.content}

    def scores(self, situation: Situation, creators: Ints, objective: CreatorObjective) -> dict[str, Scores]:
        """Signal → (creators, items on offer) float32 by the native models."""
        weighed = self.config.events, objective
        history = histories(situation.snapshot, situation.surface, creators, self.item_ids, weighed)
        columns = columns_of(situation.item_ids, self.item_ids)
        found = {name: _on_offer(model.score(history), columns) for name, model in self.models.items()}
        users, items = situation.user_content(creators), situation.item_content
        for name in self.config.content:
            start, end = CONTENT_BLOCKS[name]
            found[name] = users[:, start:end] @ items[:, start:end].T
        return found


def known_at(situation: Situation, events: EventWeights) -> Interactions:
    """What creators did with items, for both objectives together; raises TableError if they did nothing."""
    snapshot, surface = situation.snapshot, situation.surface
    parts = [confidence(events_of(snapshot, surface), events, objective) for objective in CREATOR_OBJECTIVES]
    users, items, confidences = (np.concatenate(part) for part in zip(*parts, strict=True))
    met = np.unique(items)
    pairs = users, np.searchsorted(met, items)
    return Interactions.of_pairs(snapshot.creators.ids, situation.catalogue.ids[met], pairs, confidences)


def _on_offer(scores: Scores, columns: Ints) -> Scores:
    """(creators, items on offer) of (creators, training items): 0 for later arrivals."""
    return np.where(columns == NOTHING, 0, scores[:, np.maximum(columns, 0)]).astype(np.float32)


def learn_weights(signals: Signals, situation: Situation, found: Relevance) -> Scores:
    """(objectives × segments, signals × floors) float32: what signals count, by what was taken up after."""
    parts = [_of_objective(signals, situation, found, objective) for objective in CREATOR_OBJECTIVES]
    return np.concatenate(parts)


def _of_objective(
    signals: Signals, situation: Situation, found: Relevance, objective: CreatorObjective
) -> Scores:
    """(segments, signals × floors). An item that brought something for the objective counts more."""
    shape = len(situation.creators), len(situation.items)
    worth = signals.config.events.results.get(objective)
    brought = found.results[objective]
    counts = found.weights * (1 if worth is None else 1 + worth.weight * np.log1p(brought / worth.scale))
    relevant = _interactions(shape, (found.creators, found.items), counts.astype(np.float32))
    nothing = _interactions(shape, (np.empty(0, np.int64), np.empty(0, np.int64)), np.empty(0, np.float32))
    scores = _Cached(lambda users: _open(signals, situation, users, objective))
    names = list(signals.forms)
    return learn_blend(
        [lambda users, name=name: scores(users)[name] for name in names],  # type: ignore[misc]
        nothing,
        relevant,
        situation.segments(situation.creators),
        signals.config.blend,
    )


def _open(
    signals: Signals, situation: Situation, users: Ints, objective: CreatorObjective
) -> dict[str, Scores]:
    """Scores of some of the situation's creators, 0 for what may not be recommended to them."""
    creators = situation.creators[users]
    allowed = situation.allowed(creators, objective)
    return {
        name: np.where(allowed, values, 0)
        for name, values in signals.scores(situation, creators, objective).items()
    }


class _Cached:
    """The last answer is kept: all signals are asked for the same users in turn."""

    def __init__(self, function: Callable[[Ints], dict[str, Scores]]) -> None:
        self.function = function
        self.users: Ints | None = None
        self.answer: dict[str, Scores] = {}

    def __call__(self, users: Ints) -> dict[str, Scores]:
        if self.users is None or not np.array_equal(self.users, users):
            self.users, self.answer = users, self.function(users)
        return self.answer


def _interactions(shape: tuple[int, int], pairs: tuple[Ints, Ints], confidences: Scores) -> Interactions:
    """Of places of creators and items; there may be none. Pairs stand by creator and item."""
    rows, items = pairs
    starts = np.searchsorted(rows, np.arange(shape[0] + 1)).astype(np.int64)
    return Interactions(np.arange(shape[0]), np.arange(shape[1]), starts, items, confidences)


@dataclass(frozen=True)
class Retriever:
    """A retrieval graph with what is needed to ask it."""

    facts: RetrievalFacts
    item_ids: Ints
    session: onnxruntime.InferenceSession

    @classmethod
    def of(cls, signals: Signals, weights: Scores, situation: Situation) -> "tuple[Retriever, bytes]":
        """The retriever of these weights, and its graph."""
        config, name = signals.config, f"{situation.surface}_retrieval"
        graph = retrieval_graph(signals.forms, weights, config.blend.floors, name, open_catalogue=True)
        facts = RetrievalFacts(
            surface=situation.surface,
            graph=f"{name}.onnx",
            items="items.npy",
            signals=tuple(signals.forms),
            events=config.events,
            segments=LADDER,
            candidates=config.candidates,
            rerankers=config.rerankers,
            content_width=WIDTH,
            golden=(),
        )
        return cls(facts, signals.item_ids, open_session(graph)), graph

    def retrieve(
        self, situation: Situation, creators: Ints, objective: CreatorObjective, count: int | None = None
    ) -> Retrieved:
        """The best items on offer of each creator, as places in `situation.items`; all without a count."""
        allowed: Flags = situation.allowed(creators, objective)
        columns = columns_of(situation.item_ids, self.item_ids)
        offer = Offer(self.item_ids, situation.item_content, columns)
        question = asked(situation.snapshot, self.facts, offer, creators, objective, allowed)
        if not CONTENT_BLOCKS.keys() & set(self.facts.signals):
            question = replace(question, user_content=None, item_content=None)
        return ask(self.session, question, count or max(len(situation.items), 1))


def blocks(creators: Ints, items: int) -> list[Ints]:
    """The creators, as many at a time as bounds memory with so many items on offer."""
    rows = min(ROWS, PAIRS_AT_ONCE // max(items, 1) + 1)
    return [creators[start : start + rows] for start in range(0, len(creators), rows)]
