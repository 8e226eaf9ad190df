"""What `recsys serve --playground` adds to the service: the page, and what it begins with."""

from functools import partial

from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from serving.engine import Engine
from serving.web.answering import json_response
from serving.web.call import call_of
from serving.web.playground.examples import examples_of
from serving.web.playground.page import PATH, page_route
from serving.web.routes import ROUTES
from serving.web.service import Service

EXAMPLES = f"{PATH}/examples"
SCOPE = ROUTES["match"].name
"""Examples name brands and products of the tenant, as answers to briefs do."""


def playground_routes(service: Service) -> list[Route]:
    """The page, which is open to everyone, and its examples, which need a key."""
    return [page_route(), Route(EXAMPLES, Beginning(service), methods=["GET"], include_in_schema=False)]


class Beginning:
    """Gives the tenant's examples. An ASGI app."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Problem where there is no answer."""
        tenant = self.service.admit(scope, Headers(scope=scope), SCOPE)
        engine = self.service.engine_of(scope, tenant)
        work = partial(examples_in_json, engine)
        call = call_of(scope)
        answer = await self.service.runner.run("examples", work, call, receive)
        await json_response(answer, call.release)(scope, receive, send)


def examples_in_json(engine: Engine) -> str:
    """An engine's examples, as text."""
    return examples_of(engine).model_dump_json()
