"""From retrieved items to the order to show: re-ranking, its cost, and the chances it took."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.recommending.matrix import Pairs, passed_between
from features.recommending.surfaces import Surface, items_of
from recsys.arrays import Features, Floats, Ints
from recsys.errors import BundleError, ConfigError
from recsys.reranking import RerankerConfig, build_all
from recsys.reranking.exploration import Exploration, ExplorationConfig
from recsys.reranking.facts import ItemFacts
from recsys.reranking.given_up import fit_given_up
from recsys.snapshot import Snapshot
from recsys.stages import Candidates

GROUPS: dict[Surface, tuple[tuple[str, str], ...]] = {
    "products": (("brand", "brand_id"), ("category", "category")),
    "inspiration": (("creator", "creator"), ("category", "category"), ("hook", "hook")),
}
"""What re-rankers may limit the number of, and the items' column of it."""


@dataclass(frozen=True)
class CreatorQuery:
    """A creator who asks; the same query explores the same way."""

    key: tuple[int, ...]


@dataclass(frozen=True)
class ItemSlate:
    """Ranked items in the order to show."""

    asked: int
    """How many items were asked for."""
    places: Ints
    """(shown,): place of each among the ranked ones it was chosen from, in retrieval order."""
    by_score: Ints
    """(shown,): its place by score, 0 for the best."""
    propensities: Floats | None
    """(shown,): P(the item takes its place | those above it); None where nothing is left to chance."""
    given_up: float
    """Share of the fit that the order costs; 0 to 1."""


def slate_of(
    query: CreatorQuery,
    ranked: Candidates,
    facts: ItemFacts,
    rerankers: Sequence[RerankerConfig],
    count: int,
) -> ItemSlate:
    """The first `count` after re-ranking; `ranked.items` are rows of `facts`, that is 0, 1 and so on."""
    best = ranked.top(len(ranked.items))
    candidates, propensities = best, None
    for reranker in build_all(rerankers, facts):
        if isinstance(reranker, Exploration):
            explored = reranker.explore(query, candidates)
            candidates, propensities = explored.candidates, explored.propensities[:count]
        else:
            candidates = reranker.rerank(query, candidates)
    shown = candidates.take(np.arange(min(count, len(candidates.items))))
    by_score = np.empty(len(best.items), np.int64)
    by_score[best.items] = np.arange(len(best.items))
    return ItemSlate(
        count, shown.items, by_score[shown.items], propensities, fit_given_up(best, shown, count)
    )


def check_rerankers(surface: Surface, snapshot: Snapshot, rerankers: Sequence[RerankerConfig]) -> None:
    """Raises BundleError for a re-ranker that needs what is not known of the surface's items.

    And for exploration before another one: its chances would not be those of the order that is shown.
    """
    if any(isinstance(config, ExplorationConfig) for config in rerankers[:-1]):
        raise BundleError(f"exploration must be the last re-ranker, found {[one.kind for one in rerankers]}")
    nothing = np.empty(0, np.int64)
    try:
        build_all(rerankers, item_facts(snapshot, surface, 0, nothing, np.empty((0, 1), np.float32)))
    except ConfigError as error:
        raise BundleError(f"{surface}: {error}") from error


def item_facts(
    snapshot: Snapshot, surface: Surface, creator_row: int, rows: Ints, vectors: Features
) -> ItemFacts:
    """What re-rankers may know of these rows of items, `vectors` among it, for this creator."""
    items = items_of(snapshot, surface)
    pairs = Pairs(np.full(len(rows), creator_row), rows)
    shown = passed_between(snapshot, surface, pairs, "shown", "count")
    return ItemFacts(
        vectors=vectors,
        groups={name: items[column][rows].astype(np.int64) for name, column in GROUPS[surface]},
        age_days=items["age_days"][rows].astype(np.float64) if surface == "inspiration" else None,
        times_shown=np.nan_to_num(shown).astype(np.int64),
        days_since_shown=passed_between(snapshot, surface, pairs, "shown", "age_days"),
    )
