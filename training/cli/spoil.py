"""`recsys simulate spoil`: a copy of a marketplace with a fault in it that `recsys check` has to find."""

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from recsys.console import print_json, print_table
from recsys.errors import ConfigError
from recsys.options import AsJson
from training.simulate.faults import FAULTS, Fault
from training.simulate.faults import spoil as spoil_copy


def spoil(
    world: Annotated[
        Path | None, typer.Argument(metavar="WORLD", help="Folder of a marketplace's Parquet tables.")
    ] = None,
    fault: Annotated[str | None, typer.Option(help="The fault's name; --list shows all.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the spoilt copy.")] = None,
    list_faults: Annotated[bool, typer.Option("--list", help="List the faults instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Copy a marketplace with one fault as exports have them, for which `recsys check` then names the rule.

    The copy shares all files but the spoilt one with the marketplace, through hard links.
    """
    if list_faults:
        _list(as_json)
    elif world is None or fault is None or out is None:
        raise ConfigError("spoil needs a WORLD, --fault and --out; or --list")
    else:
        _write(world, _fault(fault), out, as_json)


def _fault(name: str) -> Fault:
    if name not in FAULTS:
        near = ", ".join(get_close_matches(name, FAULTS)) or "day_missing"
        raise ConfigError(f"there is no fault {name}; expected one of --list, such as {near}")
    return FAULTS[name]


def _list(as_json: bool) -> None:
    if as_json:
        print_json([fault.as_json() for fault in FAULTS.values()])
        return
    rows = [(fault.name, fault.table, fault.story, fault.found_by) for fault in FAULTS.values()]
    print_table("Faults", ("fault", "table", "what happened to the export", "found by the rule"), rows)


def _write(world: Path, fault: Fault, out: Path, as_json: bool) -> None:
    spoilt = spoil_copy(world, fault, out)
    if as_json:
        print_json({**fault.as_json(), "folder": str(spoilt.folder), "file": spoilt.file.as_posix()})
        return
    typer.echo(f"{fault.story}")
    typer.echo(f"Spoilt {spoilt.folder / spoilt.file}; recsys check {spoilt.folder} finds {fault.found_by}")
