"""The moments from which creators are looked at: to learn, to choose settings, to test."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import Field

from recsys.config import Config
from recsys.errors import TableError


class MomentsConfig(Config):
    """What happens within `horizon_days` after a moment is what had to be foreseen at it."""

    horizon_days: int = Field(ge=1)
    learning: int = Field(ge=2)
    """Moments to learn from, a horizon apart; at the first one only retrieval's blend is learnt."""
    test: int = Field(ge=1)
    """Moments at which every figure is measured."""
    test_every_days: int = Field(ge=1)


@dataclass(frozen=True)
class Moments:
    """In rising order; what is foreseen at each but the test's has happened before the next."""

    learning: tuple[datetime, ...]
    valid: datetime
    test: tuple[datetime, ...]

    @property
    def known(self) -> tuple[datetime, ...]:
        """All that are over when the test begins."""
        return (*self.learning, self.valid)


def moments_of(start: datetime, end: datetime, config: MomentsConfig) -> Moments:
    """The moments of a marketplace known from `start` to `end`, the last ones that fit.

    Raises TableError where the first one would not come after the start.
    """
    horizon = timedelta(days=config.horizon_days)
    test = _until(end - horizon, config.test, timedelta(days=config.test_every_days))
    *learning, valid = _until(test[0] - horizon, config.learning + 1, horizon)
    if learning[0] <= start:
        raise TableError(
            f"{config.learning} moments to learn from and {config.test} to test begin at "
            f"{learning[0]:%Y-%m-%d}, but the tables begin at {start:%Y-%m-%d}: shorten horizon_days or take "
            "fewer moments"
        )
    return Moments(tuple(learning), valid, tuple(test))


def _until(last: datetime, count: int, apart: timedelta) -> Sequence[datetime]:
    return [last - apart * (count - 1 - place) for place in range(count)]
