"""What a feature is: a function whose parameters are the columns it reads, and the reason it belongs to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from features.declared import Declared
from recsys.vocabulary import ReasonGroup

Kind = Literal["creator", "pair"]


@dataclass(frozen=True)
class Feature(Declared):
    """One column of the match matrix.

    `creator` features are Ibis expressions over the columns of a creator's profile, computed once a snapshot;
    `pair` features are NumPy functions of brief, creator, brand and their history, computed for each brief.
    """

    reason: ReasonGroup
    kind: Kind

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
