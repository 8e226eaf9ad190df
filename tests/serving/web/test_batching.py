"""Batches: each question as its route answers it, one release for all, problems in the place of answers."""

import asyncio
import json
from dataclasses import replace

import pytest

from serving.release.slot import Slot
from serving.requests import MOST_QUESTIONS
from serving.web.routes import ROUTES
from serving.web.running import Runner

PATH = "/v1/batch"


def test_every_question_is_answered_as_its_route_answers_it(client, engine, asked):
    answer = client.post(PATH, {"questions": [{name: asked[name]} for name in ROUTES]})

    assert answer.status_code == 200, answer.text
    assert answer.json()["release"] == engine.release.name == answer.headers["x-release"]
    for name, part in zip(ROUTES, answer.json()["answers"], strict=True):
        alone = client.post(ROUTES[name].path, asked[name])
        assert part == {"status": 200, "answer": alone.json()}


def test_a_question_that_cannot_be_answered_has_its_problem_in_its_place(client, asked):
    unknown = {"similar": asked["similar"] | {"creator_id": 1}}
    foreign = {"find": {"market": "ZZ"}}
    body = {"questions": [unknown, {"show": asked["show"]}, foreign]}

    answer = client.post(PATH, body)

    first, second, third = answer.json()["answers"]
    assert answer.status_code == 200
    assert (first["status"], first["problem"]["title"]) == (404, "Unknown id")
    assert (second["status"], second["answer"]["creator_id"]) == (200, asked["show"]["creator_id"])
    assert third["status"] == 422
    assert first["problem"]["request_id"] == answer.headers["x-request-id"]


def test_questions_that_take_no_time_are_answered_without_a_hop_as_alone(client, service, asked):
    client.post(PATH, {"questions": [{"rank": asked["rank"] | {"explain": 0}}]})
    assert not service.runner.pool._threads

    client.post(PATH, {"questions": [{"match": asked["match"]}]})
    assert service.runner.pool._threads


@pytest.mark.parametrize(
    "questions",
    [
        [],
        [{}],
        [{"show": {"creator_id": "x"}}],
        [{"nothing": {}}],
        [{"show": {"creator_id": 1}, "find": {}}],
        [{"find": {}}] * (MOST_QUESTIONS + 1),
    ],
    ids=range(6),
)
def test_a_batch_that_is_not_valid_is_refused_as_a_whole(client, questions):
    answer = client.post(PATH, {"questions": questions})

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["where"].startswith("questions")


def test_all_answers_are_of_the_release_that_served_when_the_batch_was_read(
    client_of, service_of, engine, bare_engine, asked
):
    """Another release takes the place of the first as soon as the first question is answered."""
    slot = Slot(engine)
    runner = Runner(lambda method, seconds: setattr(slot, "engine", bare_engine))
    client = client_of(replace(service_of({"demo": slot}), runner=runner))
    body = {"questions": [{"rank": asked["rank"]}] * 3}

    during, after = client.post(PATH, body), client.post(PATH, body)
    runner.close()

    assert [part["status"] for part in during.json()["answers"]] == [200] * 3
    assert during.json()["release"] == engine.release.name
    assert [part["status"] for part in after.json()["answers"]] == [404] * 3
    assert after.json()["release"] == bare_engine.release.name


def test_each_question_needs_the_scope_of_its_route(client_of, service_of, key_of, asked):
    path, text = key_of("batch", "show")
    client, sent = client_of(service_of(keys=path)), {"headers": {"authorization": f"Bearer {text}"}}

    allowed = client.post(PATH, {"questions": [{"show": asked["show"]}]}, **sent)
    refused = client.post(PATH, {"questions": [{"show": asked["show"]}, {"find": {}}]}, **sent)

    assert (allowed.status_code, refused.status_code) == (200, 403)


def test_each_question_counts_as_a_request_of_the_key(client_of, service_of, key_of, asked):
    path, text = key_of("*", per_second=0.001, burst=10)
    client, sent = client_of(service_of(keys=path)), {"headers": {"authorization": f"Bearer {text}"}}
    five = {"questions": [{"show": asked["show"]}] * 5}

    assert [client.post(PATH, five, **sent).status_code for _ in range(3)] == [200, 200, 429]


def test_a_batch_larger_than_the_keys_burst_is_refused_for_good(client_of, service_of, key_of, asked):
    path, text = key_of("*", per_second=0.001, burst=4)
    client, sent = client_of(service_of(keys=path)), {"headers": {"authorization": f"Bearer {text}"}}

    answer = client.post(PATH, {"questions": [{"show": asked["show"]}] * 5}, **sent)

    assert (answer.status_code, answer.json()["title"]) == (422, "Batch too large")
    assert "retry-after" not in answer.headers
    # The one token that any request takes is gone, and no more.
    assert client.post(PATH, {"questions": [{"show": asked["show"]}] * 3}, **sent).status_code == 200


async def status_told(app, questions, left):
    """What a caller is told who goes as soon as `left` is set."""
    bodies, sent = [json.dumps({"questions": questions}).encode()], []

    async def receive():
        if bodies:
            return {"type": "http.request", "body": bodies.pop(), "more_body": False}
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": PATH, "raw_path": PATH.encode(), "query_string": b"",
        "headers": [(b"content-type", b"application/json")], "scheme": "http", "server": ("recsys", 80),
        "root_path": "",
    }  # fmt: skip
    await app(scope, receive, send)
    return sent[0]["status"]


def test_nothing_more_is_computed_once_the_caller_has_left(client_of, service_of, asked):
    """They leave when the second question is answered."""
    computed, left = [], asyncio.Event()

    async def run():
        loop = asyncio.get_running_loop()

        def timed(name, seconds):
            computed.append(name)
            if len(computed) == 2:
                loop.call_soon_threadsafe(left.set)

        runner = Runner(timed)
        app = client_of(replace(service_of(), runner=runner)).app
        told = await status_told(app, [{"rank": asked["rank"]}] * 20, left)
        runner.close()
        return told

    assert asyncio.run(run()) == 499
    assert 2 <= len(computed) <= 3


def test_a_batch_whose_caller_leaves_while_it_waits_is_over(client_of, service, asked):
    async def run():
        app, left = client_of(service).app, asyncio.Event()
        await service.runner.turn.acquire()
        task = asyncio.create_task(status_told(app, [{"show": asked["show"]}], left))
        while not service.runner.waiting:
            await asyncio.sleep(0)
        left.set()
        told = await task
        service.runner.turn.release()
        return told

    assert asyncio.run(run()) == 499
