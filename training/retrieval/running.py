"""Asking a retrieval graph where it was made, to prove and to measure it; serving opens its own sessions."""

from dataclasses import dataclass
from typing import Self

from recsys.arrays import Flags, Ints, Scores
from recsys.interactions import Histories
from recsys.retrieval import Asked, Session, ask
from training.export.running import open_session


@dataclass(frozen=True)
class Retrieval:
    """A graph from histories to items, without content."""

    session: Session

    @classmethod
    def open(cls, graph: bytes, threads: int = 1) -> Self:
        """The graph by onnxruntime with this many threads."""
        return cls(open_session(graph, threads))

    def top(self, histories: Histories, segments: Ints, allowed: Flags, count: int) -> tuple[Ints, Scores]:
        """(users, count) item columns, NOTHING behind the last, and their scores."""
        found = ask(self.session, Asked(histories, segments, allowed), count)
        return found.items, found.scores
