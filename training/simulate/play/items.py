"""Which products and videos to show a creator: what a policy is asked, and what it may know."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from recsys.arrays import Floats, Ints
from training.simulate.play.question import Observed

PRODUCT, VIDEO = "product", "video"


@dataclass(frozen=True)
class ItemQuestion:
    """One creator in one week: which of these items should be shown, and in which order?"""

    kind: str
    """PRODUCT or VIDEO."""
    week: int
    """Counted from the world's first."""
    creator_id: int
    item_ids: Ints
    """The candidates, ascending."""


class Recommender(Protocol):
    """Chooses products and videos for creators."""

    @property
    def exploration(self) -> float:
        """P(a place goes to any candidate that is not above it, all alike)."""
        ...

    def learn(self, observed: Observed) -> None:
        """A new week begins: this has been seen by now."""
        ...

    def rank(self, question: ItemQuestion) -> Ints:
        """Places of all candidates, which to show first."""
        ...


Worth = Callable[[ItemQuestion], Floats]
"""The true worth of showing each candidate."""
