"""The Open Inference Protocol, asked by the client of Triton over a real connection."""

import json
import struct

import numpy as np
import pytest
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
from tritonclient.utils import InferenceServerException

from serving.requests import RankRequest
from serving.web.app import create_app
from serving.web.problems import Problem
from serving.web.tensors import Input, read_request, texts


@pytest.fixture
def triton(on_loopback, service):
    """A client of the open service."""
    with InferenceServerClient(on_loopback(create_app(service)).removeprefix("http://")) as client:
        yield client


@pytest.fixture
def ids(creator_ids):
    """Of some creators, in no order."""
    return np.array(creator_ids[30:10:-2], np.int64)


def inputs_of(brief, ids, binary):
    """Both tensors of the model."""
    said = np.array([brief.model_dump_json().encode()], np.object_)
    inputs = [InferInput("brief", [1], "BYTES"), InferInput("creator_ids", [len(ids)], "INT64")]
    for tensor, values in zip(inputs, (said, ids), strict=True):
        tensor.set_data_from_numpy(values, binary_data=binary)
    return inputs


def ranked(engine, brief, ids, **asked):
    """What the engine says of these creators, in their order."""
    answer = engine.rank(RankRequest(brief=brief, creator_ids=tuple(ids.tolist()), **asked))
    places = {each.creator_id: each for each in answer.items}
    return [places[number] for number in ids.tolist()]


@pytest.mark.parametrize("given", [True, False], ids=["binary in", "json in"])
@pytest.mark.parametrize("wanted", [True, False], ids=["binary out", "json out"])
def test_scores_and_ranks_are_the_engines_in_the_order_given(triton, engine, brief, ids, given, wanted):
    outputs = [InferRequestedOutput(name, binary_data=wanted) for name in ("scores", "ranks")]

    answer = triton.infer("match", inputs_of(brief, ids, given), outputs=outputs, request_id="7")

    expected = ranked(engine, brief, ids)
    assert answer.as_numpy("scores").tolist() == [each.score for each in expected]
    assert answer.as_numpy("scores").dtype == np.float32
    assert answer.as_numpy("ranks").tolist() == [each.rank for each in expected]
    assert answer.get_response()["id"] == "7"
    assert answer.get_response()["model_version"] == engine.matching.bundle.name


def test_outputs_that_are_not_named_are_all_of_them(triton, engine, brief, ids):
    answer = triton.infer("match", inputs_of(brief, ids, binary=True))

    assert [each["name"] for each in answer.get_response()["outputs"]] == ["scores", "ranks"]
    assert answer.as_numpy("ranks").tolist() == [each.rank for each in ranked(engine, brief, ids)]


def test_a_compressed_answer_is_understood(triton, brief, ids):
    plain, zipped = (
        triton.infer("match", inputs_of(brief, ids, binary=True), response_compression_algorithm=algorithm)
        for algorithm in (None, "gzip")
    )

    assert zipped.as_numpy("scores").tolist() == plain.as_numpy("scores").tolist()


def test_a_version_is_a_bundle(triton, engine, brief, ids):
    version = engine.challenger.bundle.name

    answer = triton.infer("match", inputs_of(brief, ids, binary=True), model_version=version)

    assert answer.get_response()["model_version"] == version
    assert triton.is_model_ready("match", version)
    assert not triton.is_model_ready("match", "another")


def test_the_server_and_the_model_describe_themselves(triton, engine):
    assert triton.is_server_live()
    assert triton.is_server_ready()
    assert triton.is_model_ready("match")
    assert triton.get_server_metadata()["name"] == "creator-recsys"
    model = triton.get_model_metadata("match")
    assert model["versions"] == [engine.matching.bundle.name, engine.challenger.bundle.name]
    assert model["inputs"][1] == {"name": "creator_ids", "datatype": "INT64", "shape": [-1]}


def test_a_service_that_drains_is_live_and_not_ready(triton, service):
    service.draining = True

    assert triton.is_server_live()
    assert not triton.is_server_ready()


def test_unknown_creators_are_refused_as_json_has_no_nan(triton, brief, ids):
    with pytest.raises(InferenceServerException, match="unknown creators: 1, 2") as caught:
        triton.infer("match", inputs_of(brief, np.append(ids, [1, 2]), binary=True))

    assert caught.value.status() == "404"


def test_an_unknown_model_is_404_in_the_protocols_words(triton, brief, ids):
    with pytest.raises(InferenceServerException, match="Unknown model") as caught:
        triton.infer("another", inputs_of(brief, ids, binary=True))

    assert caught.value.status() == "404"


