"""Messages of the Open Inference Protocol v2, with tensors as JSON or behind it (the binary extension)."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from recsys.arrays import Array, Ints
from recsys.config import Several
from serving.web.decoding import decode
from serving.web.problems import Problem, cut

JSON_LENGTH = "inference-header-content-length"
"""Header: bytes of JSON, behind which tensors follow."""
DTYPES: dict[str, np.dtype[Any]] = {"INT64": np.dtype("<i8"), "FP32": np.dtype("<f4")}
LENGTH = struct.Struct("<I")
"""Stands before each value of BYTES."""
Datatype: TypeAlias = Literal["BYTES", "INT64", "FP32"]


class Message(BaseModel):
    """Base of the protocol's messages; what it may say and this service has no use for is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class Parameters(Message):
    """What this service reads of a message's parameters."""

    binary_data_size: Annotated[int, Field(ge=0)] | None = None
    """Of an input: its bytes behind the JSON."""
    binary_data: bool | None = None
    """Of an output that is asked for: whether it is to stand behind the JSON."""
    binary_data_output: bool = False
    """Of a request: the same of every output."""


class Input(Message):
    """A tensor that is given."""

    name: str
    shape: Several[int]
    datatype: str
    parameters: Parameters = Parameters()
    data: Several[int | str] | None = None


class OutputAsked(Message):
    """A tensor that is asked for."""

    name: str
    parameters: Parameters = Parameters()


class InferRequest(Message):
    """What a model is asked."""

    id: str | None = None
    """Comes back in the answer."""
    parameters: Parameters = Parameters()
    inputs: Several[Input]
    outputs: Several[OutputAsked] = ()
    """All there are where it is empty."""


class Output(Message):
    """A tensor of an answer."""

    name: str
    datatype: Datatype
    shape: tuple[int, ...]
    data: tuple[float | int, ...] | None = None
    parameters: dict[str, int] | None = None


class InferAnswer(Message):
    """What a model answers."""

    model_name: str
    model_version: str
    id: str | None = None
    outputs: tuple[Output, ...]


def read_request(body: bytes, headers: Mapping[str, str]) -> tuple[InferRequest, dict[str, bytes | None]]:
    """The message in a body, and the bytes of each input that stand behind it.

    Raises Problem for what is no such message, and for lengths that do not add up.
    """
    length = headers.get(JSON_LENGTH, str(len(body)))
    if not length.isdecimal() or len(length) > 12:
        raise wrong(f"expected a length in {JSON_LENGTH}, found {length[:20]!r}")
    request = decode(body[: int(length)], InferRequest)
    return request, dict(_behind(request.inputs, body[int(length) :]))


def _behind(inputs: Sequence[Input], rest: bytes) -> Iterator[tuple[str, bytes | None]]:
    at = 0
    for each in inputs:
        size = each.parameters.binary_data_size
        yield each.name, None if size is None else rest[at : at + size]
        at += size or 0
    if at < len(rest):
        raise wrong(f"expected inputs of the lengths that they name, found {len(rest) - at} bytes more")


def texts(given: Input, raw: bytes | None) -> tuple[str | bytes, ...]:
    """Values of an input BYTES; raises Problem for any other."""
    _check(given, "BYTES")
    # One more than its shape says is one too many, however many follow.
    enough = max(given.shape[0], 0) + 1
    values = tuple(islice(_split(raw), enough)) if raw is not None else given.data or ()
    found = tuple(value for value in values if not isinstance(value, int))
    _check_size(given, len(found))
    return found


def integers(given: Input, raw: bytes | None) -> Ints:
    """Values of an input INT64; raises Problem for any other."""
    _check(given, "INT64")
    values = given.data or ()
    if any(isinstance(value, str) for value in values):
        raise wrong(f"input {cut(given.name)}: expected INT64, found text")
    try:
        found = np.array(values, np.int64) if raw is None else np.frombuffer(raw, DTYPES["INT64"])
    except (ValueError, OverflowError) as error:
        raise wrong(f"input {cut(given.name)}: expected INT64: {error}") from None
    _check_size(given, len(found))
    return found


def _split(raw: bytes) -> Iterator[bytes]:
    """Each value stands behind its length."""
    at = 0
    while at < len(raw):
        start = at + LENGTH.size
        at = start + LENGTH.unpack_from(raw, at)[0] if start <= len(raw) else start
        if at > len(raw):
            raise wrong("expected each of BYTES behind its length, found fewer bytes")
        yield raw[start:at]


def _check(given: Input, datatype: Datatype) -> None:
    if given.datatype != datatype or len(given.shape) != 1:
        found = f"{cut(given.datatype)} of {len(given.shape)}"
        raise wrong(f"input {cut(given.name)}: expected {datatype} of one dimension, found {found}")


def _check_size(given: Input, size: int) -> None:
    if given.shape != (size,):
        expected = f"expected {given.shape[0]} values as its shape says"
        found = "more" if size > given.shape[0] else str(size)
        raise wrong(f"input {cut(given.name)}: {expected}, found {found}")


def wrong(detail: str) -> Problem:
    """An inference request that is against the protocol."""
    return Problem(400, "Invalid request", detail)


def write_answer(
    request: InferRequest, answer: InferAnswer, values: Mapping[str, Array]
) -> tuple[bytes, int]:
    """The body that gives these values in the answer's outputs, and how many bytes of it are JSON."""
    asked = {each.name: each.parameters.binary_data for each in request.outputs}
    outputs, behind = [], []
    for each in answer.outputs:
        binary = asked.get(each.name)
        tensor = values[each.name].astype(DTYPES[each.datatype], copy=False)
        if request.parameters.binary_data_output if binary is None else binary:
            behind.append(tensor.tobytes())
            given: dict[str, Any] = {"parameters": {"binary_data_size": tensor.nbytes}}
        else:
            given = {"data": tuple(tensor.tolist())}
        outputs.append(each.model_copy(update=given))
    told = answer.model_copy(update={"outputs": tuple(outputs)}).model_dump_json(exclude_none=True).encode()
    return b"".join((told, *behind)), len(told)
