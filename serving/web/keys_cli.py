"""`recsys keys`: make, list and revoke API keys."""

from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Annotated

import typer

from recsys.console import print_json, print_table
from recsys.errors import ConfigError
from recsys.options import AsJson
from serving.web.batching import BATCH
from serving.web.keys import EVERY_SCOPE, METRICS_SCOPE, Key, add_key, fresh, read_keys, revoke_key
from serving.web.release_facts import NAME as RELEASE
from serving.web.routes import ROUTES
from serving.web.settings import SETTINGS, ServeConfig

SCOPES = frozenset({*ROUTES, BATCH, RELEASE, METRICS_SCOPE})
DAYS = ["%Y-%m-%d"]
COLUMNS = ("id", "tenant", "scopes", "created", "expires", "a second", "at once", "note")
KeyFile = Annotated[Path, typer.Option("--file", help="The file of keys that the service reads.")]

keys_app = typer.Typer(no_args_is_help=True, add_completion=False)


@keys_app.callback()
def keys() -> None:
    """API keys of the service. Only their hashes are kept; a running service follows the file."""


@keys_app.command("add")
def add(  # noqa: PLR0913, PLR0917  # one parameter for each option
    file: KeyFile,
    tenant: Annotated[str, typer.Option(help="Whose releases it opens, as in the service's settings.")],
    scope: Annotated[
        list[str],
        typer.Option(
            help="A route that it opens, such as match; * for all but metrics, which tell of every tenant."
        ),
    ],
    expires: Annotated[
        datetime | None, typer.Option(formats=DAYS, help="The first day (UTC) on which it is refused.")
    ] = None,
    per_second: Annotated[float, typer.Option(help="Requests a second, on average.")] = 50.0,
    note: Annotated[str, typer.Option(help="What it is for, for `recsys keys list`.")] = "",
    config: Annotated[
        Path | None,
        typer.Option(help="The service's settings, to look the tenant up.", show_default=str(SETTINGS)),
    ] = None,
) -> None:
    """Make a key and print it: the only time that it is seen. Twice its rate may come at once.

    A tenant that the settings do not have yet is told of: until they do, the key opens nothing.

    Example: recsys keys add --file keys.json --tenant demo --scope match --scope rank --expires 2027-01-01
    """
    _refuse_unknown(scope)
    known = _tenants(config)
    text, key = fresh(
        tenant=tenant,
        scopes=tuple(dict.fromkeys(scope)),
        created=datetime.now(UTC).date(),
        expires=expires.date() if expires else None,
        per_second=per_second,
        burst=max(1, ceil(2 * per_second)),
        note=note,
    )
    add_key(file, key)
    if known and tenant not in known:
        typer.echo(f"warning: {tenant} is none of the settings' tenants: {', '.join(known)}", err=True)
    typer.echo(text)


@keys_app.command("list")
def show(file: KeyFile, as_json: AsJson = False) -> None:
    """List the keys of a file.

    Example: recsys keys list --file keys.json
    """
    found = read_keys(file)
    if as_json:
        print_json([key.model_dump(mode="json", exclude={"sha256"}) for key in found])
    else:
        print_table(f"{len(found)} keys", COLUMNS, [_row(key) for key in found])


@keys_app.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `recsys keys list` shows it.")],
    file: KeyFile,
) -> None:
    """Remove a key. A running service refuses it from its next request on.

    Example: recsys keys revoke 0a1b2c3d4e5f --file keys.json
    """
    key = revoke_key(file, key_id)
    typer.echo(f"revoked {key.id} of {key.tenant}")


def _refuse_unknown(scopes: list[str]) -> None:
    """A misspelt scope would make a key that opens nothing."""
    unknown = sorted({*scopes} - {EVERY_SCOPE, *SCOPES})
    if unknown:
        raise ConfigError(f"--scope: expected {EVERY_SCOPE} or one of {sorted(SCOPES)}, found {unknown}")


def _tenants(config: Path | None) -> list[str]:
    """Those of the settings; none where no settings were named and there are none in their usual place."""
    if config is None and not SETTINGS.exists():
        return []
    return sorted(ServeConfig.load(config or SETTINGS).tenants)


def _row(key: Key) -> tuple[object, ...]:
    until = key.expires or "never"
    return (key.id, key.tenant, " ".join(key.scopes), key.created, until, key.per_second, key.burst, key.note)
