"""What an ONNX file would run, read off its bytes before onnxruntime sees them.

Serving has no `onnx` package, and asking onnxruntime would mean loading the file first. Of protobuf's wire
format little is needed: a message is a row of fields, each a number, a kind and a value
(protobuf.dev/programming-guides/encoding; field numbers are those of onnx.proto).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from recsys.errors import BundleError

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
MODEL_GRAPH, MODEL_TRAINING, MODEL_FUNCTION = 7, 20, 25
GRAPH_NODE, GRAPH_TENSOR, GRAPH_SPARSE = 1, 5, 15
NODE_OPERATOR, NODE_ATTRIBUTE, NODE_DOMAIN = 4, 5, 7
ATTRIBUTE_TENSORS, ATTRIBUTE_GRAPHS, ATTRIBUTE_SPARSE = (5, 10), (6, 11), (22, 23)
SPARSE_TENSORS = (1, 2)
TENSOR_TYPE, TENSOR_FLOATS, TENSOR_RAW, TENSOR_DOUBLES, TENSOR_EXTERNAL, TENSOR_LOCATION = 2, 4, 9, 10, 13, 14
FRACTIONS: dict[int, np.dtype[Any]] = {1: np.dtype("<f4"), 10: np.dtype("<f2"), 11: np.dtype("<f8")}
"""Types of a tensor that can hold NaN, as its raw bytes are read."""
LARGEST_TAG = 2**32 - 1
NUMBERS = re.compile(rb"(?:\x40[\x80-\xff]{0,9}[\x00-\x7f]|\x3d.{4})++", re.DOTALL)
"""A run of an attribute's `ints` (field 8) or `floats` (field 7): trees hold a hundred thousand of them."""

Field = tuple[int, int | memoryview]


@dataclass(frozen=True)
class GraphFacts:
    """What a model file holds, as far as it decides whether it may be opened."""

    operators: frozenset[str]
    """`Neg`, or with its domain where that is not ONNX's own: `ai.onnx.ml.TreeEnsemble`."""
    outside_files: bool
    """Whether a tensor lies in another file."""
    inner_code: bool
    """Whether there are functions, training graphs or graphs inside nodes."""
    not_a_number: bool
    """Whether a tensor holds NaN: a leaf of it may lie where no golden row comes by."""


def read_facts(content: bytes) -> GraphFacts:
    """The facts of a serialized model; raises BundleError if it is not one."""
    model = list(_fields(memoryview(content)))
    graphs = _messages(model, MODEL_GRAPH)
    if not graphs:
        raise BundleError(f"expected an ONNX model, found {len(content)} bytes without a graph")
    fields = [field for graph in graphs for field in _fields(graph)]
    nodes = [list(_fields(node)) for node in _messages(fields, GRAPH_NODE)]
    attributes = [list(_fields(found)) for node in nodes for found in _messages(node, NODE_ATTRIBUTE)]
    tensors = _messages(fields, GRAPH_TENSOR)
    sparse = _messages(fields, GRAPH_SPARSE)
    for attribute in attributes:
        tensors += _messages(attribute, *ATTRIBUTE_TENSORS)
        sparse += _messages(attribute, *ATTRIBUTE_SPARSE)
    tensors += [part for found in sparse for part in _messages(list(_fields(found)), *SPARSE_TENSORS)]
    return GraphFacts(
        operators=frozenset(map(_operator, nodes)),
        outside_files=any(map(_is_outside, tensors)),
        inner_code=bool(_messages(model, MODEL_TRAINING, MODEL_FUNCTION))
        or any(_messages(attribute, *ATTRIBUTE_GRAPHS) for attribute in attributes),
        not_a_number=any(map(_holds_nan, tensors)),
    )


def _operator(node: list[Field]) -> str:
    domain = b".".join(map(bytes, _messages(node, NODE_DOMAIN)))
    name = b".".join(map(bytes, _messages(node, NODE_OPERATOR)))
    return (domain + b"." + name if domain else name).decode("utf-8", "replace")


def _is_outside(tensor: memoryview) -> bool:
    return any(number in (TENSOR_EXTERNAL, TENSOR_LOCATION) for number, _ in _fields(tensor))


def _holds_nan(tensor: memoryview) -> bool:
    fields = list(_fields(tensor))
    kinds = {TENSOR_FLOATS: FRACTIONS[1], TENSOR_DOUBLES: FRACTIONS[11]}
    for number, value in fields:
        if number == TENSOR_TYPE and isinstance(value, int) and value in FRACTIONS:
            kinds[TENSOR_RAW] = FRACTIONS[value]
    return any(
        _has_nan(value, kinds[number])
        for number, value in fields
        if number in kinds and isinstance(value, memoryview)
    )


def _has_nan(content: memoryview, kind: np.dtype[Any]) -> bool:
    if len(content) % kind.itemsize:
        raise BundleError(f"the ONNX file is corrupt: a tensor of {kind} has {len(content)} bytes")
    return bool(np.isnan(np.frombuffer(content, kind)).any())


def _messages(fields: list[Field], *numbers: int) -> list[memoryview]:
    return [value for number, value in fields if number in numbers and isinstance(value, memoryview)]


def _fields(message: memoryview) -> Iterator[Field]:
    place = 0
    while place < len(message):
        if numbers := NUMBERS.match(message, place):
            place = numbers.end()
            continue
        tag, place = _varint(message, place)
        # Other readers keep 32 bits of a tag, and would find another field here than we do.
        if tag > LARGEST_TAG:
            raise BundleError(f"the ONNX file is corrupt: the tag before byte {place} has more than 32 bits")
        value, place = _value(message, place, tag & 7)
        yield tag >> 3, value


def _value(message: memoryview, place: int, kind: int) -> tuple[int | memoryview, int]:
    if kind == VARINT:
        return _varint(message, place)
    size, place = _size(message, place, kind)
    end = place + size
    if end > len(message):
        raise BundleError(f"the ONNX file is cut short: a field ends at byte {end} of {len(message)}")
    return message[place:end], end


def _size(message: memoryview, place: int, kind: int) -> tuple[int, int]:
    if kind == BYTES:
        return _varint(message, place)
    if kind in (FIXED32, FIXED64):
        return (4 if kind == FIXED32 else 8), place
    raise BundleError(
        f"the ONNX file is corrupt: byte {place} has a field of kind {kind}, which does not exist"
    )


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            raise BundleError(f"the ONNX file is cut short inside a number at byte {place}")
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise BundleError(f"the ONNX file is corrupt: the number at byte {place} is longer than ten bytes")
