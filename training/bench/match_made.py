"""What `recsys bench match` serves: made once below a folder, and used again when it is there."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

from features.first_stage import FirstStage, FirstStageConfig, built
from features.snapshot import build_snapshot
from recsys.bundle import Bundle
from recsys.console import Advance
from recsys.errors import BundleError
from recsys.policy import read_policies
from recsys.release import Release
from recsys.snapshot import Snapshot
from recsys.tables import read_tables
from serving.matching.engine import MatchEngine
from training.bench.match_market import grown
from training.periods import end_of
from training.recipes.match import MatchExperiment
from training.recipes.match import run as train
from training.simulate import SimulateConfig, simulate_world

CREATORS_PER_BRAND = 400
WORLD = ("creators=1000", "brands=60", "products=240", "briefs=900", "days=200")
"""The marketplace that is simulated where no bundle is given."""


@dataclass(frozen=True)
class Made:
    """A release for the bench, and what making it took; 0 seconds where it was there."""

    release: Release
    snapshot_seconds: float
    index_seconds: float


def small_pair(folder: Path, configs: Path) -> tuple[Path, Path]:
    """A bundle and a snapshot of a small simulated marketplace, below the folder."""
    bundles, snapshots = folder / "bundles", folder / "snapshots"
    if not (_folder(bundles, "bundle") and _folder(snapshots, "snapshot")):
        tables = folder / "tables"
        if not tables.exists():
            config = SimulateConfig.load(configs / "simulate.yaml", [f"size.{each}" for each in WORLD])
            simulate_world(config, tables, folder / "truth")
        experiment = MatchExperiment.load(configs / "match.yaml", [f"policies={configs / 'policies'}"])
        train(experiment, tables, bundles, lambda _: None)
        opened = read_tables(tables)
        build_snapshot(opened, end_of(opened).astype(datetime), read_policies(configs / "policies")).write(
            snapshots
        )
    return _only(bundles, "bundle"), _only(snapshots, "snapshot")


def learning_steps(creators: int, config: FirstStageConfig) -> int:
    """About how many creators `made` scores, each time they are scored."""
    return creators * config.anchors


def made(
    bundle: Path, real: Snapshot, creators: int, config: FirstStageConfig, folder: Path, advance: Advance
) -> Made:
    """A release of so many creators like the real ones, with a first stage; `advance` hears who is scored."""
    own = folder / f"{real.name}-{creators}-{config.seed}"
    started = perf_counter()
    there = _folder(own, "snapshot")
    path = there or grown(real, creators, max(1, creators // CREATORS_PER_BRAND), config.seed).write(own).path
    snapshot = Snapshot.open(path or own)
    seconds = 0.0 if there else perf_counter() - started
    started = perf_counter()
    index = _index(own, bundle, snapshot, config)
    known = index is not None
    index = index or _learnt(bundle, snapshot, config, advance).write(own).path
    release = Release(snapshot=own / snapshot.name, match=bundle, index=index)
    return Made(release, seconds, 0.0 if known else perf_counter() - started)


def _learnt(bundle: Path, snapshot: Snapshot, config: FirstStageConfig, advance: Advance) -> FirstStage:
    engine = MatchEngine.of(Bundle.open(bundle), snapshot)
    score = engine.scorers["rank"].exact
    return built(score, engine.bundle.name, snapshot, config, advance, os.cpu_count() or 1)


def _index(folder: Path, bundle: Path, snapshot: Snapshot, config: FirstStageConfig) -> Path | None:
    """The index of this pair and these settings, if it is there."""
    for path in sorted(folder.glob("index-*")):
        index = FirstStage.open(path)
        try:
            index.check_fits(bundle.resolve().name, snapshot.name)
        except BundleError:
            continue
        if index.facts.config == config:
            return path
    return None


def _folder(parent: Path, kind: str) -> Path | None:
    return next(iter(sorted(parent.glob(f"{kind}-*/"))), None)


def _only(parent: Path, kind: str) -> Path:
    found = _folder(parent, kind)
    if found is None:
        raise BundleError(f"{parent}: expected a {kind}, found none")
    return found
