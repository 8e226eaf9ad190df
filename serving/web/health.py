"""Whether this worker lives, is ready for requests, and how it does: for load balancers and Prometheus."""

from typing import Literal

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from serving.web.keys import METRICS_SCOPE
from serving.web.metrics import CONTENT_TYPE
from serving.web.problems import Problem
from serving.web.service import Service

LIVE, READY, METRICS = "/health/live", "/health/ready", "/metrics"


class Health(BaseModel):
    """Well."""

    status: Literal["live", "ready"]


def check_ready(service: Service) -> None:
    """Raises Problem 503 where no more requests are to be sent here."""
    if not service.ready:
        raise Problem(503, "Not ready", "this worker is ending")


class HealthRoutes:
    """Answered by the event loop alone, however busy the engine is."""

    def __init__(self, service: Service) -> None:
        self.service = service

    @property
    def routes(self) -> list[Route]:
        """All of them."""
        return [Route(LIVE, self.live), Route(READY, self.ready), Route(METRICS, self.metrics)]

    async def live(self, request: Request) -> Response:
        """The process answers."""
        return JSONResponse(Health(status="live").model_dump())

    async def ready(self, request: Request) -> Response:
        """Every release is proven and served; raises Problem 503 while the worker drains."""
        check_ready(self.service)
        return JSONResponse(Health(status="ready").model_dump())

    async def metrics(self, request: Request) -> Response:
        """Counters; raises Refused without a key of the scope `metrics`, unless the settings open them."""
        gate = self.service.gate
        if not gate.metrics_open:
            gate.admit(request.headers, METRICS_SCOPE)
        return Response(self.service.metrics.exposition(), headers={"content-type": CONTENT_TYPE})
