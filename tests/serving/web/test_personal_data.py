"""Personal data that callers send, wherever they put it, is in no log, metric or span of the service.

A real service is asked in every way that comes to mind, among them those that fail, and one that crashes
inside: its snapshot has a creator with a tier that does not exist.
"""

import dataclasses
import json
import re
import socket

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from recsys.release import Release
from serving.engine import Engine
from serving.release.slot import Slot
from serving.web.routes import ROUTES

NAME, MAIL, PHONE, ID = "Zaphodia Brox", "zaphodia.brox@mail.example", "+1-555-0142-77", 4815162342
PLANTED = ("zaphodia", "brox", "555-0142", str(ID))
CARD = f"{NAME} <{MAIL}> {PHONE} {ID}"
SAID = {
    "user-agent": CARD, "referer": f"http://x/{MAIL}", "cookie": f"who={MAIL}", "x-request-id": MAIL,
    "x-forwarded-for": MAIL, "from": MAIL, "tracestate": "who=zaphodia", "baggage": "who=zaphodia",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "x-tenant": NAME,
}  # fmt: skip
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def faulty(snapshot, tmp_path_factory):
    """A snapshot whose least followed creator has a tier that does not exist; and who they are."""
    creators = snapshot.creators
    row = int(creators["followers"].argsort()[0])
    tiers = creators["tier"].copy()
    tiers[row] = 99
    changed = dataclasses.replace(creators, values={**creators.values, "tier": tiers})
    written = dataclasses.replace(snapshot, creators=changed, path=None)
    return written.write(tmp_path_factory.mktemp("faulty")), int(creators.ids[row])


def requests_of(asked, crashing, bearer):
    """(method, path, what is sent) of requests that plant personal data; `crashing` is the faulty creator."""
    headers = {**SAID, **bearer}
    brief = asked["match"]["brief"]
    bodies = [
        asked["match"] | {"brief": brief | change}
        for change in (
            {"hashtag": NAME}, {"hashtag": NAME, "campaign_type": "challenge"}, {"category": MAIL},
            {"brand_id": ID}, {"product_ids": [ID]}, {"market": MAIL}, {"budget": MAIL}, {MAIL: 1},
            {"filters": {"name": NAME}}, {"target": {"gender": {NAME: 0.5}}}, {"store_states": [NAME]},
        )
    ]  # fmt: skip
    texts = ["{" + CARD, json.dumps(CARD), f'{{"{MAIL}": NaN}}', f'{{"{MAIL}":1,"{MAIL}":2}}', CARD * 30_000]
    texts += [json.dumps(body) for body in bodies]
    for text in texts:
        yield "POST", "/v1/match", {"content": text, "headers": headers | JSON}
    for name in ROUTES:
        body = asked[name] | ({"creator_id": ID} if "creator_id" in asked[name] else {MAIL: ID})
        yield "POST", f"/v1/{name}", {"json": body, "headers": headers}
        yield "POST", f"/v1/{name}?q={MAIL}", {"json": body, "headers": SAID}
        yield "GET", f"/v1/{name}?{MAIL}={ID}", {"headers": headers}
    yield "POST", "/v1/rank", {"json": asked["rank"] | {"creator_ids": [ID]}, "headers": headers}
    yield "POST", "/v1/find", {"json": {"cursor": CARD}, "headers": headers}
    yield "POST", "/v1/find", {"json": {"sort": NAME}, "headers": headers}
    yield "POST", "/v1/batch", {"json": {"questions": [{"show": {"creator_id": ID}}]}, "headers": headers}
    yield "POST", "/v1/show", {"json": {"creator_id": crashing}, "headers": headers, "params": {"q": CARD}}
    yield "POST", f"/v2/models/{MAIL}/infer", {"json": {"inputs": [{"name": NAME}]}, "headers": headers}
    yield "GET", f"/v2/models/match/versions/{MAIL}", {"headers": headers}
    for path in (f"/{MAIL}", f"/creators/{ID}", f"/v1/match/{NAME}", "/health/live", "/openapi.json"):
        yield "GET", f"{path}?q={MAIL}", {"headers": headers}
        yield "ZAPHODIA", path, {"headers": headers}
    for text in (MAIL, f"Bearer {MAIL}", f"Basic {CARD}", f"Bearer rk_{NAME}_{MAIL}"):
        yield "POST", "/v1/match", {"json": asked["match"], "headers": {"authorization": text}}
    for kind in ("content-type", "content-encoding"):
        yield "POST", "/v1/match", {"content": b"{}", "headers": headers | JSON | {kind: MAIL}}


