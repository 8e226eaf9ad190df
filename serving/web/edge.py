"""What stands around the app, outermost first: shedding, metrics, logs, spans."""

from opentelemetry.trace import Tracer
from starlette.types import ASGIApp

from serving.web.access_log import AccessLog
from serving.web.admission import Admission
from serving.web.metrics import Measured, Metrics
from serving.web.running import Runner
from serving.web.settings import ServeConfig
from serving.web.tracing import Traced


def behind_edge(
    app: ASGIApp, settings: ServeConfig, metrics: Metrics, runner: Runner, tracer: Tracer | None = None
) -> Admission:
    """The app as it is served. The app itself asks the gate, and fills in its `Call`'s tenant and release."""
    traced = app if tracer is None else Traced(app, tracer)
    logged = Measured(AccessLog(traced), metrics)
    return Admission(logged, settings, metrics, lambda: runner.seconds_per_call)
