"""What `recsys serve --playground` adds to the service: the page, and what it begins with."""

from starlette.routing import Route

from serving.web.answering import FactsEndpoint
from serving.web.playground.examples import examples_of
from serving.web.playground.page import PATH, page_route
from serving.web.routes import ROUTES
from serving.web.service import Service

EXAMPLES = f"{PATH}/examples"
SCOPE = ROUTES["match"].name
"""Examples name brands and products of the tenant, as answers to briefs do."""


def playground_routes(service: Service) -> list[Route]:
    """The page, which is open to everyone, and its examples, which need a key."""
    examples = FactsEndpoint(service, SCOPE, examples_of)
    return [page_route(), Route(EXAMPLES, examples, methods=["GET"], include_in_schema=False)]
