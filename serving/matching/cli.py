"""`recsys match`: ranked creators for a brief, from a bundle and a snapshot."""

from pathlib import Path
from typing import Annotated

import typer

from recsys.brief import Brief
from recsys.console import print_json, print_table
from recsys.options import AsJson, BundleFolder, SnapshotFolder
from serving.answers import MatchAnswer, RankedCreator
from serving.matching.engine import EXPLAINED, MatchEngine
from serving.money import minor_units

SHOWN_REASONS = 3
COLUMNS = ("#", "creator", "followers", "score", "accepts %", "delivers %", "expected", "value")


def match(  # noqa: PLR0913, PLR0917  # one parameter for each option
    brief: Annotated[Path, typer.Option(help="The brief, as YAML (docs/answers.md).")],
    bundle: BundleFolder,
    snapshot: SnapshotFolder,
    count: Annotated[
        int | None, typer.Option(min=1, help="How many creators.", show_default="creators_wanted")
    ] = None,
    explain: Annotated[bool, typer.Option(help="Say why, for the first ten creators.")] = True,
    index: Annotated[Path | None, typer.Option(help="First stage for large markets (recsys index).")] = None,
    as_json: AsJson = False,
) -> None:
    """Rank creators for a brief, with calibrated probabilities, expected results and reasons.

    Examples: recsys match --brief configs/briefs/hair_care_us.yaml --bundle B --snapshot S
    · recsys match --brief brief.yaml --bundle B --snapshot S --count 20 --no-explain --json
    """
    asked = Brief.load(brief)
    answer = MatchEngine.open(bundle, snapshot, index).match(asked, count, EXPLAINED if explain else 0)
    if as_json:
        print_json(answer.model_dump(mode="json"))
    else:
        _print(answer, asked)


def _print(answer: MatchAnswer, brief: Brief) -> None:
    if answer.items:
        title = (
            f"Creators for brand {brief.brand_id}: {brief.category} in {brief.market}, for {_unit(answer)}"
        )
        print_table(title, COLUMNS, [_row(item) for item in answer.items])
        typer.echo("".join(_why(item) for item in answer.items))
    else:
        typer.echo(f"No creator is left: the filter {answer.emptied_by} removed the last one.")
    typer.echo(_filters(answer))
    typer.echo(f"{answer.bundle} on {answer.snapshot} as of {answer.as_of:%Y-%m-%d %H:%M} UTC")
    if brief.campaign_type not in answer.suggested_types:
        suggested = ", ".join(answer.suggested_types)
        typer.echo(f"the funnel stage {brief.funnel_stage} suggests {suggested}, not {brief.campaign_type}")
    for lack in answer.degraded:
        typer.echo(f"degraded: {lack}")


def _unit(answer: MatchAnswer) -> str:
    """`gmv in minor units of USD`, or the objective itself where that is no money."""
    if answer.objective != "gmv":
        return answer.objective
    return f"gmv in {minor_units(answer.currency)}"


def _row(item: RankedCreator) -> tuple[object, ...]:
    return (
        item.rank,
        str(item.creator_id),
        _rounded(item.followers),
        f"{item.score:.3f}",
        _per_cent(item.p_accept),
        _per_cent(item.p_deliver),
        _rounded(item.expected_result),
        _rounded(item.expected_value),
    )


def _why(item: RankedCreator) -> str:
    """A creator's strongest reasons, one a line; nothing where none were asked for."""
    reasons = (item.reasons or ())[:SHOWN_REASONS]
    lines = [f"{item.rank}. {item.creator_id}", *(f"   {reason.phrase}" for reason in reasons)]
    return "\n".join(lines) + "\n" if reasons else ""


def _rounded(value: float | None, digits: int | None = None) -> float | None:
    return None if value is None else round(value, digits)


def _per_cent(probability: float | None) -> int | None:
    return None if probability is None else round(100 * probability)


def _filters(answer: MatchAnswer) -> str:
    """`2,000 creators · market US 1,301 · followers 10,000 to … 844`: who was left after each filter."""
    steps = [f"{count.filter} ({count.asked}) {count.left:,}" for count in answer.filters]
    ranked = [f"ranked {answer.ranked:,}"] if answer.ranked < answer.eligible else []
    return " → ".join([f"{answer.creators_known:,} creators", *steps, *ranked])
