"""Facts are read off the bytes of a model without the library that wrote it."""

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from recsys.errors import BundleError
from serving.graph_facts import read_facts


def model(*nodes, tensors=(), **parts):
    graph = helper.make_graph(list(nodes), "test", [], [], list(tensors))
    return helper.make_model(graph, **parts)


def facts(*nodes, **parts):
    return read_facts(model(*nodes, **parts).SerializeToString())


def test_operators_are_named_with_their_domain():
    found = facts(
        helper.make_node("Neg", ["a"], ["b"]),
        helper.make_node("Neg", ["b"], ["c"]),
        helper.make_node("TreeEnsemble", ["c"], ["d"], domain="ai.onnx.ml", nodes_featureids=[1, 300, -1]),
    )

    assert found.operators == {"Neg", "ai.onnx.ml.TreeEnsemble"}
    assert not found.outside_files
    assert not found.inner_code


def test_long_runs_of_numbers_hide_nothing():
    numbers = list(range(-3, 20_000))
    found = facts(
        helper.make_node("A", ["a"], ["b"], many=numbers, share=[0.5] * 9_000, name_of="x"),
        helper.make_node("B", ["b"], ["c"]),
    )

    assert found.operators == {"A", "B"}


def test_graphs_inside_nodes_are_seen():
    inner = helper.make_graph([helper.make_node("Neg", ["a"], ["b"])], "inner", [], [])

    assert facts(helper.make_node("If", ["a"], ["b"], then_branch=inner)).inner_code
    assert facts(helper.make_node("X", ["a"], ["b"], many=[inner, inner])).inner_code


def test_functions_are_seen():
    body = [helper.make_node("Neg", ["a"], ["b"])]
    function = helper.make_function("own", "F", ["a"], ["b"], body, [helper.make_opsetid("", 18)])

    assert facts(helper.make_node("F", ["a"], ["b"], domain="own"), functions=[function]).inner_code


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("kind", [TensorProto.FLOAT, TensorProto.DOUBLE])
def test_nan_in_a_tensor_is_seen(kind, raw):
    def tensor(values):
        content = np.array(values, helper.tensor_dtype_to_np_dtype(kind))
        return helper.make_tensor("t", kind, [3], content.tobytes() if raw else content, raw=raw)

    assert facts(helper.make_node("A", ["a"], ["b"], leaves=tensor([1, np.nan, 2]))).not_a_number
    assert not facts(helper.make_node("A", ["a"], ["b"], leaves=tensor([1, np.inf, 2]))).not_a_number


def test_whole_numbers_with_the_bits_of_nan_are_no_nan():
    tensor = helper.make_tensor("t", TensorProto.INT32, [1], b"\xff\xff\xff\xff", raw=True)

    assert not facts(helper.make_node("A", ["a"], ["b"]), tensors=[tensor]).not_a_number


def test_a_tensor_of_half_a_number_is_refused():
    tensor = TensorProto(name="t", data_type=TensorProto.FLOAT, dims=[1], raw_data=b"123")

    with pytest.raises(BundleError, match="a tensor of float32 has 3 bytes"):
        facts(helper.make_node("A", ["a"], ["b"]), tensors=[tensor])


@pytest.mark.parametrize("place", ["initializer", "attribute"])
def test_tensors_in_other_files_are_seen(place):
    tensor = helper.make_tensor("t", TensorProto.FLOAT, [2], np.zeros(2, np.float32).tobytes(), raw=True)
    inside = {"initializer": {"tensors": [tensor]}, "attribute": {}}[place]
    assert not facts(helper.make_node("X", ["a"], ["b"], value=tensor), **inside).outside_files

    onnx.external_data_helper.set_external_data(tensor, "/etc/hostname")
    nodes = [helper.make_node("X", ["a"], ["b"], value=tensor)] if place == "attribute" else []
    assert facts(*nodes, **({"tensors": [tensor]} if place == "initializer" else {})).outside_files


@pytest.mark.parametrize("place", ["initializer", "attribute"])
def test_sparse_tensors_in_other_files_are_seen(place):
    values = helper.make_tensor("t", TensorProto.FLOAT, [1], np.ones(1, np.float32).tobytes(), raw=True)
    onnx.external_data_helper.set_external_data(values, "/etc/hostname")
    indices = helper.make_tensor("i", TensorProto.INT64, [1], [0])
    sparse = helper.make_sparse_tensor(values, indices, [2])
    found = model(helper.make_node("X", ["a"], ["b"], **({"value": sparse} if place == "attribute" else {})))
    if place == "initializer":
        found.graph.sparse_initializer.append(sparse)

    assert read_facts(found.SerializeToString()).outside_files


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "0 bytes without a graph"),
        (b"hello world, this is no model", "has a field of kind"),
        (b"\x08", "cut short inside a number"),
        (b"\x3a\x05ab", "cut short: a field ends at byte 7 of 4"),
        (b"\x08" + b"\xff" * 11, "longer than ten bytes"),
        # Field 7, the graph, for whoever reads 32 bits of the tag.
        (b"\xba\x80\x80\x80\x10\x00", "more than 32 bits"),
    ],
)
def test_what_is_no_model_is_refused(content, match):
    with pytest.raises(BundleError, match=match):
        read_facts(content)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content):
    try:
        read_facts(content)
    except BundleError as error:
        assert str(error)  # noqa: PT017  either outcome is right, anything else is not


@given(cut=st.integers(0, 200))
def test_a_model_cut_short_is_refused_or_has_lost_its_end(cut):
    content = model(helper.make_node("Neg", ["a"], ["b"])).SerializeToString()
    whole = read_facts(content)
    try:
        assert read_facts(content[:cut]).operators <= whole.operators
    except BundleError:
        assert cut < len(content)
