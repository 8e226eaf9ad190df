"""Finding a brief's best creators among very many: score a few, estimate all, score the best, learn, repeat.

A few creators scored for the brief tell its weights of the factors (Bayesian linear regression around what
briefs usually weigh); the weights tell every creator's score, nearly; the best by that are scored in rounds,
each of which corrects the weights where it matters (ADACUR, Yadav et al. 2023).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from features.first_stage.history import Met
from features.first_stage.index import Market
from recsys.arrays import Array, Features, Flags, Floats, Ints, Scores
from recsys.spacing import spaced

SPREAD = 0.1
"""Creators spread evenly over all the eligible who are scored first: share of those to be scored."""
MET = 0.25
"""The same of those with a history with the brand; where they are fewer, all of them are scored."""
ROUNDS = (0.5, 0.75, 1.0)
"""Share of the creators to be scored who have been by the end of each round."""
SHORTLISTED = 8
"""Creators whose estimates are corrected after each round, for each one to be scored."""
FEW = 16
"""Once fewer than one creator in so many is eligible, factors are looked up: a scan is that much quicker."""
SAMPLED = 64
"""One estimate in so many tells where about the best begin."""
TINY = 1e-9
Score = Callable[[Ints], Scores]
"""The ranker's scores of rows of the snapshot's creators, for the brief."""


@dataclass(frozen=True)
class Found:
    """Who was scored, and how."""

    rows: Ints
    """Rows of the snapshot's creators, rising."""
    scores: Scores
    """The ranker's own."""
    met: Flags
    """Whether they have a history with the brand."""


def search(market: Market, eligible: Ints, met: Met, score: Score, count: int) -> Found:
    """Score `count` creators: those likely to be the best, among them all with a history if they are few.

    `eligible` are rising places of the market, more than `count`; `met` are those of them with a history.
    """
    # Weights are told by means over who is known; the first few are never more than are asked for.
    first = _union(spaced(eligible, max(1, int(SPREAD * count))), spaced(met.places, int(MET * count)))
    looked = _Pool(market, met, first)
    looked.look(np.arange(len(first)), score)
    best = best_places(estimates(market, eligible, looked.weights()), SHORTLISTED * count)
    pool = _Pool(market, met, _union(eligible[best], met.places, first))
    pool.know(looked)
    for share in ROUNDS:
        pool.look(pool.best(int(share * count) - pool.known), score)
    return pool.found()


def _union(*places: Ints) -> Ints:
    """All the places, rising, each once: np.union1d hashes, which takes ten times as long."""
    merged = np.sort(np.concatenate(places))
    return merged[np.diff(merged, prepend=-1) > 0]


class _Pool:
    """Creators who may be scored for the brief, and who have been."""

    def __init__(self, market: Market, met: Met, places: Ints) -> None:
        self.market, self.places = market, places
        self.factors, self.met = _factors(market, met, places)
        self.scores = np.full(len(places), np.nan, np.float32)

    @property
    def known(self) -> int:
        """How many have been scored."""
        return int(np.count_nonzero(~np.isnan(self.scores)))

    def look(self, chosen: Ints, score: Score) -> None:
        """Score some."""
        if len(chosen):
            self.scores[chosen] = score(self.market.rows[self.places[chosen]])

    def know(self, other: "_Pool") -> None:
        """Take over the scores of another pool, all of whose creators are in this one."""
        self.scores[np.searchsorted(self.places, other.places)] = other.scores

    def best(self, count: int) -> Ints:
        """The likely best of those not scored."""
        new = np.flatnonzero(np.isnan(self.scores))
        return new[best_places((self.factors @ self.weights().astype(np.float32))[new], count)]

    def weights(self) -> Floats:
        """The brief's weights as far as they can be told by now: the mean of their posterior."""
        known = ~np.isnan(self.scores)
        factors, scores = self.factors[known].astype(np.float64), self.scores[known].astype(np.float64)
        usual = np.zeros(factors.shape[1])
        usual[: len(self.market.weights)] = self.market.weights
        factors -= factors.mean(axis=0)
        missed = scores - scores.mean() - factors @ usual
        precision = factors.T @ factors + max(self.market.noise, TINY) * np.eye(len(usual))
        return np.asarray(usual + np.linalg.solve(precision, factors.T @ missed))

    def found(self) -> Found:
        """Those who have been scored."""
        known = ~np.isnan(self.scores)
        return Found(self.market.rows[self.places[known]], self.scores[known], self.met[known])


def _factors(market: Market, met: Met, places: Ints) -> tuple[Features, Flags]:
    """Factors of the market and of history side by side, and who has a history."""
    among = np.minimum(np.searchsorted(met.places, places), max(len(met.places) - 1, 0))
    has = met.places[among] == places if len(met.places) else np.zeros(len(places), np.bool_)
    factors = np.zeros((len(places), market.factors.shape[1] + met.factors.shape[1]), np.float32)
    factors[:, : market.factors.shape[1]] = market.factors[places]
    factors[has, market.factors.shape[1] :] = met.factors[among[has]]
    return factors, has


def estimates(market: Market, places: Array, weights: Floats) -> Scores:
    """Scores of strangers at places of a market by their factors, up to a constant."""
    own = weights[: market.factors.shape[1]].astype(np.float32)
    if len(places) * FEW < len(market.rows):
        return np.asarray(market.factors[places] @ own)
    everyone = market.factors @ own
    return np.asarray(everyone if len(places) == len(everyone) else everyone[places])


def best_places(values: Scores, count: int) -> Ints:
    """Places of the `count` largest values, rising; of equal ones the earlier. All where there are fewer.

    A sample tells above which value there are a few more than `count`, so that most are not looked at twice.
    """
    if len(values) <= count or count <= 0:
        return np.arange(len(values) if count > 0 else 0)
    near = np.flatnonzero(values >= _floor(values, count))
    if len(near) < count:
        near = np.arange(len(values))
    least = np.partition(values[near], len(near) - count)[len(near) - count]
    above = near[values[near] > least]
    equal = near[values[near] == least][: count - len(above)]
    return np.sort(np.concatenate([above, equal]))


def _floor(values: Scores, count: int) -> np.float32:
    """What, by a sample, somewhat more than `count` of the values reach."""
    sample = values[::SAMPLED]
    above = min(2 * count // SAMPLED + SAMPLED, len(sample))
    return np.float32(np.partition(sample, len(sample) - above)[len(sample) - above])
