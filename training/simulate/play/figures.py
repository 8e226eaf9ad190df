"""What plays came to: totals by policy over seeds, beside the oracle's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from recsys.arrays import Floats
from recsys.evaluation import Interval
from recsys.vocabulary import TIERS
from training.simulate.play.log import Log

Plays = Mapping[str, Sequence[Log]]
"""Policy → its log under each seed; the same seeds in the same order for all."""
LEVEL = 0.95


@dataclass(frozen=True)
class Figures:
    """One policy over all seeds. Amounts are means a seed, in minor units; intervals are over seeds."""

    gmv: Interval
    """What the deliveries brought."""
    expected_gmv: Interval
    """The truth's mean of it when the invitations were sent: the same choices without their luck."""
    cost: Interval
    """Fees of those who accepted."""
    share: Interval
    """Total GMV over the reference's, seeds paired."""
    expected_share: Interval
    """Total expected GMV over the reference's."""
    invited: float
    accepted: float
    delivered: float
    exposure: dict[str, float]
    """Follower tier → share of the invitations (R21)."""
    new: float
    """Share of the invitations that went to accounts made in the 60 days before."""


def figures_of(plays: Plays, reference: str) -> dict[str, Figures]:
    """Every policy's figures; shares are of the `reference` policy, NaN where it was not played."""
    best = plays.get(reference)
    return {policy: _figures(logs, best) for policy, logs in plays.items()}


def _figures(logs: Sequence[Log], best: Sequence[Log] | None) -> Figures:
    everything = Log.joined(logs)
    gmv, expected = totals(logs, "gmv"), totals(logs, "expected_gmv")
    return Figures(
        gmv=over_seeds(gmv),
        expected_gmv=over_seeds(expected),
        cost=over_seeds(np.array([log.cost for log in logs], np.float64)),
        share=_share(gmv, best, "gmv"),
        expected_share=_share(expected, best, "expected_gmv"),
        invited=len(everything) / len(logs),
        accepted=float(everything.accepted.sum()) / len(logs),
        delivered=float(everything.delivered.sum()) / len(logs),
        exposure=_exposure(everything),
        new=float(everything.is_new.mean()),
    )


def totals(logs: Sequence[Log], column: str) -> Floats:
    """The sum of a column in each log."""
    return np.array([getattr(log, column).sum() for log in logs], np.float64)


def _share(ours: Floats, best: Sequence[Log] | None, column: str) -> Interval:
    nothing = Interval(float("nan"), float("nan"), float("nan"), 0)
    return nothing if best is None else ratio_of_totals(ours, totals(best, column))


def over_seeds(values: Floats) -> Interval:
    """The mean with Student's interval over seeds; the interval is NaN with one seed."""
    return _around(float(values.mean()), values)


def ratio_of_totals(ours: Floats, theirs: Floats) -> Interval:
    """Σ ours / Σ theirs with its interval over paired seeds, by linearisation (Cochran 1977, §2.11)."""
    ratio = float(ours.sum() / theirs.sum())
    return _around(ratio, (ours - ratio * theirs) / theirs.mean())


def _around(centre: float, deviations: Floats) -> Interval:
    count = len(deviations)
    if count < 2:
        return Interval(centre, float("nan"), float("nan"), count)
    half = float(student.ppf((1 + LEVEL) / 2, count - 1) * deviations.std(ddof=1) / np.sqrt(count))
    return Interval(centre, centre - half, centre + half, count)


def _exposure(log: Log) -> dict[str, float]:
    counts = np.bincount(log.tier, minlength=len(TIERS))
    return dict(zip(TIERS, (counts / max(len(log), 1)).tolist(), strict=True))
