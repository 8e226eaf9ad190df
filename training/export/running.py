"""Running a graph where it was made, to prove and to measure it; serving opens its own sessions."""

from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np
import onnxruntime

from recsys.arrays import Features, Flags, Ints, Scores
from recsys.blocks import in_blocks
from recsys.cascade import Scoring
from recsys.interactions import Histories
from recsys.retrieval import Asked, Session, ask


def open_session(content: bytes, threads: int = 1) -> onnxruntime.InferenceSession:
    """A session of onnxruntime with this many threads, which do not spin while they wait."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def open_graph(content: bytes, threads: int = 1) -> Scoring:
    """A function from features to scores by onnxruntime with this many threads."""
    session = open_session(content, threads)

    def score(features: Features) -> Scores:
        (scores,) = session.run(["score"], {"features": features})
        return np.asarray(scores, np.float32)

    return partial(in_blocks, score)


@dataclass(frozen=True)
class Retrieval:
    """A retrieval graph from histories to items, without content."""

    session: Session

    @classmethod
    def open(cls, graph: bytes, threads: int = 1) -> Self:
        """The graph by onnxruntime with this many threads."""
        return cls(open_session(graph, threads))

    def top(self, histories: Histories, segments: Ints, allowed: Flags, count: int) -> tuple[Ints, Scores]:
        """(users, count) item columns, NOTHING behind the last, and their scores."""
        found = ask(self.session, Asked(histories, segments, allowed), count)
        return found.items, found.scores
