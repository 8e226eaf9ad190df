"""What a policy would earn, from the log of another that explored, beside what it earned when it was played.

An action is a place: given who stands above it in the brief, the logging policy draws one of the creators who
are free, and the target would take one of the same. What differs further up, and what a week of other choices
does to who is busy, is left out: that is the price of looking at one place at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import TweedieRegressor

from recsys.arrays import Floats, Ints
from recsys.evaluation import Interval
from recsys.off_policy import Estimate, LoggedActions, Predicted, doubly_robust, estimate, snips
from training.simulate.play.choices import Choices
from training.simulate.play.figures import Plays, over_seeds
from training.simulate.play.log import Log

FOLDS = 5
RESULT_POWER = 1.5
"""Tweedie variance power of the reward model: mostly 0, with a long tail."""
EACH = {"snips": snips, "doubly_robust": doubly_robust}


@dataclass(frozen=True)
class Compared:
    """One estimate of a policy not played beside the play; GMV a place in minor units."""

    logged: str
    """The policy whose log was used."""
    target: str
    estimator: str
    estimate: Interval | None
    """None where it was refused."""
    refused: str | None
    """Why."""
    effective_size: float
    played: Interval | None
    """What the target earned a place when it was played, over seeds; None where it was not."""


def compare(
    plays: Plays, choices: Mapping[str, Sequence[Choices]], targets: Sequence[str], seed: int
) -> list[Compared]:
    """Every estimator for every target, from the log of every policy that has choices."""
    return [
        _compared(actions, (logged, target, name), plays.get(target), seed)
        for logged, seen in choices.items()
        for place, target in enumerate(targets)
        if target != logged
        for actions in [logged_actions(plays[logged], seen, place)]
        for name in EACH
    ]


def _compared(
    actions: LoggedActions, names: tuple[str, str, str], played: Sequence[Log] | None, seed: int
) -> Compared:
    found = estimate(actions, EACH[names[2]], seed)
    return Compared(
        *names,
        estimate=found.interval if isinstance(found, Estimate) else None,
        refused=None if isinstance(found, Estimate) else found.reason,
        effective_size=found.overlap.effective_size,
        played=None if played is None else over_seeds(np.array([log.gmv.mean() for log in played])),
    )


def logged_actions(logs: Sequence[Log], choices: Sequence[Choices], target: int) -> LoggedActions:
    """All seeds' places as logged actions of which the target takes its choice for certain."""
    log, made = Log.joined(logs), Choices.joined(choices)
    briefs = np.concatenate([log.campaign_id + number * 10**9 for number, log in enumerate(logs)])
    logged, wanted = made.known[:, 0], made.known[:, 1 + target]
    reward = log.gmv.astype(np.float64)
    return LoggedActions(
        reward=reward,
        propensity=log.propensity,
        target=(made.candidate[:, 0] == made.candidate[:, 1 + target]).astype(np.float64),
        cluster=briefs,
        predicted=predicted(reward, logged, wanted, briefs),
    )


def predicted(reward: Floats, logged: Floats, wanted: Floats, briefs: Ints) -> Predicted:
    """A log-linear model of the reward, by folds of whole briefs: no row is predicted by what it taught."""
    of_logged, of_wanted = np.zeros(len(reward)), np.zeros(len(reward))
    _, brief = np.unique(briefs, return_inverse=True)
    for fold in range(FOLDS):
        here = brief % FOLDS == fold
        scale = reward[~here].mean() or 1.0
        model = TweedieRegressor(power=RESULT_POWER, link="log", alpha=0.01, max_iter=1_000)
        model.fit(logged[~here], reward[~here] / scale)
        of_logged[here] = model.predict(logged[here]) * scale
        of_wanted[here] = model.predict(wanted[here]) * scale
    return Predicted(of_logged, of_wanted)
