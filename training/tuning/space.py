"""Search spaces that can stand in YAML: a range or a list of choices for each setting."""

from collections.abc import Mapping
from typing import Any, Self

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from pydantic import model_validator

from recsys.config import Config
from recsys.errors import ConfigError

Setting = bool | int | float | str | None


class Range(Config):
    """Numbers between two bounds, both included; whole numbers where both bounds are."""

    low: int | float
    high: int | float
    log: bool = False
    """Whether the order of magnitude is drawn evenly; both bounds are above 0 then."""

    @model_validator(mode="after")
    def _bounds_rise(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low must be below high, found {self.low} and {self.high}")
        if self.log and self.low <= 0:
            raise ValueError(f"on a log scale low must be above 0, found {self.low}")
        return self

    def distribution(self) -> FloatDistribution | IntDistribution:
        """The same range as Optuna has it."""
        if isinstance(self.low, int) and isinstance(self.high, int):
            return IntDistribution(self.low, self.high, log=self.log)
        return FloatDistribution(self.low, self.high, log=self.log)


SearchSpace = dict[str, Range | tuple[Setting, ...]]
"""Setting → where its value may come from."""


def distributions(space: SearchSpace, start: Mapping[str, Any]) -> dict[str, BaseDistribution]:
    """The space for Optuna; raises ConfigError where `start` lacks a setting or has a value outside."""
    found: dict[str, BaseDistribution] = {
        name: values.distribution() if isinstance(values, Range) else CategoricalDistribution(values)
        for name, values in space.items()
    }
    for name, distribution in found.items():
        if name not in start:
            raise ConfigError(f"the search space names {name}, which is no setting; there are {list(start)}")
        if not holds(distribution, start[name]):
            raise ConfigError(f"{name}: the search starts at {start[name]!r}, outside of {space[name]}")
    return found


def holds(distribution: BaseDistribution, value: Any) -> bool:
    """Whether a value could be drawn."""
    if isinstance(distribution, CategoricalDistribution):
        return value in distribution.choices
    numbers = int if isinstance(distribution, IntDistribution) else int | float
    if isinstance(value, bool) or not isinstance(value, numbers):
        return False
    return isinstance(distribution, IntDistribution | FloatDistribution) and (
        distribution.low <= value <= distribution.high
    )
