"""Running a graph where it was made, to prove and to measure it; serving opens its own sessions."""

import numpy as np
import onnxruntime

from recsys.arrays import Features, Scores
from recsys.cascade import Scoring


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

    return score