def message(brief, ids=(5,), **changes):
    """An inference request as JSON values."""
    said = {"name": "brief", "datatype": "BYTES", "shape": [1], "data": [brief.model_dump_json()]}
    given = {"name": "creator_ids", "datatype": "INT64", "shape": [len(ids)], "data": list(ids)}
    return {"inputs": [said | changes.pop("said", {}), given | changes.pop("given", {})]} | changes


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"inputs": []}, "expected inputs brief and creator_ids"),
        ({"said": {"name": "x"}}, "expected inputs brief and creator_ids"),
        ({"said": {"shape": [2]}}, "expected one brief"),
        ({"said": {"shape": [0], "data": []}}, "expected one brief"),
        ({"said": {"data": ["{}"]}}, "Field required"),
        ({"said": {"data": ["{"]}}, "Malformed JSON"),
        ({"said": {"data": [7]}}, "expected 1 values"),
        ({"said": {"data": ["{}", "{}"]}}, "expected 1 values as its shape says, found more"),
        ({"said": {"datatype": "FP32"}}, "expected BYTES"),
        ({"given": {"datatype": "INT32"}}, "expected INT64"),
        ({"given": {"data": [2**63]}}, "expected INT64"),
        ({"given": {"data": ["5"]}}, "expected INT64"),
        ({"given": {"shape": [3]}}, "expected 3 values"),
        ({"given": {"shape": [1, 1]}}, "of one dimension"),
        ({"given": {"shape": [0], "data": []}}, "at least 1 item"),
        ({"given": {"data": [1.5]}}, "Input should be"),
        ({"given": {"parameters": {"binary_data_size": 8}}}, "expected 1 values"),
        ({"outputs": [{"name": "odds"}]}, "expected outputs among scores, ranks"),
        ({"given": {"shape": [2], "data": [5, 5]}}, "once"),
    ],
    ids=range(19),
)
def test_what_is_against_the_protocol_is_400_in_its_words(client, brief, creator_ids, changes, why):
    body = message(brief, creator_ids[:1], **changes)

    answer = client.post("/v2/models/match/infer", body)

    assert answer.status_code == 400, answer.text
    assert answer.json().keys() == {"error"}
    assert why in answer.json()["error"]


@pytest.mark.parametrize(
    ("length", "behind"),
    [
        ("-1", b""),
        ("x", b""),
        ("9" * 30, b""),
        (None, b"1234567"),
        (None, b""),
        (None, struct.pack("<I", 99) + b"{}" + b"\0" * 8),
        (None, b"\0" * 12 + b"too much"),
    ],
    ids=range(7),
)
def test_lengths_that_do_not_add_up_are_400(client, brief, length, behind):
    size = {"parameters": {"binary_data_size": 4}, "data": None}
    told = json.dumps(message(brief, said=size, given={"parameters": {"binary_data_size": 8}, "data": None}))
    headers = {"inference-header-content-length": length or str(len(told))}

    answer = client.post("/v2/models/match/infer", told.encode() + behind, headers=headers)

    assert answer.status_code == 400, answer.text
    assert answer.json().keys() == {"error"}


class Counted(bytes):
    """Bytes that count how many were copied out of them."""

    copied = 0

    def __getitem__(self, key):
        found = super().__getitem__(key)
        if isinstance(found, int):
            return found
        Counted.copied += len(found)
        # What is cut out counts on.
        return Counted(found)


@pytest.fixture
def counted(monkeypatch):
    monkeypatch.setattr(Counted, "copied", 0)
    return Counted


def tensor(shape, **parameters):
    return Input(name="brief", datatype="BYTES", shape=shape, parameters=parameters)


def test_values_behind_their_lengths_are_copied_once_each(counted):
    values = [b"a", b"", b"bc" * 50] * 1_000
    raw = counted(b"".join(struct.pack("<I", len(value)) + value for value in values))

    assert texts(tensor([len(values)]), raw) == tuple(values)
    assert counted.copied < len(raw)


def test_nothing_is_read_behind_one_value_too_many():
    broken = b"\1"

    with pytest.raises(Problem) as caught:
        texts(tensor([1]), struct.pack("<I", 0) * 2 + broken)

    assert caught.value.detail.endswith("expected 1 values as its shape says, found more")


def test_tensors_behind_the_json_are_copied_once_each(counted):
    inputs = [{"name": str(place), "datatype": "BYTES", "shape": [1]} for place in range(500)]
    sized = [each | {"parameters": {"binary_data_size": 10}} for each in inputs]
    told = json.dumps({"inputs": sized}).encode()
    body = counted(told + bytes(5_000))

    _, behind = read_request(body, {"inference-header-content-length": str(len(told))})

    assert set(behind.values()) == {bytes(10)}
    assert counted.copied <= len(body) + 5_000


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_whatever_goes_wrong_below_v2_is_said_in_the_protocols_words(client, method):
    answer = client.request(method, "/v2/models/match/infer")

    assert answer.status_code == 405
    assert answer.json().keys() == {"error"}
