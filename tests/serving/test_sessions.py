"""Only graphs of allowed operators, whole in their own bytes, reach onnxruntime."""

import sys

import lightgbm
import onnx
import pytest
from onnx import TensorProto, helper

from recsys.errors import BundleError
from serving.sessions import OPERATORS, feature_names, open_session
from training.bench.queries import MadeQueries
from training.export.canonical import canonical
from training.export.graph import tree_graph
from training.export.trees import read_trees


@pytest.fixture(scope="module")
def graph():
    rows = MadeQueries(queries=20, rows=20, features=5, seed=1).make()
    data = lightgbm.Dataset(rows.features, rows.grades)
    booster = lightgbm.train({"num_threads": 1, "verbosity": -1}, data, 5)
    return tree_graph(read_trees(canonical(booster)), "rank")


def changed(graph, change):
    """The graph's bytes after `change` of the model."""
    model = onnx.load_from_string(graph)
    change(model)
    return model.SerializeToString()


def test_an_exported_graph_opens_and_names_its_features(graph):
    assert feature_names(open_session(graph)) == tuple(f"Column_{place}" for place in range(5))


def test_sessions_use_one_thread_and_do_not_spin(graph):
    options = open_session(graph).get_session_options()

    assert options.intra_op_num_threads == options.inter_op_num_threads == 1
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"


def test_no_allowed_operator_runs_code_or_reads_files():
    assert not OPERATORS & {"If", "Loop", "Scan", "SequenceMap"}


@pytest.mark.parametrize("operator", ["Loop", "RandomNormal", "Abs"])
def test_another_operator_is_refused_before_onnxruntime_sees_it(graph, operator):
    def rename(model):
        model.graph.node[0].op_type = operator

    with pytest.raises(BundleError, match=rf"uses operators \['{operator}'\], allowed are \['Add'"):
        open_session(changed(graph, rename))


def test_tensors_in_other_files_are_refused(graph):
    def move_out(model):
        onnx.external_data_helper.set_external_data(model.graph.initializer[0], "weights.bin")

    with pytest.raises(BundleError, match="keeps tensors in other files"):
        open_session(changed(graph, move_out))


def test_functions_are_refused(graph):
    def add(model):
        node = helper.make_node("Neg", ["a"], ["b"])
        model.functions.append(
            helper.make_function("x", "Neg", ["a"], ["b"], [node], [helper.make_opsetid("", 18)])
        )

    with pytest.raises(BundleError, match="holds functions or graphs inside nodes"):
        open_session(changed(graph, add))


def test_a_graph_that_onnxruntime_cannot_run_is_refused(graph):
    def cut(model):
        model.graph.node[1].input[0] = "nowhere"

    with pytest.raises(BundleError, match=r"onnxruntime .* refuses the graph"):
        open_session(changed(graph, cut))


@pytest.mark.parametrize("content", [b"", b"not a model at all", b"\x00" * 100])
def test_other_bytes_are_refused(content):
    with pytest.raises(BundleError):
        open_session(content)


def test_a_graph_with_other_ends_is_refused(graph):
    def widen(model):
        model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 6

    with pytest.raises(BundleError, match="inputs and outputs must be"):
        feature_names(open_session(changed(graph, widen)))


@pytest.mark.parametrize("metadata", [{}, {"feature_names": "no JSON"}, {"feature_names": "5"}])
def test_a_graph_that_does_not_name_its_features_is_refused(graph, metadata):
    def rename(model):
        helper.set_model_props(model, metadata)

    with pytest.raises(BundleError, match="does not name its features"):
        feature_names(open_session(changed(graph, rename)))


def test_float64_features_are_another_graph(graph):
    def double(model):
        model.graph.input[0].type.tensor_type.elem_type = TensorProto.DOUBLE

    with pytest.raises(BundleError):
        feature_names(open_session(changed(graph, double)))


def test_a_session_keeps_no_copy_of_its_graph(graph):
    before = sys.getrefcount(graph)
    session = open_session(graph)

    assert sys.getrefcount(graph) == before
    assert session.get_inputs()
