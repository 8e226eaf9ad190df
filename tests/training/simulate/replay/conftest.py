from pathlib import Path

import pytest

from training.simulate import SimulateConfig
from training.simulate.replay import ReplayConfig

CONFIGS = Path(__file__).parents[4] / "configs"
SMALL = ("creators=300", "briefs=120", "slots=4", "pool=20", "fewest=100")


@pytest.fixture(scope="session")
def world():
    return SimulateConfig.load(CONFIGS / "simulate.yaml")


@pytest.fixture(scope="session")
def config():
    """Replays small enough for a test."""
    return ReplayConfig.load(CONFIGS / "replay.yaml", SMALL)
