"""What a retrieval graph is asked and what it answers; the graph itself is described in `training.export`."""

from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np

from recsys.arrays import Array, Features, Flags, Ints, Scores
from recsys.interactions import Histories
from recsys.interactions.matrix import NOTHING


@dataclass(frozen=True)
class Asked:
    """Some users, and the items they may get."""

    histories: Histories
    segments: Ints
    """(users,): row of the blend's weights."""
    allowed: Flags
    """(users, items): False for what is filtered, owned or gone."""
    user_content: Features | None = None
    """(users, width), where the graph compares content."""
    item_content: Features | None = None
    """(items, width)."""
    columns: Ints | None = None
    """(items,): column of each item in training, NOTHING for later arrivals; with an open catalogue."""

    def feeds(self, count: int) -> dict[str, Array]:
        """The graph's inputs."""
        given: dict[str, Array | None] = {
            "history": self.histories.items,
            "confidence": self.histories.confidence,
            "segment": self.segments,
            "allowed": self.allowed,
            "count": np.array([count], np.int64),
            "user_content": self.user_content,
            "item_content": self.item_content,
            "columns": self.columns,
        }
        return {name: values for name, values in given.items() if values is not None}


@dataclass(frozen=True)
class Retrieved:
    """The best items of each user, best first (R34: none that is filtered, arbitrary or there twice)."""

    items: Ints
    """(users, count), NOTHING behind the last."""
    scores: Scores
    """(users, count), -inf behind the last."""
    shares: Scores
    """(signals, users, count): what each signal adds to the score, above its mean over all items."""

    @classmethod
    def of(cls, outputs: list[Array]) -> Self:
        """From the graph's outputs `items`, `scores`, `shares`."""
        items, scores, shares = outputs
        return cls(np.where(np.isneginf(scores), NOTHING, items), scores, shares)

    @property
    def sources(self) -> Ints:
        """(users, count): the signal that speaks most for each item."""
        return np.asarray(self.shares.argmax(axis=0), np.int64)


class Session(Protocol):
    """The part of an onnxruntime session that is used."""

    def run(self, output_names: list[str], input_feed: dict[str, Array]) -> list[Any]:
        """The outputs for these inputs."""
        ...


def ask(session: Session, asked: Asked, count: int) -> Retrieved:
    """The graph's answer; `count` may exceed the catalogue, then the answer is as long as that."""
    return Retrieved.of(session.run(["items", "scores", "shares"], asked.feeds(count)))
