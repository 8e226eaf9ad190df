"""How ranking lists and explanations look in a terminal."""

import pyarrow as pa
import typer

from features.lists.answers import Explanation
from features.lists.catalogue import MEASURES
from recsys.console import print_table
from recsys.list_rules import MEASURES_OF, ListName
from recsys.ranking_lists import RankingLists


def build_facts(made: RankingLists, seconds: float) -> dict[str, object]:
    """What was made, and in how long."""
    facts = made.facts
    return {
        "name": made.path.name,
        "path": str(made.path),
        "period": facts.name,
        "as_of": facts.as_of.isoformat(),
        "policies": {market: policy.policy_id for market, policy in facts.policies.items()},
        "markets": {market: len(industries) for market, industries in facts.priors.items()},
        "creators": len(made.inputs),
        "excluded": len(set(made.excluded["creator_id"].to_pylist())),
        "left_out": facts.left_out,
        "data": facts.data,
        "seconds": round(seconds, 2),
    }


def print_list(name: ListName, rows: pa.Table, opened: RankingLists, count: int) -> None:
    """The first rows as a table, and what its columns mean."""
    measures = MEASURES_OF[name]
    titles = ("place", "band", "creator", "index", *measures, "GMV", "GMV place")
    shown = [
        (
            row["place"],
            _band(row["place_best"], row["place_worst"]),
            str(row["creator_id"]),
            row["index"],
            *(row[measure] for measure in measures),
            _money(row["gmv_low"], row["gmv_high"]),
            row["gmv_place"],
        )
        for row in rows.slice(0, count).to_pylist()
    ]
    facts = opened.facts
    print_table(f"{name} of {facts.name}: {len(rows):,} creators", titles, shown)
    for measure in measures:
        typer.echo(f"{measure}: {MEASURES[measure].meaning}, in {MEASURES[measure].unit}")
    if len(rows):
        policy, currency = rows["policy_id"][0].as_py(), rows["currency"][0].as_py()
        typer.echo(f"policy {policy} · GMV in minor units of {currency} · as of {facts.as_of:%Y-%m-%d} UTC")


def _band(best: int | None, worst: int | None) -> str | None:
    return None if best is None else f"{best}–{worst}"


def _money(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def print_explanation(answer: Explanation) -> None:
    """A place with its parts and moves, or the conditions that keep the creator off the list."""
    where = f"{answer.list} of {answer.period} in {answer.market}, {answer.industry}"
    if answer.excluded:
        typer.echo(f"Creator {answer.creator_id} is not on {where} (R9, policy {answer.policy_id}):")
        for each in answer.excluded:
            found = "nothing" if each.value is None else f"{each.value:,.6g}"
            typer.echo(f"  {each.rule}: expected {each.expected}; found {found}")
        return
    titles = ("measure", "value", "unit", "rests on", "pulled to", "percentile", "weight", "points")
    rows = [
        (
            part.measure,
            part.value,
            part.unit,
            part.rests_on,
            part.pulled_to,
            f"{part.percentile:.1%}",
            f"{part.weight:.0%}",
            f"{part.points:.2f}",
        )
        for part in answer.parts
    ]
    band = "" if answer.place_best is None else f" (between {answer.place_best} and {answer.place_worst})"
    typer.echo(f"Creator {answer.creator_id}: place {answer.place} of {answer.peers}{band} on {where}")
    print_table(f"Index {answer.index:.2f}, policy {answer.policy_id}", titles, rows)
    for move in answer.moves:
        typer.echo(f"{move.change}: {answer.place} → {move.place}")
    if not answer.moves:
        typer.echo("nothing that was looked at would move the place up")
