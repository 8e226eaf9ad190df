"""Learning a first stage: the ranker's own scores of every creator for a few made briefs."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from features.catalogue import FEATURES
from features.first_stage.briefs import made_briefs
from features.first_stage.config import FirstStageConfig
from features.first_stage.factors import Turn, turned
from features.first_stage.index import NOWHERE, FirstStage, IndexFacts, MarketFacts
from features.matrix import match_features
from recsys.arrays import Array, Features, Ints
from recsys.brief import Brief
from recsys.cascade import Scoring
from recsys.snapshot import Snapshot
from recsys.spacing import spaced

BLOCK = 1 << 10
"""Creators scored at once: bounds the memory of their features for every brief."""
Done = Callable[[int], None]


@dataclass(frozen=True)
class _Part:
    """A market's creators, and what they became."""

    rows: Ints
    turn: Turn
    factors: Features


def built(
    score: Scoring, bundle: str, snapshot: Snapshot, config: FirstStageConfig, done: Done, threads: int = 1
) -> FirstStage:
    """A first stage for a ranker, of a bundle of this name, on a snapshot; the same for the same seed.

    Only markets with more creators than `config.scored` get a part of it, and only if they have products.
    `done` hears how many creators were scored, `steps` of them in all. A creator's history with a brand has
    no part in it: who has one is scored anyway (`features.first_stage.search`).
    """
    strangers = without_history(snapshot)
    with ThreadPoolExecutor(threads) as pool:
        scoring = _Scoring(score, strangers, pool, done)
        parts = {name: _part(name, rows, scoring, config) for name, rows in large_markets(snapshot, config)}
    found = {name: part for name, part in parts.items() if part}
    return _assembled(found, bundle, snapshot, config)


def steps(snapshot: Snapshot, config: FirstStageConfig) -> int:
    """How many creators `built` scores, each time they are scored, at most."""
    counts = [len(rows) for _, rows in large_markets(snapshot, config)]
    return sum(count * config.anchors + min(count, config.sample) * config.candidates for count in counts)


def without_history(snapshot: Snapshot) -> Snapshot:
    """The same creators and brands, as if none had met."""
    return replace(snapshot, pairs=snapshot.pairs.take(slice(0)))


def large_markets(snapshot: Snapshot, config: FirstStageConfig) -> Iterator[tuple[str, Ints]]:
    """Markets with more creators than are scored for a brief, and the rows of their creators."""
    for code, name in enumerate(snapshot.facts.markets):
        rows = np.flatnonzero(snapshot.creators["market"] == code)
        if len(rows) > config.scored:
            yield name, rows


@dataclass(frozen=True)
class _Scoring:
    """Scores creators for briefs, some at a time."""

    score: Scoring
    snapshot: Snapshot
    pool: ThreadPoolExecutor
    done: Done

    def scores(self, rows: Ints, briefs: list[Brief]) -> Array:
        """(rows, briefs) float32."""
        scores = np.empty((len(rows), len(briefs)), np.float32)

        def fill(start: int) -> int:
            block = rows[start : start + BLOCK]
            pairs = np.empty((len(block), len(briefs), len(FEATURES)), np.float32)
            for column, brief in enumerate(briefs):
                pairs[:, column] = match_features(brief, self.snapshot, block)
            # A creator's rows in a row take much the same way through the trees: half the time.
            found = self.score(pairs.reshape(-1, len(FEATURES)))
            scores[start : start + BLOCK] = found.reshape(pairs.shape[:2])
            return len(block) * len(briefs)

        for count in self.pool.map(fill, range(0, len(rows), BLOCK)):
            self.done(count)
        return scores


def _part(name: str, rows: Ints, scoring: _Scoring, config: FirstStageConfig) -> _Part | None:
    briefs = made_briefs(scoring.snapshot, name, config.candidates, config.seed)
    if not briefs:
        return None
    known = scoring.scores(spaced(rows, config.sample), briefs).astype(np.float64)
    turn = turned(known, config.anchors, config.factors)
    factors = turn.factors(scoring.scores(rows, [briefs[column] for column in turn.anchors]))
    return _Part(rows, turn, factors)


def _assembled(
    parts: dict[str, _Part], bundle: str, snapshot: Snapshot, config: FirstStageConfig
) -> FirstStage:
    width = max((part.factors.shape[1] for part in parts.values()), default=0)
    markets, start = {}, 0
    for name, part in parts.items():
        markets[name] = MarketFacts(
            start=start,
            end=start + len(part.rows),
            weights=(*part.turn.weights.tolist(), *[0.0] * (width - len(part.turn.weights))),
            noise=part.turn.noise,
            anchors=len(part.turn.anchors),
        )
        start += len(part.rows)
    factors = np.zeros((start, width), np.float32)
    places = np.full(len(snapshot.creators), NOWHERE, np.int32)
    for market, part in zip(markets.values(), parts.values(), strict=True):
        factors[market.start : market.end, : part.factors.shape[1]] = part.factors
        places[part.rows] = np.arange(len(part.rows), dtype=np.int32)
    rows = np.concatenate([np.empty(0, np.int64), *(part.rows for part in parts.values())])
    facts = IndexFacts(bundle=bundle, snapshot=snapshot.name, config=config, markets=markets)
    return FirstStage(facts, factors, rows, places)
