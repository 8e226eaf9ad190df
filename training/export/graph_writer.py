"""Writing ONNX graphs node by node: names are made up, equal constants and equal nodes are kept once."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from recsys.arrays import Array

PRODUCER = "creator-recsys"
IR_VERSION = 10
OPSETS = {"": 18, "ai.onnx.ml": 5}
Input = tuple[str, int, list[str | int]]
"""Name, element type of `onnx.TensorProto`, shape."""


class GraphWriter:
    """Collects the nodes of one graph; every method returns the name of a value."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._known: dict[str, list[str]] = {}

    def constant(self, values: Array) -> str:
        """A tensor of the graph itself, under a name made of its content."""
        array = np.ascontiguousarray(values)
        said = f"{array.dtype}{array.shape}".encode()
        name = f"c{hashlib.sha256(said + array.tobytes()).hexdigest()[:16]}"
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(array, name)
        return name

    def floats(self, *values: float) -> str:
        """A float32 constant of these numbers."""
        return self.constant(np.array(values, np.float32))

    def ints(self, *values: int) -> str:
        """An int64 constant of these numbers."""
        return self.constant(np.array(values, np.int64))

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """The only output of an operator."""
        return self.outputs(operator, inputs, 1, **attributes)[0]

    def outputs(self, operator: str, inputs: Sequence[str], count: int, **attributes: Any) -> list[str]:
        """All outputs of an operator; the same call gives the same values, worked out once."""
        key = json.dumps([operator, list(inputs), count, sorted(attributes.items())])
        if key not in self._known:
            names = [f"n{len(self._nodes)}_{place}" for place in range(count)]
            self._nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
            self._known[key] = names
        return self._known[key]

    def name(self, value: str, output: str) -> None:
        """Give a value the name under which the graph puts it out."""
        self._nodes.append(helper.make_node("Identity", [value], [output]))

    def serialized(
        self, name: str, inputs: Sequence[Input], outputs: Sequence[Input], facts: dict[str, Any]
    ) -> bytes:
        """The graph as bytes, the same for the same calls; `facts` go into its metadata as JSON."""
        graph = helper.make_graph(
            self._nodes,
            name,
            [helper.make_tensor_value_info(*each) for each in inputs],
            [helper.make_tensor_value_info(*each) for each in outputs],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items() if not domain]
        model = helper.make_model(graph, producer_name=PRODUCER, ir_version=IR_VERSION, opset_imports=opsets)
        helper.set_model_props(model, {key: json.dumps(value) for key, value in facts.items()})
        content: bytes = model.SerializeToString(deterministic=True)
        return content
