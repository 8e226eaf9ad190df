"""`recsys publish` and `recsys releases`: what a running service moves on to, and what it served before."""

from pathlib import Path
from typing import Annotated

import typer

from recsys.console import print_json, print_table
from recsys.errors import ConfigError
from recsys.options import AsJson
from recsys.release import Release
from serving.release.pointer import Pointer
from serving.release.publish import KEPT, PARENTS, publish, roll_back

SERVED = "the one that is served"


def publish_command(  # noqa: PLR0913, PLR0917  # one parameter for each option
    to: Annotated[Path, typer.Option(help="The release folder; made at the first publication.")],
    snapshot: Annotated[
        Path | None, typer.Option(help="Entities as of a moment (recsys snapshot).", show_default=SERVED)
    ] = None,
    match: Annotated[
        Path | None, typer.Option(help="Bundle that ranks creators for briefs.", show_default=SERVED)
    ] = None,
    challenger: Annotated[
        Path | None, typer.Option(help="Another one to compare it with.", show_default=SERVED)
    ] = None,
    index: Annotated[
        Path | None,
        typer.Option(help="Of match on the snapshot, for large markets (recsys index).", show_default=SERVED),
    ] = None,
    products: Annotated[
        Path | None, typer.Option(help="Bundle of products for creators.", show_default=SERVED)
    ] = None,
    inspiration: Annotated[
        Path | None, typer.Option(help="Bundle of videos to learn from.", show_default=SERVED)
    ] = None,
    lists: Annotated[
        list[Path] | None,
        typer.Option(help="Ranking lists, again for each period.", show_default="the ones that are served"),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="Part to serve no longer; again for more.")
    ] = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Serve what was served before.")] = False,
    keep: Annotated[int, typer.Option(min=1, help="Releases that stay on disk.")] = KEPT,
    as_json: AsJson = False,
) -> None:
    """Prove parts together and serve them from now on; running services move within seconds.

    What is left out stays as it is served. A release that fails is refused and changes nothing.
    Examples: recsys publish --to releases --snapshot S --match B --products P --inspiration I
    · recsys publish --to releases --snapshot S2 · recsys publish --to releases --rollback
    """
    parts = {
        "snapshot": snapshot, "match": match, "challenger": challenger, "index": index, "products": products,
        "inspiration": inspiration, "lists": tuple(lists) if lists else None,
    }  # fmt: skip
    given = {name: part for name, part in parts.items() if part} | _left_out(without or [])
    if rollback and given:
        raise ConfigError(f"expected parts to publish, or --rollback; found both: {', '.join(given)}")
    if not rollback and not given:
        raise ConfigError("expected a part to publish, such as --snapshot, or --rollback; found neither")
    pointer = roll_back(to) if rollback else publish(to, given, keep)
    _print(to, pointer, as_json)


def releases(
    folder: Annotated[Path, typer.Argument(help="The release folder.")], as_json: AsJson = False
) -> None:
    """List the releases of a folder, the latest first: which one is served, and what each consists of.

    Example: recsys releases demo/releases
    """
    _print(folder, Pointer.read(folder), as_json)


def _left_out(names: list[str]) -> dict[str, tuple[Path, ...] | None]:
    optional = sorted(PARENTS.keys() - {"snapshot"})
    unknown = sorted(set(names) - set(optional))
    if unknown:
        raise ConfigError(f"--without expects {', '.join(optional)}; found {', '.join(unknown)}")
    return {name: () if name == "lists" else None for name in names}


def _print(folder: Path, pointer: Pointer, as_json: bool) -> None:
    if as_json:
        known = [_facts(release) for release in pointer.releases]
        print_json({"folder": str(folder), "serving": pointer.serving, "releases": known})
        return
    rows = [[_mark(place, pointer), one.name, _parts(one)] for place, one in enumerate(pointer.releases)]
    print_table(f"Releases of {folder}", ["", "release", "parts"], rows)


def _facts(release: Release) -> dict[str, object]:
    return {"name": release.name, **{what: path.name for what, path in release.folders.items()}}


def _mark(place: int, pointer: Pointer) -> str:
    if place == pointer.place:
        return "served"
    return "earlier" if place > pointer.place else "rolled back"


def _parts(release: Release) -> str:
    return "\n".join(f"{what} {path.name}" for what, path in release.folders.items())
