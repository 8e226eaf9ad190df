"""A retrieval graph that does not answer as it did in training is never asked."""

import io

import numpy as np
import onnx
import pytest

from features.recommending.content import WIDTH
from recsys.errors import BundleError
from serving.recommending import InsightsEngine
from serving.recommending.opening import open_retrieval
from serving.sessions import open_session, signal_names
from training.export.retrieval import retrieval_graph
from training.retrieval.forms import Alike, Fixed, FoldIn, ItemToItem, LinearFactors, Neighbours

SQUARE = np.eye(3, dtype=np.float32)
FORMS = {
    "fixed": Fixed(np.ones(3, np.float32)),
    "items": ItemToItem(np.ones(3, np.float32), SQUARE, np.ones(3, np.float32), hops=2),
    "neighbours": Neighbours(np.zeros((3, 1), np.int64), np.ones((3, 1), np.float32)),
    "factors": LinearFactors(SQUARE, SQUARE, averaged=True),
    "fold_in": FoldIn(SQUARE, 2.0, 2),
    "alike": Alike(0, 2),
}
"""Everything that training can export."""


def saved(ids):
    content = io.BytesIO()
    np.save(content, ids)
    return content.getvalue()


def changed(item_contents, change):
    """The products' graph after `change` of the model."""
    model = onnx.load_from_string(item_contents["products"][1]["retrieval.onnx"])
    change(model)
    return {"retrieval.onnx": model.SerializeToString()}


def test_a_graph_that_answers_as_trained_opens(item_bundles):
    opened = open_retrieval(item_bundles["products"], "products")

    assert opened.facts == item_bundles["products"].facts.retrieval
    assert (np.diff(opened.items) > 0).all()


@pytest.mark.parametrize("name", FORMS)
def test_a_graph_of_any_form_may_be_opened(name):
    forms = {name: FORMS[name], "likeness": FORMS["alike"]}
    graph = retrieval_graph(forms, np.ones((1, 2), np.float32), (0.1,), "x", open_catalogue=True)

    assert signal_names(open_session(graph)) == (name, "likeness")


def test_a_bundle_of_the_other_surface_is_refused(item_bundles):
    with pytest.raises(BundleError, match="expected retrieval of inspiration, found products"):
        open_retrieval(item_bundles["products"], "inspiration")


def test_a_bundle_that_retrieves_nothing_is_refused(bundle):
    with pytest.raises(BundleError, match="expected retrieval of products, found none"):
        open_retrieval(bundle, "products")


def test_bundles_in_each_others_place_are_refused(item_bundles, snapshot):
    with pytest.raises(BundleError, match="expected a bundle of recipe 'products', found 'inspiration'"):
        InsightsEngine.of(item_bundles["inspiration"], item_bundles["products"], snapshot)


def test_content_of_another_width_is_refused(bundle_with):
    with pytest.raises(BundleError, match=rf"content of width {WIDTH + 1}, this code's is {WIDTH}; retrain"):
        open_retrieval(bundle_with("products", content_width=WIDTH + 1), "products")


def test_other_signals_than_the_graphs_are_refused(bundle_with, item_bundles):
    signals = item_bundles["products"].facts.retrieval.signals[::-1]

    with pytest.raises(BundleError, match=r"retrieval.onnx: expected the signals \('trend'"):
        open_retrieval(bundle_with("products", signals=signals), "products")


@pytest.mark.parametrize("wrong", [{"items": (3, 2, 1, 0, 4)}, {"scores": (9.0, 8.0, 7.0, 6.0, 5.0)}])
def test_another_golden_answer_is_refused(bundle_with, item_bundles, wrong):
    (golden,) = item_bundles["products"].facts.retrieval.golden
    request = golden.model_dump() | wrong

    with pytest.raises(BundleError, match=r"retrieval.onnx: golden request 0: expected items \("):
        open_retrieval(bundle_with("products", golden=(request,)), "products")


def test_a_score_that_differs_by_the_order_of_adding_up_is_the_same(bundle_with, item_bundles):
    (golden,) = item_bundles["products"].facts.retrieval.golden
    scores = [score * (1 + 1e-6) for score in golden.scores]

    open_retrieval(bundle_with("products", golden=(golden.model_dump() | {"scores": scores},)), "products")


def test_a_graph_that_nothing_proves_is_refused(bundle_with):
    with pytest.raises(BundleError, match="there are no golden requests"):
        open_retrieval(bundle_with("products", golden=()), "products")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "items.npy holds no ids"),
        (b"no numpy", "items.npy holds no ids"),
        (saved(np.array([2, 1])), "expected int64 ids that rise"),
        (saved(np.array([1.0, 2.0])), "expected int64 ids that rise, found float64"),
        (saved(np.array([[1]])), "expected int64 ids that rise"),
    ],
)
def test_ids_that_cannot_be_columns_are_refused(bundle_with, content, message):
    with pytest.raises(BundleError, match=message):
        open_retrieval(bundle_with("products", files={"items.npy": content}), "products")


def test_a_graph_with_other_ends_is_refused(bundle_with):
    closed = retrieval_graph({"one": FORMS["fixed"]}, np.ones((1, 1), np.float32), (0.1,), "x")

    with pytest.raises(BundleError, match="a retrieval graph's inputs and outputs must be"):
        open_retrieval(bundle_with("products", files={"retrieval.onnx": closed}), "products")


def test_an_operator_that_is_not_allowed_is_refused(bundle_with, item_contents):
    def rename(model):
        model.graph.node[0].op_type = "Loop"

    with pytest.raises(BundleError, match=r"graph retrieval.onnx: the graph uses operators \['Loop'\]"):
        open_retrieval(bundle_with("products", files=changed(item_contents, rename)), "products")


def test_a_graph_that_does_not_name_its_signals_is_refused(bundle_with, item_contents):
    def forget(model):
        onnx.helper.set_model_props(model, {})

    with pytest.raises(BundleError, match="does not name its signals"):
        open_retrieval(bundle_with("products", files=changed(item_contents, forget)), "products")
