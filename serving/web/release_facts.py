"""What is served now: `GET /v1/release`."""

from datetime import datetime

from recsys.release import BUNDLES
from serving.answers import Part
from serving.engine import Engine
from serving.web.routes import ROUTES, VERSION

NAME = "release"
PATH = f"{VERSION}/{NAME}"


class RouteFacts(Part):
    """Whether a route is served."""

    served: bool
    missing: tuple[str, ...] = ()
    """What the release would need for it."""


class ReleaseFacts(Part):
    """The release that answers now. Every name is made from content."""

    release: str
    snapshot: str
    as_of: datetime
    """Nothing later than this moment is known."""
    bundles: dict[str, str]
    """By what they are for: match, challenger, products, inspiration."""
    index: str | None
    """First stage of match; without one every creator is scored."""
    lists: tuple[str, ...]
    """Ranking lists, one a period."""
    routes: dict[str, RouteFacts]


def facts_of(engine: Engine) -> ReleaseFacts:
    """What an engine's release holds."""
    release = engine.release
    missing = {name: route.missing(release) for name, route in ROUTES.items()}
    return ReleaseFacts(
        release=release.name,
        snapshot=engine.snapshot.name,
        as_of=engine.snapshot.facts.as_of,
        bundles={name: path.name for name in BUNDLES if (path := getattr(release, name))},
        index=release.index.name if release.index else None,
        lists=tuple(path.name for path in release.lists),
        routes={name: RouteFacts(served=not parts, missing=parts) for name, parts in missing.items()},
    )
