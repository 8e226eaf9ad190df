"""`recsys index`: the first stage of a bundle's ranker on a snapshot."""

import os
from pathlib import Path
from time import perf_counter
from typing import Annotated

import numpy as np
import typer

from features.first_stage import FirstStage, FirstStageConfig, built, steps
from recsys.bundle import Bundle
from recsys.config import parse
from recsys.console import print_json, print_table, progress
from recsys.errors import ConfigError
from recsys.options import AsJson, BundleFolder, SnapshotFolder
from recsys.snapshot import Snapshot
from serving.matching.engine import MatchEngine

DEFAULT = FirstStageConfig()


def index(  # noqa: PLR0913, PLR0917  # one parameter for each option
    bundle: BundleFolder,
    snapshot: SnapshotFolder,
    out: Annotated[Path, typer.Option(help="Folder in which the index gets a folder of its own.")],
    scored: Annotated[int, typer.Option(help="Creators ranked in full for a brief.")] = DEFAULT.scored,
    anchors: Annotated[int, typer.Option(help="Briefs every creator is scored for.")] = DEFAULT.anchors,
    factors: Annotated[int, typer.Option(help="Numbers kept of each creator.")] = DEFAULT.factors,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Scoring at once.", show_default="all cores")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Learn which creators of large markets are worth ranking, from the ranker itself (docs/first-stage.md).

    Every creator of a market with more than --scored is ranked for some made briefs. The folder is named by
    its content; it serves this bundle on this snapshot, and no other pair. Where no market is as large, all
    creators are ranked anyway, and there is none to write.

    Example: recsys index --bundle B --snapshot S --out demo/indexes

    Example: recsys index --bundle B --snapshot S --out demo/indexes --scored 3000 --json
    """
    asked = {"scored": scored, "anchors": anchors, "factors": factors}
    config = parse(FirstStageConfig, asked, source="recsys index")
    started = perf_counter()
    # Opened as an engine, so that the ranker is proven before it teaches.
    engine = MatchEngine.of(Bundle.open(bundle), Snapshot.open(snapshot))
    score, cores = engine.scorers["rank"].exact, threads or os.cpu_count() or 1
    with progress("scoring creators", total=steps(engine.snapshot, config)) as advance:
        made = built(score, engine.bundle.name, engine.snapshot, config, advance, cores)
    if not made.facts.markets:
        raise ConfigError(_nothing_to_learn(engine.snapshot, config))
    facts = _facts(made.write(out), perf_counter() - started)
    if as_json:
        print_json(facts)
    else:
        print_table("Index", ("what", "value"), [(name, str(value)) for name, value in facts.items()])


def _nothing_to_learn(snapshot: Snapshot, config: FirstStageConfig) -> str:
    """Why an index would be empty."""
    counts = np.bincount(snapshot.creators["market"] + 1, minlength=2)[1:]
    return (
        f"no index was written: expected a market with products and more than --scored {config.scored:,} "
        f"creators, found at most {counts.max():,}; all of them are ranked for a brief without one"
    )


def _facts(written: FirstStage, seconds: float) -> dict[str, object]:
    markets = written.facts.markets
    return {
        "name": written.name,
        "path": str(written.path),
        "bundle": written.facts.bundle,
        "snapshot": written.facts.snapshot,
        "creators": {name: market.end - market.start for name, market in markets.items()},
        "anchors": {name: market.anchors for name, market in markets.items()},
        "factors": int(written.factors.shape[1]),
        "noise": {name: round(market.noise, 6) for name, market in markets.items()},
        "mib": round(written.factors.nbytes / 2**20, 1),
        "seconds": round(seconds, 2),
    }
