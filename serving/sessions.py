"""onnxruntime sessions, opened from bytes whose hash the bundle has checked; one thread each."""

import json

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as states

from recsys.errors import BundleError
from serving.graph_facts import read_facts

TREES = frozenset({"Neg", "Concat", "Reshape", "ai.onnx.ml.TreeEnsemble"})
ARITHMETIC = frozenset(
    {
        "Add", "Div", "Log", "MatMul", "MatMulInteger", "Max", "Min", "Mul", "ReduceL2", "ReduceMax",
        "ReduceMean", "ReduceSum", "Sub",
    }
)  # fmt: skip
CHOICE = frozenset(
    {
        "And", "Compress", "Equal", "Greater", "GreaterOrEqual", "Less", "NonZero", "Not", "Or", "TopK",
        "Where",
    }
)  # fmt: skip
SHAPE = frozenset(
    {
        "Expand", "Flatten", "Gather", "GatherElements", "Identity", "Pad", "ScatterElements", "Shape",
        "Slice", "Squeeze", "Transpose", "Unsqueeze",
    }
)  # fmt: skip
ROUNDING = frozenset({"Cast", "Round"})
OPERATORS = TREES | ARITHMETIC | CHOICE | SHAPE | ROUNDING
"""What a graph of a bundle may be made of. None of these reads a file, loops or runs outside code."""
REFUSALS = (
    states.Fail,
    states.InvalidArgument,
    states.InvalidGraph,
    states.InvalidProtobuf,
    states.NotImplemented,
    states.RuntimeException,
)
RETRIEVAL_INPUTS = frozenset(
    {"history", "confidence", "segment", "allowed", "count", "user_content", "item_content", "columns"}
)
RETRIEVAL_OUTPUTS = ("items", "scores", "shares")
"""Ends of a graph that retrieves by history and content from the caller's own items."""
ERRORS_ONLY = 3


def open_session(content: bytes) -> onnxruntime.InferenceSession:
    """A session that computes on its caller's thread alone, and that any number of threads may call at once.

    Raises BundleError before onnxruntime sees the bytes if they are no model, use an operator that is not in
    `OPERATORS`, hold code inside nodes or NaN, or refer to other files; and if onnxruntime refuses them.
    """
    check_facts(content)
    try:
        session = onnxruntime.InferenceSession(content, _options(), providers=["CPUExecutionProvider"])
    except REFUSALS as error:
        raise BundleError(f"onnxruntime {onnxruntime.__version__} refuses the graph: {error}") from error
    session.disable_fallback()
    session._model_bytes = None  # noqa: SLF001  # kept for the fallback alone, as large as the graph
    return session


def check_facts(content: bytes) -> None:
    """Raises BundleError for a graph that must not be opened (see `open_session`)."""
    facts = read_facts(content)
    unknown = sorted(facts.operators - OPERATORS)
    if unknown:
        raise BundleError(f"the graph uses operators {unknown}, allowed are {sorted(OPERATORS)}")
    if facts.inner_code:
        raise BundleError("the graph holds functions or graphs inside nodes, expected nodes only")
    if facts.outside_files:
        raise BundleError("the graph keeps tensors in other files, expected everything in its own bytes")
    if facts.not_a_number:
        raise BundleError("the graph holds NaN, expected numbers")


def feature_names(session: onnxruntime.InferenceSession) -> tuple[str, ...]:
    """Names of the columns of the graph's `features`, in order.

    Raises BundleError if the graph is not one from `features` to `score` that names each of its columns.
    """
    ends = {end.name: (end.type, end.shape) for end in (*session.get_inputs(), *session.get_outputs())}
    names = _listed(session, "feature_names", "features")
    expected = {
        "features": ("tensor(float)", ["rows", len(names)]),
        "score": ("tensor(float)", ["rows"]),
    }
    if ends != expected:
        raise BundleError(f"the graph's inputs and outputs must be {expected}, found {ends}")
    return names


def signal_names(session: onnxruntime.InferenceSession) -> tuple[str, ...]:
    """Names of the signals whose shares a retrieval graph puts out, in order.

    Raises BundleError if the graph is not one that retrieves from an open catalogue (`recsys.retrieval`).
    """
    given = frozenset(end.name for end in session.get_inputs())
    made = tuple(end.name for end in session.get_outputs())
    if given != RETRIEVAL_INPUTS or made != RETRIEVAL_OUTPUTS:
        raise BundleError(
            f"a retrieval graph's inputs and outputs must be {sorted(RETRIEVAL_INPUTS)} and "
            f"{RETRIEVAL_OUTPUTS}, found {sorted(given)} and {made}"
        )
    return _listed(session, "signals", "signals")


def _listed(session: onnxruntime.InferenceSession, key: str, what: str) -> tuple[str, ...]:
    """The names under a key of the graph's metadata."""
    metadata = session.get_modelmeta().custom_metadata_map
    try:
        return tuple(map(str, json.loads(metadata[key])))
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise BundleError(f"the graph does not name its {what} ({error!r})") from error


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.log_severity_level = ERRORS_ONLY
    return options
