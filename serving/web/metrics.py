"""Metrics for Prometheus. Labels come from sets that are known beforehand, never from what a caller wrote."""

import os
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Receive, Scope, Send

from serving.web.call import Call, call_of

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder that workers count in together; set before prometheus_client is imported."""
NOBODY = "none"
"""The tenant of requests that were not let in."""
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """What a worker counts; `exposition` gives the sums over all workers that share a folder."""

    def __init__(self, releases: Callable[[], Mapping[str, str]]) -> None:
        """`releases` says which release each tenant's answers come from now."""
        self.registry = CollectorRegistry()
        self.registry.register(ReleaseInfo(releases))
        shared = bool(os.environ.get(SHARED_FOLDER))
        if shared:
            MultiProcessCollector(self.registry)  # type: ignore[no-untyped-call]  # the library lacks it
        # What workers share is read from their folder; a metric that is registered too would be told twice.
        home = None if shared else self.registry
        self.requests = Counter(
            "recsys_requests", "Requests answered.", ("route", "status", "tenant"), registry=home
        )
        self.request_seconds = Histogram(
            "recsys_request_seconds",
            "From the request's first byte.",
            ("route",),
            buckets=SECONDS,
            registry=home,
        )
        self.in_flight = Gauge(
            "recsys_in_flight", "Requests admitted now.", multiprocess_mode="livesum", registry=home
        )
        self.refused = Counter("recsys_shed", "Requests refused as too many.", registry=home)
        self.rate_limited = Counter(
            "recsys_rate_limited", "Requests above their key's rate.", ("tenant",), registry=home
        )
        self.engine_seconds = Histogram(
            "recsys_engine_seconds", "Calls of the engine.", ("method",), buckets=SECONDS, registry=home
        )
        self.swaps = Counter("recsys_swaps", "Releases put in place, or refused.", ("result",), registry=home)
        self.broken_keys = Counter(
            "recsys_keys_broken", "Files of keys that could not be read.", registry=home
        )

    def came(self) -> None:
        """A request was admitted."""
        self.in_flight.inc()

    def left(self) -> None:
        """An admitted request is over."""
        self.in_flight.dec()

    def shed(self) -> None:
        """A request was refused as too many."""
        self.refused.inc()

    def limited(self, tenant: str) -> None:
        """A request came above its key's rate."""
        self.rate_limited.labels(tenant).inc()

    def keys_broken(self) -> None:
        """A file of keys could not be read."""
        self.broken_keys.inc()

    def swapped(self, done: bool) -> None:
        """A release was put in place, or refused."""
        self.swaps.labels("done" if done else "refused").inc()

    def timed(self, method: str, seconds: float) -> None:
        """A call of an engine's method has ended."""
        self.engine_seconds.labels(method).observe(seconds)

    def answered(self, call: Call) -> None:
        """A request is over."""
        self.requests.labels(call.route, str(call.status), call.tenant or NOBODY).inc()
        self.request_seconds.labels(call.route).observe(call.seconds)

    def exposition(self) -> bytes:
        """Everything, in the text format of `CONTENT_TYPE`."""
        return generate_latest(self.registry)


class ReleaseInfo(Collector):
    """`recsys_release_info{tenant, release} 1`: asked when it is told, so that former releases are gone."""

    def __init__(self, releases: Callable[[], Mapping[str, str]]) -> None:
        self.releases = releases

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """A series for each tenant."""
        info = GaugeMetricFamily(
            "recsys_release_info", "Release that answers now.", labels=("tenant", "release")
        )
        for tenant, release in self.releases().items():
            info.add_metric((tenant, release), 1)
        yield info


class Measured:
    """Counts each request behind it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, then count."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            self.metrics.answered(call_of(scope))
