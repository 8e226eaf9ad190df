"""`recsys lift`: what traits of videos are worth, and how true that is on a simulated world."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Annotated

import typer

from features.known import known
from recsys.config import parse, with_overrides
from recsys.console import print_json, print_table, progress
from recsys.lift import TraitLift, TraitLifts
from recsys.options import POLICIES, AsJson, At, PolicyFolder, TablesSource
from recsys.policy import read_policies
from recsys.tables import read_tables, require_whole
from training.lift import LiftConfig, estimate, read_videos
from training.lift.coverage import Coverage, Key, coverage, naive_lifts
from training.simulate.oracle import Oracle

COLUMNS = ("category", "facet", "word", "measure", "lift", "low", "high", "with", "without", "verdict")
BESIDE = ("comparison", "measure", *(field.name for field in fields(Coverage)))
Figures = Mapping[str, Mapping[str, Coverage]]
"""Comparison (`matched` or `naive`) → measure → how well its lifts tell the truth."""


def lift(  # noqa: PLR0913, PLR0917  # one parameter for each option
    tables: TablesSource,
    at: At,
    truth: Annotated[Path | None, typer.Option(help="Truth of a simulated world, to compare with.")] = None,
    out: Annotated[Path | None, typer.Option(help="Also write the lifts there, as JSON.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show lifts without evidence too.")] = False,
    settings: Annotated[list[str] | None, typer.Option("--set", help="Another setting: a=value.")] = None,
    policies: PolicyFolder = POLICIES,
    as_json: AsJson = False,
) -> None:
    """Estimate the lift of every trait of videos against matched videos, with intervals (R32).

    Example: recsys lift --tables demo/tables --at 2026-06-30 --truth demo/tables-truth
    """
    config = parse(LiftConfig, with_overrides({}, settings or []), source="--set")
    effects = None if truth is None else true_effects(truth)
    with progress("comparing videos"):
        opened = read_tables(tables)
        require_whole(opened)
        then = known(opened, at, read_policies(policies))
        videos, traits = read_videos(then, config)
        lifts = estimate(videos, traits, then.as_of, config)
        figures: Figures = {}
        if effects is not None:
            naive = naive_lifts(videos, traits, then.as_of, config)
            figures = {"matched": coverage(lifts, effects), "naive": coverage(naive, effects)}
    if out is not None:
        lifts.write(out)
    if as_json:
        print_json(_plain(lifts, figures))
    else:
        _show(lifts, figures, everything)


def true_effects(truth: Path) -> dict[Key, float]:
    """The log factor of each word, from the truth in this folder; raises TableError if it is not there."""
    effects = Oracle.open(truth).facet_effects()
    return {(each.facet, each.word, each.category, each.measure): each.log_factor for each in effects}


def _plain(lifts: TraitLifts, figures: Figures) -> dict[str, object]:
    plain = {name: {part: asdict(each) for part, each in parts.items()} for name, parts in figures.items()}
    return {**lifts.model_dump(mode="json"), **({"truth": plain} if plain else {})}


def _show(lifts: TraitLifts, figures: Figures, everything: bool) -> None:
    shown = [row for row in lifts.rows if everything or row.verdict != "no evidence"]
    title = f"{len(shown)} of {len(lifts.rows)} lifts as of {lifts.as_of}"
    print_table(title, COLUMNS, [_row(row) for row in shown])
    if figures:
        rows = [
            (name, part, *asdict(each).values())
            for name, parts in figures.items()
            for part, each in parts.items()
        ]
        print_table("Beside the truth", BESIDE, rows)


def _row(row: TraitLift) -> tuple[object, ...]:
    where = (row.category, row.facet, row.word, row.measure)
    return (*where, row.lift, row.low, row.high, row.videos_with, row.videos_without, row.verdict)
