"""Plays of many policies and seeds: seeds in parallel, finished plays kept, none half done."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from recsys import __version__
from recsys.errors import ConfigError
from recsys.evaluation import Interval
from recsys.files import canonical_json, publish_folder, sha256_of_json, staged_folder
from recsys.tables import read_tables
from training.simulate.play.choices import Choices
from training.simulate.play.config import PlayConfig
from training.simulate.play.figures import Plays, over_seeds
from training.simulate.play.ground import Ground
from training.simulate.play.log import Log
from training.simulate.play.loop import Play
from training.simulate.play.newcomers import survival
from training.simulate.play.recommenders import RECOMMENDERS
from training.simulate.play.recommending import Recommending
from training.simulate.play.registry import POLICIES, Seat
from training.simulate.play.scene import Scene
from training.simulate.play.shown_log import ShownLog
from training.simulate.play.wishlists import Wishlists
from training.simulate.workers import Workers
from training.threads import on_one_blas_thread

LOG = "log.parquet"
RECOMMENDED = "recommended.parquet"
CHOICES = "choices.npz"
NEWCOMERS = "newcomers.json"
FACTS = "play.json"
Advance = Callable[[int], None]


def play(
    config: PlayConfig, policies: Sequence[str], seeds: int, out: Path, workers: int, advance: Advance
) -> Plays:
    """Play every policy with every seed below `out`; their logs. What is there is not played again.

    `advance` hears of every play. Raises ConfigError for an unknown policy, or where `out` holds plays under
    another configuration.
    """
    _refuse_unknown(policies)
    numbers = range(config.first_seed, config.first_seed + seeds)
    missing = {
        seed: [name for name in policies if not _is_there(config, name, seed, out)] for seed in numbers
    }
    advance(sum(len(policies) - len(names) for names in missing.values()))
    with Workers(min(workers, seeds)) as pool:
        calls = ((config, tuple(names), seed, out) for seed, names in missing.items() if names)
        for count in pool.each(play_seed, calls):
            advance(count)
    return {name: [Log.read(_folder(out, name, seed) / LOG) for seed in numbers] for name in policies}


def survival_of_plays(config: PlayConfig, plays: Plays, out: Path) -> dict[str, Interval]:
    """Policy → its newcomers' survival, over seeds."""
    numbers = range(config.first_seed, config.first_seed + max(map(len, plays.values())))
    read = {
        name: [json.loads((_folder(out, name, seed) / NEWCOMERS).read_text("utf-8")) for seed in numbers]
        for name in plays
    }
    return {
        name: over_seeds(np.array([found["survival"] for found in seeds], np.float64))
        for name, seeds in read.items()
    }


def choices_of_plays(config: PlayConfig, plays: Plays, out: Path) -> dict[str, list[Choices]]:
    """Policy → its choices under each seed, for the policies that explored."""
    found = _files_of_plays(config, plays, out, CHOICES)
    return {name: [Choices.read(path) for path in paths] for name, paths in found.items()}


def recommended_of_plays(config: PlayConfig, plays: Plays, out: Path) -> dict[str, list[ShownLog]]:
    """Policy → what it showed creators under each seed, for the plays in which anything was shown."""
    found = _files_of_plays(config, plays, out, RECOMMENDED)
    return {name: [ShownLog.read(path) for path in paths] for name, paths in found.items()}


def _files_of_plays(config: PlayConfig, plays: Plays, out: Path, file: str) -> dict[str, list[Path]]:
    """Policy → the file of each seed, for the policies that have it under every seed."""
    paths = {
        name: [_folder(out, name, config.first_seed + place) / file for place in range(len(logs))]
        for name, logs in plays.items()
    }
    return {name: seeds for name, seeds in paths.items() if all(path.is_file() for path in seeds)}


@on_one_blas_thread
def play_seed(config: PlayConfig, policies: Sequence[str], seed: int, out: Path) -> int:
    """Play these policies in the same scene; each is published when it is over. How many there were."""
    scene = Scene.of(config, seed)
    wishlists = Wishlists(config.recommended, scene)
    with staged_folder(out) as work:
        scene.write(work / "scene")
        for name in policies:
            with _published(out, name, seed) as folder:
                ground = Ground(scene, work / "scene", work / name)
                _play_one(config, wishlists, ground, name, folder)
                (folder / FACTS).write_text(canonical_json(_facts(config, name, seed)), "utf-8")
    return len(policies)


def _play_one(config: PlayConfig, wishlists: Wishlists, ground: Ground, name: str, folder: Path) -> None:
    scene = ground.scene
    table = Play(config, scene, ground)
    seat = Seat(config, scene.cast.config.seed, table.truth)
    table.targets = [POLICIES[target](seat) for target in config.targets]
    recommender = RECOMMENDERS[name](config.exploration, wishlists.worth)
    recommending = Recommending(wishlists, ground, recommender)
    table.run(POLICIES[name](seat), recommending).write(folder / LOG)
    if recommending.logs:
        ShownLog.joined(recommending.logs).write(folder / RECOMMENDED)
    stayed = survival(scene, read_tables(ground.folder))
    (folder / NEWCOMERS).write_text(json.dumps({"survival": None if math.isnan(stayed) else stayed}), "utf-8")
    if table.choices:
        Choices.joined(table.choices).write(folder / CHOICES)


@contextmanager
def _published(out: Path, name: str, seed: int) -> Iterator[Path]:
    target = _folder(out, name, seed)
    with staged_folder(target.parent) as folder:
        yield folder
        publish_folder(folder, target)


def _folder(out: Path, name: str, seed: int) -> Path:
    return out / name / f"seed-{seed}"


def _facts(config: PlayConfig, name: str, seed: int) -> dict[str, object]:
    settings = config.model_dump(mode="json") | {"simulated": config.world_of(seed).model_dump(mode="json")}
    return {"policy": name, "seed": seed, "version": __version__, "settings": sha256_of_json(settings)}


def _is_there(config: PlayConfig, name: str, seed: int, out: Path) -> bool:
    """Whether this very play is finished; ConfigError if another one stands in its place."""
    path = _folder(out, name, seed) / FACTS
    if not path.is_file():
        return False
    if json.loads(path.read_text("utf-8")) != _facts(config, name, seed):
        raise ConfigError(f"{path.parent} holds a play under another configuration; choose another --out")
    return True


def _refuse_unknown(policies: Sequence[str]) -> None:
    unknown = [name for name in policies if name not in POLICIES]
    if unknown:
        raise ConfigError(f"unknown policies {unknown}; expected some of {', '.join(POLICIES)}")
