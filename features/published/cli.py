"""`recsys published`."""

import math
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from features.known import Known, known
from features.published.studies import studies
from features.published.summary import Study
from recsys.console import print_json, print_table
from recsys.errors import ConfigError
from recsys.options import POLICIES, AsJson, Out, PolicyFolder
from recsys.output import facts_of, write_rows
from recsys.policy import Policies, read_policies
from recsys.published import PUBLISHED, Loaded, PublishedSet
from recsys.tables import Tables, partial_tables

MEASURED = ("creator_daily", "video_daily")
MOST_BESIDE = 6
UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))


def published(
    name: Annotated[str, typer.Argument(metavar="SET", help=f"One of {', '.join(PUBLISHED)}.")],
    folder: Annotated[Path, typer.Option(help="Folder with the set's Parquet files.")],
    policies: PolicyFolder = POLICIES,
    out: Out = None,
    study: Annotated[
        str | None, typer.Option(help="Which study --out writes; without it the first one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open a published data set: what it holds, what was cleaned, and its creators by tier.

    Profiles are those of the day after the set's last measurement. A study that needs what the set does not
    have is left out.

    Examples: recsys published tiktok_famous --folder ../data/tiktok_famous · recsys published tiktok_vn_2025
    --folder ../data/tiktok_vn_2025 --study again --out again.csv
    """
    chosen = _chosen(name)
    loaded = chosen.read(folder)
    tables = partial_tables(loaded.tables)
    then = _after(tables, read_policies(policies))
    made = [] if then is None else list(studies(then, chosen))
    if out is not None:
        write_rows(out, _study(made, study).rows, _origin(tables, then))
    if as_json:
        print_json({**_as_json(chosen, loaded, made), **_origin(tables, then)})
    else:
        _print(chosen, loaded, then, made)


def _chosen(name: str) -> PublishedSet:
    if name not in PUBLISHED:
        raise ConfigError(f"there is no loader for {name}; expected one of {', '.join(PUBLISHED)}")
    return PUBLISHED[name]


def _after(tables: Tables, policies: Policies) -> Known | None:
    """The set as known when the last day with a measurement was over; None where nothing was measured."""
    measured = [tables[name]["day"].max().to_pyarrow().as_py() for name in MEASURED if name in tables]
    if not measured:
        return None
    as_of = datetime.combine(max(measured) + timedelta(days=1), time())
    # A set that is older than every policy is looked at by the first one.
    rules_on = max(as_of.date(), min(policy.valid_from for policy in policies.policies))
    return known(tables, as_of, policies, rules_on)


def _study(made: Sequence[Study], name: str | None) -> Study:
    found = [study for study in made if name in {None, study.name}]
    if not found:
        names = ", ".join(study.name for study in made) or "none"
        raise ConfigError(f"--study: there is no study {name or ''}; found {names}")
    return found[0]


def _origin(tables: Tables, then: Known | None) -> dict[str, str]:
    return {} if then is None else facts_of(then.as_of, then.policy_ids, tables.fingerprints())


def _as_json(chosen: PublishedSet, loaded: Loaded, made: Sequence[Study]) -> dict[str, object]:
    return {
        "set": chosen.name,
        "meaning": chosen.meaning,
        "published": chosen.published,
        "licence": chosen.licence,
        "caution": chosen.caution,
        "tables": {
            name: {"rows": len(rows), "columns": rows.column_names} for name, rows in loaded.tables.items()
        },
        "cleaned": [{"file": each.file, "reason": each.reason, "rows": each.rows} for each in loaded.cleaned],
        "studies": {study.name: _summary(study) for study in made},
    }


def _summary(study: Study) -> dict[str, object]:
    facts = {name: None if math.isnan(value) else value for name, value in study.facts.items()}
    return {"title": study.title, "facts": facts, "groups": list(study.by_group())}


def _print(chosen: PublishedSet, loaded: Loaded, then: Known | None, made: Sequence[Study]) -> None:
    typer.echo(f"{chosen.name}: {chosen.meaning}\n{chosen.published} (licence: {chosen.licence})")
    if chosen.caution:
        typer.echo(f"Mind: {chosen.caution}")
    held = [(name, len(rows), ", ".join(rows.column_names)) for name, rows in loaded.tables.items()]
    print_table("What it holds", ("table", "rows", "columns"), held)
    cleaned = [(each.file, each.reason, each.rows) for each in loaded.cleaned if each.rows]
    print_table("What was left out or mended", ("file", "why", "rows"), cleaned)
    if then is not None:
        typer.echo(f"As known on {then.as_of:%Y-%m-%d}; a cell is the median [middle 80 %], or a share")
    for study in made:
        _print_study(study)


def _print_study(study: Study) -> None:
    """Groups beside each other, or below each other where there are too many."""
    groups = list(study.by_group())
    cells = [["measure", "rows", *study.measures]]
    cells += [
        [str(group["group"]), f"{group['rows']:,}", *(_shown(group[name]) for name in study.measures)]
        for group in groups
    ]
    if len(groups) <= MOST_BESIDE:
        cells = [list(line) for line in zip(*cells, strict=True)]
    print_table(study.title, cells[0], cells[1:])
    for fact, value in study.facts.items():
        typer.echo(f"{fact}: {_short(value) if isinstance(value, float) else f'{value:,}'}")


def _shown(summed: object) -> str:
    if not isinstance(summed, dict) or not summed["n"]:
        return "–"
    if "share" in summed:
        return _short(summed["share"])
    return f"{_short(summed['p50'])} [{_short(summed['p10'])}–{_short(summed['p90'])}]"


def _short(value: float) -> str:
    """Two digits and a unit, such as 1.3M, 12k or .16; a dash for NaN."""
    if math.isnan(value):
        return "–"
    for size, unit in UNITS:
        if abs(value) >= size:
            return f"{value / size:.2g}{unit}" if abs(value) < 10 * size else f"{value / size:.0f}{unit}"
    return f"{value:.2g}".replace("0.", ".", 1)
