"""From a request to an answer: what is behind every route of the engine, and of facts about it."""

from collections.abc import Callable
from functools import partial

from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from serving.engine import Engine
from serving.web.call import call_of
from serving.web.decoding import JSON, Body, check_json, decode, read_body
from serving.web.routes import EngineRoute
from serving.web.service import RELEASE, Service


class EngineEndpoint:
    """Answers one route: the gate, the body, the engine, the answer. An ASGI app."""

    def __init__(self, route: EngineRoute, service: Service) -> None:
        self.route, self.service = route, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Problem or RecsysError where there is no answer."""
        headers = Headers(scope=scope)
        tenant = self.service.admit(scope, headers, self.route.name)
        request = await body_of(headers, receive, self.route.request, self.service)
        engine = self.service.engine_of(scope, tenant)
        answer = await self.answer(engine, request, scope, receive)
        await json_response(answer, engine.release.name)(scope, receive, send)

    async def answer(self, engine: Engine, request: BaseModel, scope: Scope, receive: Receive) -> str:
        """What the engine says, in its turn, as JSON; raises as `Runner.run` and the engine do."""
        work, short = partial(answer_in_json, self.route, engine, request), self.route.is_short(request)
        return await self.service.runner.run(self.route.name, work, call_of(scope), receive, short)


class FactsEndpoint:
    """Tells facts of the engine that answers now. An ASGI app.

    They are told by the event loop: to look them up takes less than to wait for the engine's thread.
    """

    def __init__(self, service: Service, name: str, facts: Callable[[Engine], BaseModel]) -> None:
        """`name` is the scope that a key needs."""
        self.service, self.name, self.facts = service, name, facts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Refused."""
        tenant = self.service.admit(scope, Headers(scope=scope), self.name)
        engine = self.service.engine_of(scope, tenant)
        told = self.facts(engine).model_dump_json()
        await json_response(told, engine.release.name)(scope, receive, send)


async def body_of(headers: Headers, receive: Receive, model: type[Body], service: Service) -> Body:
    """The decoded body of a request; raises Problem as `serving.web.decoding` does."""
    check_json(headers)
    return decode(await read_body(headers, receive, service.settings.most_body_bytes), model)


def answer_in_json(route: EngineRoute, engine: Engine, request: BaseModel) -> str:
    """What the engine says, as text: written where it is computed, so that the loop is free of long ones."""
    return route.ask(engine, request).model_dump_json()


def json_response(body: str | bytes, release: str, **more: str) -> Response:
    """An answer of a release; `more` are headers."""
    return Response(body, headers={RELEASE: release, **more}, media_type=JSON)
