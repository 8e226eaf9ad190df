"""ONNX graphs of canonical trees, written with `onnx.helper`: the same trees give the same bytes.

Small trees become one sum (`training.export.split_sums`). The splits of others are one `TreeEnsemble`
(`ai.onnx.ml` 5) of a single mode, `<=`, without missing-value tracks: that is onnxruntime's fastest loop over
trees, *measured* a seventh faster than with tracks. Both compare as `training.export.compared` says.
"""

import json
from typing import Any, Literal

import numpy as np
import onnx
from onnx import TensorProto, helper

from recsys.arrays import Array, Ints
from recsys.errors import ConfigError
from training.export.canonical import is_canonical
from training.export.compared import comparisons
from training.export.graph_writer import IR_VERSION, OPSETS, PRODUCER
from training.export.split_sums import sums_graph
from training.export.trees import Tree, Trees

SUM, NO_TRANSFORM = 1, 0
LESS_OR_EQUAL = 0
MOST_LEAVES = 16
"""Trees with no more are written as one sum."""


def tree_graph(trees: Trees, name: str) -> bytes:
    """A graph from `features` (rows, features) to `score` (rows,), the raw score; both float32.

    `name` is the graph's name. The metadata holds `feature_names` as a JSON list. Raises ConfigError for
    trees that are not canonical, for these would be inexact.
    """
    require_canonical(trees)
    return write_graph(trees, name)


def model_of(graph: bytes) -> onnx.ModelProto:
    """A graph as an object of the onnx library."""
    return onnx.load_from_string(graph)


def require_canonical(trees: Trees) -> None:
    """Raises ConfigError for trees whose graph would be inexact."""
    if not trees.trees:
        raise ConfigError("the model has no trees, expected at least one")
    if not is_canonical(trees):
        raise ConfigError("the trees are not in canonical form, expected those of canonical(booster)")


def write_graph(trees: Trees, name: str) -> bytes:
    """`tree_graph` for a part of canonical trees, or leaves moved along their grid."""
    leaves = [len(tree.leaf) for tree in trees.trees]
    if 1 < max(leaves) <= MOST_LEAVES:
        return sums_graph(trees, name)
    return _serialized(_nodes(trees), trees.feature_names, name)


def _nodes(trees: Trees) -> list[onnx.NodeProto]:
    grown = Trees(tuple(_with_split(tree) for tree in trees.trees), trees.feature_names)
    attributes = _split_attributes(grown) | _leaf_attributes(grown)
    return [
        helper.make_node("Neg", ["features"], ["mirrored"]),
        helper.make_node("Concat", ["features", "mirrored"], ["both"], axis=1),
        helper.make_node("TreeEnsemble", ["both"], ["sums"], domain="ai.onnx.ml", **attributes),
        helper.make_node("Reshape", ["sums", "flat"], ["score"]),
    ]


def _with_split(tree: Tree) -> Tree:
    """The tree itself; a lone leaf under a split that goes there either way, for the operator wants one."""
    if len(tree.feature):
        return tree
    both = np.array([~0], np.int32)
    return Tree(np.zeros(1, np.int32), np.zeros(1), both, both, np.zeros(1, np.bool_), tree.leaf)


def _split_attributes(trees: Trees) -> dict[str, Any]:
    nan_left = np.concatenate([tree.nan_left for tree in trees.trees])
    columns, bounds = comparisons(trees)
    left, right = _children(trees, "left"), _children(trees, "right")
    (at_most, at_most_leaf), (above, above_leaf) = np.where(nan_left, (right, left), (left, right))
    return {
        "tree_roots": _starts([len(tree.feature) for tree in trees.trees]).tolist(),
        "nodes_featureids": columns.tolist(),
        "nodes_splits": _tensor("splits", TensorProto.FLOAT, bounds),
        "nodes_modes": _tensor("modes", TensorProto.UINT8, np.full(len(bounds), LESS_OR_EQUAL, np.uint8)),
        "nodes_truenodeids": at_most.tolist(),
        "nodes_trueleafs": at_most_leaf.tolist(),
        "nodes_falsenodeids": above.tolist(),
        "nodes_falseleafs": above_leaf.tolist(),
    }


def _children(trees: Trees, side: Literal["left", "right"]) -> Array:
    """(2, splits): place of the child among all splits or all leaves, and 1 where it is a leaf."""
    sizes = [len(tree.feature) for tree in trees.trees]
    child = np.concatenate([getattr(tree, side) for tree in trees.trees])
    first_split = np.repeat(_starts(sizes), sizes)
    first_leaf = np.repeat(_starts([len(tree.leaf) for tree in trees.trees]), sizes)
    return np.stack([np.where(child < 0, first_leaf + ~child, first_split + child), child < 0])


def _starts(sizes: list[int]) -> Ints:
    return np.cumsum([0, *sizes[:-1]])


def _leaf_attributes(trees: Trees) -> dict[str, Any]:
    return {
        "n_targets": 1,
        "aggregate_function": SUM,
        "post_transform": NO_TRANSFORM,
        "leaf_targetids": [0] * len(trees.leaves),
        "leaf_weights": _tensor("leaves", TensorProto.FLOAT, trees.leaves.astype(np.float32)),
    }


def _tensor(name: str, kind: int, values: Array) -> onnx.TensorProto:
    return helper.make_tensor(name, kind, values.shape, values.tobytes(), raw=True)


def _serialized(nodes: list[onnx.NodeProto], feature_names: tuple[str, ...], name: str) -> bytes:
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["rows", len(feature_names)])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["rows"])],
        [_tensor("flat", TensorProto.INT64, np.array([-1]))],
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
    model = helper.make_model(graph, producer_name=PRODUCER, ir_version=IR_VERSION, opset_imports=opsets)
    helper.set_model_props(model, {"feature_names": json.dumps(feature_names)})
    content: bytes = model.SerializeToString(deterministic=True)
    return content
