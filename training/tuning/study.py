"""Seeded, resumable studies (Optuna's tree-structured Parzen estimator; Bergstra et al. 2011)."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import TPESampler
from optuna.trial import FrozenTrial, TrialState
from pydantic import Field
from sqlalchemy.exc import SQLAlchemyError

from recsys.config import Config
from recsys.errors import ConfigError
from recsys.files import sha256_of_json
from training.tuning.space import SearchSpace, distributions

Settings = dict[str, Any]
SECONDS = "seconds"


class TuningConfig(Config):
    """How long is searched; the same seed and number of trials choose the same settings."""

    trials: int = Field(ge=1)
    """Settings that are tried at most, those of earlier runs of the same study among them."""
    startup_trials: int = Field(10, ge=1)
    """The first are the settings as configured and random draws; later ones are modelled on what was good."""
    budget_seconds: float | None = Field(None, gt=0)
    """After the first, no trial begins that would end later if it took as long as the one before.

    How many there are then depends on the machine: only null is repeatable.
    """
    storage: Path | None = None
    """SQLite file in which trials are kept: a run that was stopped goes on there. Null keeps nothing."""
    seed: int


@dataclass(frozen=True)
class Trial:
    """One try."""

    number: int
    settings: Settings
    """Only what the space names."""
    value: float
    """Of the objective; higher is better."""
    seconds: float


@dataclass(frozen=True)
class Tuned:
    """Every trial of a study in the order tried; the first has the settings as configured."""

    trials: tuple[Trial, ...]
    resumed: int
    """How many of them an earlier run had done."""
    ended_by_budget: bool
    """Whether time ran out first, so that another run may choose otherwise."""

    @property
    def best(self) -> Trial:
        """The highest value; of equal ones the earliest."""
        return max(self.trials, key=lambda trial: (trial.value, -trial.number))


def tune(
    objective: Callable[[Settings], float],
    space: SearchSpace,
    start: Mapping[str, Any],
    config: TuningConfig,
    name: str,
    told: Callable[[Trial], None] = lambda _: None,
) -> Tuned:
    """Maximise `objective` over `space`, beginning with the settings of `start`; an empty space is one trial.

    `name` says what is tuned on which data: with a storage, a study of the same name, space, start and seed
    is gone on with. `told` hears of each trial that was done now. Raises ConfigError for a start outside of
    the space and a storage that cannot be opened.
    """
    began = time.monotonic()
    drawn = distributions(space, start)
    first = {setting: start[setting] for setting in drawn}
    study = _open(config, f"{name}-{_fingerprint(space, first, config)}")
    resumed = len(_done(study))
    while len(done := _done(study)) < (config.trials if drawn else 1):
        if done and _would_be_late(time.monotonic() - began + done[-1].seconds, config):
            return Tuned(done, resumed, ended_by_budget=True)
        told(_try(study, objective, drawn, first if not done else None, config))
    return Tuned(done, resumed, ended_by_budget=False)


def _try(
    study: optuna.Study,
    objective: Callable[[Settings], float],
    drawn: dict[str, BaseDistribution],
    first: Settings | None,
    config: TuningConfig,
) -> Trial:
    """One more trial; it depends on the seed and the trials before it alone, so a resumed study agrees."""
    number = len(_done(study))
    study.sampler = TPESampler(n_startup_trials=config.startup_trials, seed=config.seed + number)
    if first is not None:
        study.enqueue_trial(first, skip_if_exists=True)
    asked = study.ask(drawn)
    began = time.monotonic()
    value = objective(dict(asked.params))
    asked.set_user_attr(SECONDS, time.monotonic() - began)
    return _trial(number, study.tell(asked, value))


def _trial(number: int, found: FrozenTrial) -> Trial:
    return Trial(number, dict(found.params), float(found.values[0]), float(found.user_attrs[SECONDS]))


def _done(study: optuna.Study) -> tuple[Trial, ...]:
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return tuple(_trial(number, found) for number, found in enumerate(complete))


def _would_be_late(seconds: float, config: TuningConfig) -> bool:
    return config.budget_seconds is not None and seconds > config.budget_seconds


def _fingerprint(space: SearchSpace, first: Settings, config: TuningConfig) -> str:
    """Of all that the draws depend on: trials drawn otherwise are never mixed in."""
    values = {
        name: list(each) if isinstance(each, tuple) else each.model_dump() for name, each in space.items()
    }
    return sha256_of_json([values, first, config.seed, config.startup_trials])[:12]


def _open(config: TuningConfig, name: str) -> optuna.Study:
    """The study of this name; what an earlier run left unfinished in it is given up."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = None if config.storage is None else f"sqlite:///{config.storage}"
    try:
        study = optuna.create_study(
            storage=storage, study_name=name, direction="maximize", load_if_exists=True
        )
    except SQLAlchemyError as error:
        raise ConfigError(
            f"tuning.storage: {config.storage} cannot be opened: {str(error).splitlines()[0]}"
        ) from error
    for left in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(left.number, state=TrialState.FAIL)
    return study
