"""What may be known of a request."""

import pytest
from starlette.routing import Mount, Route

from serving.web.call import Call, call_of, new_request_id
from serving.web.problems import request_id_of


def scope_of(method="POST", **more):
    return {"type": "http", "method": method, "path": "/jane.doe", "headers": [], **more}


def test_a_request_finds_its_call_and_its_id():
    scope = scope_of()
    call = Call.begin(scope, 1.0)

    assert call_of(scope) is call
    assert request_id_of(scope) == call.request_id


def test_no_two_requests_have_one_id():
    assert len({new_request_id() for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize(
    ("method", "known"), [("GET", "GET"), ("POST", "POST"), ("JANE", "other"), ("get", "other")]
)
def test_a_method_is_one_of_the_known_or_other(method, known):
    assert Call.begin(scope_of(method), 1.0).method == known


@pytest.mark.parametrize(
    ("found", "route"),
    [
        ({}, "other"),
        ({"route": Route("/v1/{name}", lambda request: None)}, "/v1/{name}"),
        ({"route": Mount("/", routes=[])}, "other"),
        ({"route": None}, "other"),
    ],
)
def test_a_route_is_its_template_and_never_the_path(found, route):
    assert Call.begin(scope_of(**found), 1.0).route == route


def test_the_deadline_counts_from_when_the_request_came():
    call = Call.begin(scope_of(), 2.0)

    assert call.deadline - call.started == pytest.approx(2.0, abs=0.01)
    assert 0 <= call.seconds < 1