BROKEN = (
    f"GET /{MAIL} HTTP/9.9\r\n\r\n",
    f"{NAME}\r\n\r\n",
    f"GET / HTTP/1.1\r\n{NAME}\r\n\r\n",
    f"GET /{NAME} {MAIL} HTTP/1.1\r\nhost: x\r\n\r\n",
    f"POST /v1/match HTTP/1.1\r\nhost: x\r\ncontent-length: {MAIL}\r\n\r\n",
    f"POST /v1/match HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n{NAME}\r\n",
    f"GET /v1/match?{MAIL} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: {MAIL}\r\n\r\n",
    f"POST /v1/match HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\n\r\n{CARD}",
)
"""What is no HTTP, or ends too early."""


def send_raw(port, text):
    """Send, wait for an answer for a moment, and leave."""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.settimeout(0.2)
        connection.sendall(text.encode())
        try:
            return connection.recv(4096)
        except TimeoutError:
            return b""


def planted_in(text, *secrets):
    return [word for word in (*PLANTED, *secrets) if word.lower() in text.lower()]


def test_logs_and_metrics_of_a_real_service_hold_nothing_that_was_planted(serving_at, bundle, faulty, asked):
    snapshot, crashing = faulty
    with serving_at(snapshot.path, bundle.path, "--set", "most_body_bytes=100000") as served:
        bearer = {"authorization": f"Bearer {served.key}"}
        sent = list(requests_of(asked, crashing, bearer))
        answers = [served.ask(method, path, **how) for method, path, how in sent]
        for text in BROKEN:
            send_raw(served.port, text)
        metrics = served.ask("GET", "/metrics", headers=bearer).text
    secret = served.key.split("_", 2)[2]

    statuses = [answer.status_code for answer in answers]
    assert {200, 400, 401, 404, 405, 413, 415, 422, 500} <= set(statuses)
    assert statuses.count(500) == 1
    lines = [json.loads(line) for line in served.logged.splitlines()]
    # An unknown method is answered by the server itself: it reaches no app, and no log.
    reached = {answer.headers.get("x-request-id") for answer in answers} - {None}
    assert len(reached) > 0.9 * len(sent)
    assert reached <= {line.get("request_id") for line in lines}
    assert [line["error"] for line in lines if "error" in line] == ["IndexError"]
    assert re.search(r'recsys_requests_total\{route="/v1/show",status="500"', metrics)
    assert planted_in(served.logged + metrics, served.key, secret, f"{crashing}") == []
    for answer in answers:
        told = answer.text + str(answer.headers)
        assert secret not in told
        assert answer.status_code != 500 or planted_in(told, f"{crashing}") == []


def test_spans_hold_nothing_that_was_planted(service_of, client_of, bundle, faulty, asked):
    snapshot, crashing = faulty
    provider, exporter = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    slot = Slot(Engine.open(Release(snapshot=snapshot.path, match=bundle.path)))
    client = client_of(service_of({"demo": slot}), tracer=provider.get_tracer("test"))

    statuses = [
        client.request(method, path, **how).status_code
        for method, path, how in requests_of(asked, crashing, {})
    ]

    spans = exporter.get_finished_spans()
    assert len(spans) == len(statuses)
    assert 500 in statuses
    assert planted_in(" ".join(span.to_json() for span in spans), f"{crashing}") == []
