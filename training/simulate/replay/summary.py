"""How well the estimates of many replays did: coverage, bias, error, width, and what was refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from recsys.off_policy import Estimate
from training.simulate.replay.run import Valued

Z = 1.959964


@dataclass(frozen=True)
class Summary:
    """One estimator of one target's reward over all replays; relative figures are shares of the mean truth.

    Figures of estimates are None where every replay was refused.
    """

    target: str
    reward: str
    estimator: str
    replays: int
    refused: int
    truth: float
    """Mean over all replays, in the reward's unit for each slot."""
    effective_size: float
    """Median over all replays."""
    coverage: float | None
    """Share of the intervals that hold the truth."""
    coverage_low: float | None
    coverage_high: float | None
    """95 % binomial interval of the coverage (Wilson 1927)."""
    bias: float | None
    """Mean error, relative."""
    rmse: float | None
    """Root of the mean squared error, relative."""
    width: float | None
    """Mean width of the intervals, relative."""


def summarise(valued: Sequence[Valued]) -> list[Summary]:
    """One summary for each target, reward and estimator, in their order of first appearance."""
    groups: dict[tuple[str, str, str], list[Valued]] = {}
    for one in valued:
        groups.setdefault((one.target, one.reward, one.estimator), []).append(one)
    return [_summary(key, group) for key, group in groups.items()]


def _summary(key: tuple[str, str, str], group: Sequence[Valued]) -> Summary:
    answered = [(one.truth, one.answer.interval) for one in group if isinstance(one.answer, Estimate)]
    truth = float(np.mean([one.truth for one in group]))
    errors = np.array([interval.mean - true for true, interval in answered]) / truth
    covered = sum(interval.low <= true <= interval.high for true, interval in answered)
    low, high = wilson(covered, len(answered)) if answered else (None, None)
    return Summary(
        *key,
        replays=len(group),
        refused=len(group) - len(answered),
        truth=truth,
        effective_size=float(np.median([one.answer.overlap.effective_size for one in group])),
        coverage=covered / len(answered) if answered else None,
        coverage_low=low,
        coverage_high=high,
        bias=float(errors.mean()) if answered else None,
        rmse=float(np.sqrt((errors**2).mean())) if answered else None,
        width=float(np.mean([each.high - each.low for _, each in answered])) / truth if answered else None,
    )


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); needs at least one trial."""
    share, spread = successes / trials, Z**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    arm = Z / (1 + spread) * sqrt(share * (1 - share) / trials + spread / (4 * trials))
    return middle - arm, middle + arm
