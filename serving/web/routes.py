"""The routes of the API: one for each question of `serving.engine.Engine`, described by its method alone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from pydantic import BaseModel

from recsys.config import Config
from recsys.release import Release
from serving.engine import Engine
from serving.requests import RankRequest

VERSION = "/v1"
FEW = 200
"""Creators who are scored in about a millisecond."""


@dataclass(frozen=True)
class EngineRoute:
    """`POST /v1/<name>`: the body is the method's request, the answer what it returns."""

    ask: Callable[[Engine, Any], BaseModel]
    """A method of `Engine`; its name is the route's, and the scope that a key needs."""
    summary: str
    needs: tuple[str, ...] = ()
    """Parts of a release without which it is not served."""
    is_short: Callable[[Any], bool] = lambda request: False
    """Whether a request takes a millisecond or two, however large the snapshot."""

    @cached_property
    def name(self) -> str:
        """Of the route, of the engine's method and of the scope."""
        return self.ask.__name__

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"{VERSION}/{self.name}"

    @cached_property
    def request(self) -> type[Config]:
        """What the body holds."""
        found: type[Config] = get_type_hints(self.ask)["request"]
        return found

    @cached_property
    def answer(self) -> type[BaseModel]:
        """What the answer holds."""
        found: type[BaseModel] = get_type_hints(self.ask)["return"]
        return found

    def missing(self, release: Release) -> tuple[str, ...]:
        """Parts that a release would need to have for this route to be served."""
        return tuple(part for part in self.needs if not getattr(release, part))


def ranks_few(request: RankRequest) -> bool:
    """Whether few creators are scored, and none of them is explained."""
    return len(request.creator_ids) <= FEW and request.explain == 0


ROUTES: dict[str, EngineRoute] = {
    route.name: route
    for route in (
        EngineRoute(Engine.rank, "Score given creators for a brief", ("match",), ranks_few),
        EngineRoute(Engine.match, "The best creators for a brief", ("match",)),
        EngineRoute(Engine.explain, "Why a creator scores as they do for a brief", ("match",)),
        EngineRoute(Engine.products, "Products for a creator to promote", ("products",)),
        EngineRoute(Engine.inspire, "Videos for a creator to learn from", ("inspiration",)),
        EngineRoute(
            Engine.insights,
            "Where a creator stands, what to do next, and with what",
            ("products", "inspiration"),
        ),
        EngineRoute(Engine.similar, "Creators like one"),
        EngineRoute(Engine.find, "Creators who pass a filter, page by page"),
        EngineRoute(Engine.show, "One creator as a brand sees them"),
        EngineRoute(Engine.lists, "Places of a ranking list", ("lists",)),
        EngineRoute(Engine.place, "Why a creator stands where they do on a ranking list", ("lists",)),
    )
}
"""By name, those that are asked most first."""
