from dataclasses import dataclass
from pathlib import Path

import pytest

from training.simulate.play.config import PlayConfig
from training.simulate.play.ground import Ground
from training.simulate.play.log import Log
from training.simulate.play.loop import Play
from training.simulate.play.registry import POLICIES, Seat
from training.simulate.play.scene import Scene

CONFIGS = Path(__file__).parents[4] / "configs"
SMALL = [
    f"world={CONFIGS / 'simulate.yaml'}",
    f"policies={CONFIGS / 'policies'}",
    "world_settings=[size.creators=150, size.brands=8, size.products=24, size.shown=12, size.block=60]",
    "warm_up_weeks=13",
    "weeks=2",
    "briefs_a_week=14",
    "limits={open_deals: 1, samples_a_week: 6, invitations_a_week: 9}",
    "engine.outcomes.rounds=10",
    "engine.folds=2",
]
SEED = 3


@dataclass(frozen=True)
class Played:
    """A policy's play in the small scene, and the tables it left."""

    log: Log
    tables: Path
    play: Play


@pytest.fixture(scope="session")
def config() -> PlayConfig:
    return PlayConfig.load(CONFIGS / "play.yaml", SMALL)


@pytest.fixture(scope="session")
def scene(config) -> Scene:
    return Scene.of(config, SEED)


@pytest.fixture(scope="session")
def written(scene, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("scene") / "tables"
    folder.mkdir()
    scene.write(folder)
    return folder


@pytest.fixture(scope="session")
def played(config, scene, written, tmp_path_factory):
    """Policy → its play; each is played once for all tests."""
    done = {}

    def of(name: str) -> Played:
        if name not in done:
            play = Play(config, scene, Ground(scene, written, tmp_path_factory.mktemp("ground") / name))
            log = play.run(POLICIES[name](Seat(config, SEED, play.truth)))
            done[name] = Played(log, play.ground.folder, play)
        return done[name]

    return of
