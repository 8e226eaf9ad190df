"""The app: what every route answers, and what is said where there is no answer."""

import json
from dataclasses import replace

import pytest
from starlette.routing import Route

from recsys.errors import BundleError, ConfigError, NotServedError, RequestError, TableError, UnknownIdError
from serving.release.slot import Slot
from serving.requests import Question
from serving.web.openapi import openapi
from serving.web.problems import PROBLEM_JSON
from serving.web.routes import ROUTES

NOBODY = 1
"""No creator's id."""


def problem(answer, status):
    """The document of a problem, which is complete."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM_JSON
    document = answer.json()
    assert {"type", "title", "status", "detail", "request_id"} <= document.keys()
    assert document["status"] == status
    assert document["type"].startswith("urn:recsys:problem:")
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_answers_what_the_engine_answers(client, engine, asked, name):
    route = ROUTES[name]
    request = route.request.model_validate(asked[name])

    answer = client.post(route.path, asked[name])

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-release"] == engine.release.name
    assert answer.text == route.ask(engine, request).model_dump_json()


def test_every_question_of_the_library_has_a_route():
    assert ROUTES.keys() == Question.model_fields.keys()


@pytest.mark.parametrize("name", ["explain", "products", "inspire", "insights", "similar", "show", "place"])
def test_an_unknown_creator_is_404(client, asked, name):
    answer = client.post(ROUTES[name].path, asked[name] | {"creator_id": NOBODY})

    document = problem(answer, 404)
    assert document["title"] == "Unknown id"
    assert str(NOBODY) in document["detail"]


@pytest.mark.parametrize("changed", [{"brand_id": NOBODY}, {"product_ids": [NOBODY]}])
def test_a_brief_of_an_unknown_brand_or_product_is_404(client, asked, changed):
    brief = asked["match"]["brief"] | changed

    assert problem(client.post("/v1/match", asked["match"] | {"brief": brief}), 404)["title"] == "Unknown id"


def test_an_unknown_word_is_422_with_near_ones(client, asked):
    brief = asked["match"]["brief"] | {"category": "beauty/hair_caer"}

    document = problem(client.post("/v1/match", asked["match"] | {"brief": brief}), 422)

    assert "beauty/hair_care" in document["detail"]


def test_a_wrong_key_is_422_and_is_listed(client, asked):
    document = problem(client.post("/v1/match", asked["match"] | {"count": 0}), 422)

    assert document["errors"] == [
        {"where": "count", "expected": "Input should be greater than or equal to 1", "found": "0"}
    ]


def test_what_the_release_lacks_is_404_and_the_release_says_so(client_of, service_of, bare_engine, asked):
    client, lacking = client_of(service_of({"demo": Slot(bare_engine)})), {}
    for name, route in ROUTES.items():
        if route.needs:
            assert problem(client.post(route.path, asked[name]), 404)["title"] == "Not served here"
            lacking[name] = list(route.needs)

    routes = client.get("/v1/release").json()["routes"]

    assert {name: facts["missing"] for name, facts in routes.items() if not facts["served"]} == lacking


def test_the_release_is_told(client, engine, release):
    facts = client.get("/v1/release").json()

    assert facts["release"] == engine.release.name
    assert facts["snapshot"] == release.snapshot.name
    assert facts["as_of"] == "2026-04-01T00:00:00Z"
    assert facts["bundles"]["match"] == release.match.name
    assert facts["lists"] == [path.name for path in release.lists]
    assert all(route["served"] for route in facts["routes"].values())


def test_an_unknown_path_and_method_are_problems(client):
    problem(client.get("/v1/nothing"), 404)
    refused = client.get("/v1/match")
    assert problem(refused, 405)["detail"] == "expected POST"
    assert refused.headers["allow"] == "POST"
    assert problem(client.post("/v1/release", {}), 405)["detail"] == "expected GET or HEAD"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"{}", {"content-type": "text/xml"}, 415),
        (b"{}", {"content-encoding": "gzip"}, 415),
        (b" " * 1_000_001, {}, 413),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(client, body, headers, status):
    problem(client.post("/v1/match", body, headers=headers), status)


class SurpriseError(Exception):
    """Nobody foresaw it."""


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownIdError("x"), 404),
        (NotServedError("x"), 404),
        (RequestError("x"), 422),
        (ConfigError("x"), 422),
        (BundleError("x"), 503),
        (TableError("x"), 503),
        (SurpriseError("the creator's name is Ann"), 500),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_error_is_a_problem_and_a_surprise_says_nothing(client_of, service, error, status):
    async def fail(request):
        raise error

    answer = client_of(service, more=[Route("/fails", fail)]).get("/fails")

    document = problem(answer, status)
    assert "Ann" not in json.dumps(document)


def test_a_problem_of_a_release_that_was_never_opened_is_ours(client_of, service, asked):
    """An engine that breaks: 500, and the next request is answered."""
    slot, whole = service.slots["demo"], service.slots["demo"].engine
    broken = client_of(service)
    try:
        slot.engine = replace(whole, creators=None)
        problem(broken.post("/v1/find", asked["find"]), 500)
    finally:
        slot.engine = whole
    assert broken.post("/v1/find", asked["find"]).status_code == 200


def test_a_long_answer_is_compressed_for_whoever_takes_it(client, asked):
    plain = client.post("/v1/find", {"count": 100}, headers={"accept-encoding": "identity"})
    zipped = client.post("/v1/find", {"count": 100}, headers={"accept-encoding": "gzip"})

    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.json() == plain.json()
    assert int(zipped.headers["content-length"]) < 0.3 * int(plain.headers["content-length"])


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/openapi.json", "/v2", "/v2/health/live"])
def test_some_paths_need_no_key(client_of, keyed, path):
    assert client_of(keyed).get(path).status_code == 200


@pytest.mark.parametrize("path", [path for path, methods in openapi()["paths"].items() if "post" in methods])
def test_what_asks_an_engine_needs_a_key_before_its_body_is_looked_at(client_of, keyed, path):
    answer = client_of(keyed).post(path.replace("{model}", "match"), b"\xff" * 100)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_opens_the_paths_of_its_scopes(client_of, service_of, key_of, asked):
    path, text = key_of("rank", "release")
    client = client_of(service_of(keys=path))
    sent = {"headers": {"authorization": f"Bearer {text}"}}

    assert client.post("/v1/rank", asked["rank"], **sent).status_code == 200
    assert client.get("/v1/release", **sent).status_code == 200
    assert client.get("/v2/models/match", **sent).status_code == 200
    problem(client.post("/v1/match", asked["match"], **sent), 403)
    problem(client.get("/metrics", **sent), 403)
