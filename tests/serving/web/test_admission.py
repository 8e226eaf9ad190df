"""Shedding: what is admitted, and how the rest is refused."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from serving.web.admission import ALWAYS, LEAST, Admission
from serving.web.call import CALL, call_of
from serving.web.health import HealthRoutes
from serving.web.inference_protocol import InferenceProtocol
from serving.web.problems import Problem
from serving.web.settings import ServeConfig

SHIPPED = Path(__file__).parents[3] / "configs" / "serving.yaml"


@dataclass
class Counts:
    """What admission tells."""

    refused: int = 0
    now: int = 0
    most: int = 0

    def shed(self):
        self.refused += 1

    def came(self):
        self.now += 1
        self.most = max(self.most, self.now)

    def left(self):
        self.now -= 1


@pytest.fixture
def counts():
    return Counts()


def admission(app, counts, *changes, seconds=0.0):
    return Admission(app, ServeConfig.load(SHIPPED, changes), counts, lambda: seconds)


def scope_of(path="/v1/match", method="POST"):
    return {"type": "http", "method": method, "path": path, "headers": [], "state": {}}


async def no_body():
    raise AssertionError("the body was read")


async def empty_body():
    return {"type": "http.request", "body": b"", "more_body": False}


async def asked(app, scope=None, receive=empty_body):
    """The messages that were sent."""
    sent = []

    async def send(message):
        sent.append(message)

    await app(scope or scope_of(), receive, send)
    return sent


async def answer(scope, receive, send):
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"answer"})


class Held:
    """An app that answers when it is released."""

    def __init__(self):
        self.release = asyncio.Event()

    async def __call__(self, scope, receive, send):
        if scope["path"].startswith("/v1"):
            await self.release.wait()
        await answer(scope, receive, send)


async def _flood(app, held, requests):
    """Statuses of requests that all come before the first is answered."""
    tasks = [asyncio.create_task(asked(app)) for _ in range(requests)]
    await asyncio.sleep(0)
    refused = [task.result() for task in tasks if task.done()]
    live = await asked(app, scope_of("/health/live", "GET"))
    held.release.set()
    return await asyncio.gather(*tasks), refused, live


def flood(counts, *changes, requests=20, seconds=0.0):
    async def run():
        held = Held()
        return await _flood(admission(held, counts, *changes, seconds=seconds), held, requests)

    return asyncio.run(run())


def test_as_many_as_allowed_are_admitted_and_the_others_refused_at_once(counts):
    every, refused, _ = flood(counts, "in_flight=5")

    assert [messages[0]["status"] for messages in every].count(200) == 5
    assert len(refused) == counts.refused == 15
    assert counts.most == 6  # with the one that asked whether the service is alive
    assert counts.now == 0


def test_a_refusal_is_a_problem_that_says_when_to_come_back(counts):
    _, ((start, body), *others), _ = flood(counts, "in_flight=5", "retry_after_s=7")
    headers = dict(start["headers"])
    document = json.loads(body["body"])

    assert (start["status"], headers[b"retry-after"]) == (503, b"7")
    assert headers[b"content-type"] == b"application/problem+json"
    assert int(headers[b"content-length"]) == len(body["body"])
    assert (document["status"], document["title"]) == (503, "Overloaded")
    assert document["request_id"].encode() == headers[b"x-request-id"]
    assert document["request_id"] not in {json.loads(each["body"])["request_id"] for _, each in others}


def test_a_refused_body_is_not_read(counts):
    async def run():
        app = admission(answer, counts, "in_flight=2")
        app.in_flight = 2
        return await asked(app, receive=no_body)

    assert asyncio.run(run())[0]["status"] == 503


def test_whether_the_service_is_alive_is_answered_whatever_comes(counts):
    _, _, live = flood(counts, "in_flight=1")

    assert live[0]["status"] == 200


def test_every_route_of_health_is_always_admitted(service):
    protocol = [route.path for route in InferenceProtocol(service).routes if "/health/" in route.path]

    assert {*protocol, *(route.path for route in HealthRoutes(service).routes)} == ALWAYS
    assert len(protocol) == 2


def test_places_are_free_again_after_failures_too(counts):
    async def fail(scope, receive, send):
        raise ZeroDivisionError

    async def run():
        app = admission(fail, counts, "in_flight=2")
        for _ in range(5):
            with pytest.raises(ZeroDivisionError):
                await asked(app)
        return app.in_flight

    assert asyncio.run(run()) == counts.now == counts.refused == 0


@pytest.mark.parametrize(
    ("seconds", "admitted"), [(0.0, 40), (0.001, 40), (0.02, 25), (0.1, 5), (0.4, LEAST), (60.0, LEAST)]
)
def test_the_longer_calls_take_the_fewer_are_admitted(counts, seconds, admitted):
    every, _, _ = flood(counts, "in_flight=40", "wait_ms=500", requests=60, seconds=seconds)

    assert [messages[0]["status"] for messages in every].count(200) == admitted


def test_an_answer_carries_the_id_of_its_call_and_the_call_what_was_sent(counts):
    seen = []

    async def noted(scope, receive, send):
        seen.append(call_of(scope))
        await answer(scope, receive, send)

    scope = scope_of(method="BREW")
    scope["headers"] = [(b"x-request-id", b"someone@mail.example")]
    start, _ = asyncio.run(asked(admission(noted, counts), scope))

    (call,) = seen
    assert dict(start["headers"])[b"x-request-id"].decode() == call.request_id
    assert "someone" not in call.request_id
    assert (call.status, call.sent, call.method) == (200, 6, "other")


def test_a_body_that_does_not_come_by_the_deadline_is_given_up(counts):
    async def never():
        await asyncio.Event().wait()

    with pytest.raises(Problem, match="408 Request timeout") as problem:
        asyncio.run(asked(admission(answer, counts, "deadline_ms=20", "wait_ms=5"), receive=never))
    assert problem.value.headers == {"connection": "close"}


def test_after_the_body_one_may_wait_for_the_caller_to_leave_for_any_time(counts):
    async def slow(scope, receive, send):
        await receive()
        assert (await receive())["type"] == "http.disconnect"
        await send({"type": "http.response.start", "status": 200, "headers": []})

    messages = iter([{"type": "http.request", "body": b"", "more_body": False}, {"type": "http.disconnect"}])

    async def receive():
        message = next(messages)
        if message["type"] == "http.disconnect":
            await asyncio.sleep(0.05)
        return message

    (start,) = asyncio.run(asked(admission(slow, counts, "deadline_ms=20", "wait_ms=5"), receive=receive))
    assert start["status"] == 200


def test_what_is_no_request_is_handed_on(counts):
    seen = []

    async def lifespan(scope, receive, send):
        seen.append(scope["type"])

    scope = {"type": "lifespan", "state": {}}
    asyncio.run(asked(admission(lifespan, counts), scope))

    assert seen == ["lifespan"]
    assert CALL not in scope["state"]
