"""Spans."""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from recsys.errors import ConfigError
from serving.web.admission import Admission
from serving.web.metrics import Metrics
from serving.web.settings import ServeConfig
from serving.web.tracing import ENDPOINT, Traced, tracer_of

SHIPPED = Path(__file__).parents[3] / "configs" / "serving.yaml"
MARKER = "jane.doe@mail.example"
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def load(*changes):
    return ServeConfig.load(SHIPPED, changes)


async def hello(request):
    request.state.call.tenant, request.state.call.release = "demo", "release-1"
    return PlainTextResponse("hello")


async def crash(request):
    raise KeyError(MARKER)


@pytest.fixture
def exporter():
    return InMemorySpanExporter()


@pytest.fixture
def asked(exporter):
    """Asks for a path with headers; returns the span."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    app = Starlette(routes=[Route("/v1/match", hello), Route("/v1/{who}", crash)])
    traced = Admission(Traced(app, provider.get_tracer("test")), load(), Metrics(dict), lambda: 0.0)

    async def run(path, **headers):
        async def receive():
            return {"type": "http.request", "body": MARKER.encode(), "more_body": False}

        async def send(message):
            pass

        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "query_string": MARKER.encode(), "state": {},
        }  # fmt: skip
        await traced(scope, receive, send)

    def ask(path, **headers):
        with suppress(KeyError):
            asyncio.run(run(path, **headers))
        (span,) = exporter.get_finished_spans()
        return span

    return ask


def test_a_span_names_the_route_and_what_became_of_it(asked):
    span = asked("/v1/match")

    assert (span.name, span.kind) == ("GET /v1/match", SpanKind.SERVER)
    assert dict(span.attributes) == {
        "http.route": "/v1/match",
        "http.response.status_code": 200,
        "tenant": "demo",
        "release": "release-1",
    }
    assert span.parent is None
    assert span.status.status_code == StatusCode.UNSET


def test_a_span_continues_its_callers_trace(asked):
    span = asked("/v1/match", traceparent=PARENT)

    assert f"{span.context.trace_id:032x}" == PARENT.split("-")[1]
    assert f"{span.parent.span_id:016x}" == PARENT.split("-")[2]


@pytest.mark.parametrize("parent", ["", "00-zz-zz-01", MARKER, "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
def test_a_garbled_parent_starts_a_new_trace(asked, parent):
    assert asked("/v1/match", traceparent=parent).parent is None


def test_a_fault_is_marked_and_its_text_is_not_kept(asked):
    span = asked(f"/v1/{MARKER}")

    assert span.name == "GET /v1/{who}"
    assert span.status.status_code == StatusCode.ERROR
    assert MARKER not in span.to_json()


def test_nothing_that_a_caller_wrote_is_in_a_span(asked):
    headers = {"tracestate": f"who={MARKER}", "baggage": f"who={MARKER}", "user-agent": MARKER, "x": MARKER}
    span = asked(f"/{MARKER}", traceparent=PARENT, **headers)

    assert span.name == "GET other"
    assert MARKER not in span.to_json()
    assert not span.context.trace_state


def test_without_a_collector_nothing_is_traced(monkeypatch):
    monkeypatch.delenv(ENDPOINT, raising=False)

    assert tracer_of(load()) is None


@pytest.mark.parametrize("by", ["settings", "environment"])
def test_a_collector_without_the_libraries_for_it_is_refused(monkeypatch, by):
    endpoint = "http://127.0.0.1:4318/v1/traces"
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http", None)
    if by == "environment":
        monkeypatch.setenv(ENDPOINT, endpoint)

    with pytest.raises(ConfigError, match=r"tracing needs the library opentelemetry: .*\[otel\]"):
        tracer_of(load(f"traces={endpoint}") if by == "settings" else load())
