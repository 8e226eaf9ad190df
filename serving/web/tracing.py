"""Spans of OpenTelemetry, one a request: route, status, tenant, release, and nothing that a caller wrote."""

import os
from collections.abc import Iterable

from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Receive, Scope, Send

from recsys.extras import imported
from serving.web.call import call_of
from serving.web.settings import ServeConfig

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
WHO, EXTRA = "tracing", "otel"
PARENT = "traceparent"
"""The one header that is read: `tracestate` and `baggage` hold free text, which spans would carry on."""
PROPAGATOR = TraceContextTextMapPropagator()


def tracer_of(settings: ServeConfig) -> Tracer | None:
    """A tracer that sends spans to the collector of the settings or of the environment; None without one.

    Raises ConfigError where one is configured and the extra `otel` is not installed.
    """
    if settings.traces is None and not os.environ.get(ENDPOINT):
        return None
    exporter = imported("opentelemetry.exporter.otlp.proto.http.trace_exporter", WHO, EXTRA)
    sdk = imported("opentelemetry.sdk.trace", WHO, EXTRA)
    batches = imported("opentelemetry.sdk.trace.export", WHO, EXTRA)
    resources = imported("opentelemetry.sdk.resources", WHO, EXTRA)
    service = os.environ.get("OTEL_SERVICE_NAME", "recsys")
    provider = sdk.TracerProvider(resource=resources.Resource.create({"service.name": service}))
    # Without an endpoint of ours the exporter follows the environment.
    provider.add_span_processor(batches.BatchSpanProcessor(exporter.OTLPSpanExporter(settings.traces)))
    tracer: Tracer = provider.get_tracer("recsys")
    return tracer


class Traced:
    """A span for each request behind it."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self.app, self.tracer = app, tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on within a span."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        call = call_of(scope)
        with self.tracer.start_as_current_span(
            call.method,
            parent_of(scope["headers"]),
            SpanKind.SERVER,
            # An exception's text repeats values of the request.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                await self.app(scope, receive, send)
            finally:
                status = call.status or 500
                span.update_name(f"{call.method} {call.route}")
                span.set_attribute("http.route", call.route)
                span.set_attribute("http.response.status_code", status)
                span.set_attribute("tenant", call.tenant or "none")
                span.set_attribute("release", call.release or "none")
                if status >= 500:
                    span.set_status(Status(StatusCode.ERROR))


def parent_of(headers: Iterable[tuple[bytes, bytes]]) -> Context:
    """The caller's span (W3C trace context); an empty context where none is named."""
    named = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
    return PROPAGATOR.extract({PARENT: named.get(PARENT, "")}, Context())
