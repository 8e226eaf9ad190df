"""`recsys models`, `recsys promote` and `recsys pull`: the registry from the command line."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from recsys.console import print_json, print_table
from recsys.options import AsJson
from training.track import CHAMPION, DEFAULT_URI, Registry

TrackingUri = Annotated[
    str, typer.Option(envvar="MLFLOW_TRACKING_URI", help="Where MLflow keeps runs and models.")
]
Reference = Annotated[str, typer.Argument(help="NAME@ALIAS or NAME/VERSION, e.g. match@challenger.")]


def models(tracking_uri: TrackingUri = DEFAULT_URI, as_json: AsJson = False) -> None:
    """List registered models: versions, aliases, bundles, and why each was promoted or refused.

    Example: recsys models --tracking-uri sqlite:///demo/mlflow.db
    """
    registry = Registry(tracking_uri)
    versions = [version for name in registry.names() for version in registry.versions(name)]
    if as_json:
        print_json([asdict(version) for version in versions])
        return
    rows = [[f"{one.name}/{one.number}", ", ".join(one.aliases), one.bundle, one.reason] for one in versions]
    print_table(f"Models in {tracking_uri}", ["version", "aliases", "bundle", "reason"], rows)


def promote(
    version: Reference,
    reason: Annotated[str, typer.Option(help="Why, for those who come later.")] = "promoted by hand",
    tracking_uri: TrackingUri = DEFAULT_URI,
    as_json: AsJson = False,
) -> None:
    """Make a registered version the champion, whatever the gate said of it.

    Example: recsys promote match@challenger --reason "the champion's features are gone"
    """
    registry = Registry(tracking_uri)
    found = registry.find(version)
    registry.promote(found, reason)
    champion = registry.find(f"{found.name}@{CHAMPION}")
    if as_json:
        print_json(asdict(champion))
    else:
        typer.echo(f"{champion.name}/{champion.number} is the champion: {champion.reason}")


def pull(
    version: Reference,
    out: Annotated[Path, typer.Option(help="Folder below which the bundle's folder is written.")],
    tracking_uri: TrackingUri = DEFAULT_URI,
    as_json: AsJson = False,
) -> None:
    """Fetch a registered version's bundle into a folder, proven, and print its path.

    Example: recsys pull match@champion --out bundles
    """
    registry = Registry(tracking_uri)
    found = registry.find(version)
    bundle = registry.fetch(found, out)
    if as_json:
        print_json({"path": str(bundle.path), **asdict(found)})
    else:
        typer.echo(bundle.path)
