"""What a feature is: a function whose parameters are the columns it reads, and the reason it belongs to."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from recsys.vocabulary import ReasonGroup

Kind = Literal["creator", "pair"]


@dataclass(frozen=True)
class Feature:
    """One column of the match matrix.

    `creator` features are Ibis expressions over the columns of a creator's profile, computed once a snapshot;
    `pair` features are NumPy functions of brief, creator, brand and their history, computed for each brief.
    """

    function: Callable[..., Any]
    reason: ReasonGroup
    kind: Kind

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    @property
    def meaning(self) -> str:
        """The function's docstring, on one line."""
        return " ".join((self.function.__doc__ or "").split())

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The columns it reads."""
        return tuple(inspect.signature(self.function).parameters)

    def __call__(self, *columns: Any, **named: Any) -> Any:
        """The feature's values."""
        return self.function(*columns, **named)


def profile_feature(reason: ReasonGroup) -> Callable[[Callable[..., Any]], Feature]:
    """Declare a creator feature: an Ibis function whose parameters are columns of the creators' profile."""
    return lambda function: Feature(function, reason, "creator")


def pair_feature(reason: ReasonGroup) -> Callable[[Callable[..., Any]], Feature]:
    """Declare a pair feature: a NumPy function whose parameters are columns named by whose they are.

    `creator_x` is column x of the snapshot's creators, `brand_x` of its brands, `history_x` of its pairs,
    and `brief_x` what the brief says. Vector columns have shape (rows, width); a brief's have one row.
    """
    return lambda function: Feature(function, reason, "pair")
