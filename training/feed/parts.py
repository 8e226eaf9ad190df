"""Boosted trees of several kinds as one model: rounds by validation days, scores added up by weight."""

from collections.abc import Callable, Mapping, Sequence

import lightgbm
import numpy as np
from pydantic import Field

from recsys.arrays import Scores
from recsys.config import Config
from recsys.judged import Judged
from training.feed.features import DATE
from training.ranking import TreeRankerConfig
from training.ranking.averaged import added, mean_curve

Curve = list[dict[str, float]]
"""One dict a round: its number and what was reached on validation rows."""


class Part(Config):
    """Boosted trees whose scores are added to those of the other parts."""

    weight: float = Field(gt=0)
    """Standard deviation of the part's scores over the rows it learned from, once they are added."""
    ranker: TreeRankerConfig


def fit_parts(
    known: Judged, parts: Mapping[str, Part], rounds: Mapping[str, int]
) -> tuple[lightgbm.Booster, dict[str, float]]:
    """Every part with so many rounds, added up by weight, and each feature's share of the gain."""
    boosters, factors, shares = [], [], []
    for name, part in parts.items():
        ranker = part.ranker.with_rounds(rounds[name]).build().fit(known, known)
        boosters.append(ranker.booster_)
        factors.append(part.weight / spread_of(ranker.score(known.features)))
        shares.append(shares_of(ranker.importance(), part.weight))
    return added(boosters, factors), summed(shares)


def choose_rounds(
    known: Judged, part: Part, valid_dates: tuple[int, ...], done: Callable[[int], None]
) -> Curve:
    """The part's mean learning curve on the validation days; its best round is the number to fit."""
    dates, curves = known.query_segments[DATE], []
    for date in valid_dates:
        ranker = part.ranker.build().fit(known.take(dates < date), known.take(dates == date))
        curves.append(ranker.curve_)
        done(1)
    return mean_curve(curves)


def spread_of(scores: Scores) -> float:
    """Standard deviation of the scores, 1 where they do not differ."""
    return float(scores.std(dtype=np.float64)) or 1.0


def shares_of(importance: Mapping[str, float], weight: float) -> dict[str, float]:
    """Each feature's share of the gain, all of them adding up to the weight."""
    total = sum(importance.values()) or 1.0
    return {name: weight * gain / total for name, gain in importance.items()}


def summed(shares: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The sums of the parts' shares as shares of all, largest first."""
    together = {name: sum(share[name] for share in shares) for name in shares[0]}
    return dict(sorted(shares_of(together, 1.0).items(), key=lambda item: -item[1]))
