"""The app: every route, what is said where there is no answer, and the edge around them."""

from collections.abc import Sequence

from opentelemetry.trace import Tracer
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from recsys.errors import RecsysError
from serving.web import batching, inference_protocol, release_facts
from serving.web.answering import EngineEndpoint, FactsEndpoint
from serving.web.batching import BatchEndpoint
from serving.web.edge import behind_edge
from serving.web.health import HealthRoutes
from serving.web.inference_protocol import InferenceProtocol
from serving.web.openapi import openapi
from serving.web.problems import Problem, problem_of, problem_response, request_id_of
from serving.web.release_facts import facts_of
from serving.web.routes import ROUTES
from serving.web.service import Service

DESCRIPTION = "/openapi.json"


def create_app(service: Service, more: Sequence[BaseRoute] = (), tracer: Tracer | None = None) -> ASGIApp:
    """The service as an ASGI app; `more` are routes that need no key, such as the playground's."""
    app = Starlette(
        routes=[*_routes(service), *more],
        middleware=[_compressed()],
        exception_handlers=dict.fromkeys((Problem, RecsysError, HTTPException, Exception), _no_answer),
    )
    app.router.redirect_slashes = False
    return behind_edge(app, service.settings, service.metrics, service.runner, tracer)


def _compressed() -> Middleware:
    """Gzip of what is longer than a packet, quickly: level 1 gains the most for the least time."""
    # All answers are text; the library would go through its list of what is not anew for each request.
    return Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=1, exclude_content_types=())


def _routes(service: Service) -> list[BaseRoute]:
    """Asked one after the other, so those that are asked most come first."""
    asked = [Route(route.path, EngineEndpoint(route, service), methods=["POST"]) for route in ROUTES.values()]
    return [
        *asked,
        Route(batching.PATH, BatchEndpoint(service), methods=["POST"]),
        *InferenceProtocol(service).routes,
        *HealthRoutes(service).routes,
        Route(release_facts.PATH, FactsEndpoint(service, release_facts.NAME, facts_of), methods=["GET"]),
        Route(DESCRIPTION, _described, methods=["GET"]),
    ]


async def _described(request: Request) -> Response:
    return JSONResponse(openapi())


async def _no_answer(request: Request, error: Exception) -> Response:
    problem, path = problem_for(error), request.scope["path"]
    if path.startswith(inference_protocol.PREFIX):
        return inference_protocol.error_response(problem)
    return problem_response(problem, request_id_of(request.scope))


def problem_for(error: Exception) -> Problem:
    """What a caller is told of whatever went wrong; nothing of what nobody foresaw."""
    match error:
        case Problem():
            return error
        case RecsysError():
            return problem_of(error)
        case HTTPException(status_code=404):
            return Problem(404, "Not found", f"there is no such path; {DESCRIPTION} describes those that are")
        case HTTPException(status_code=405):
            return Problem(405, "Method not allowed", f"expected {_allowed(error)}", error.headers)
        case _:
            return Problem(500, "Internal error")


def _allowed(error: HTTPException) -> str:
    """The methods that a path has."""
    methods = (error.headers or {}).get("Allow", "")
    return " or ".join(sorted(methods.split(", ")))
