from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pytest

from training.simulate import SimulateConfig, simulate_world
from training.simulate.truth import Truth, read_truth

CONFIG = Path(__file__).parents[3] / "configs" / "simulate.yaml"
SMALL = ("size.creators=120", "size.briefs=20", "size.shown=10", "size.days=100", "size.block=50")


@dataclass(frozen=True)
class Simulated:
    tables: Path
    truth_folder: Path
    truth: Truth

    def query(self, sql: str) -> dict:
        """Columns of a query: {creators} is the table of that name, {latents} are the creators' causes."""
        places = {path.name: f"'{path}/*.parquet'" for path in self.tables.iterdir()}
        places["latents"] = f"'{self.truth_folder}/creators/*.parquet'"
        places["truth"] = f"'{self.truth_folder}/invitations.parquet'"
        return duckdb.sql(sql.format(**places)).fetchnumpy()

    def shown(self) -> dict:
        """Every shown creator, in the order of the truth."""
        return self.query("select * from {invitations} order by campaign_id, position")

    def reached(self, step: str) -> np.ndarray:
        """Per row of the truth: whether the step was reached."""
        times = self.shown()[f"{step}_at"]
        return ~(np.ma.getmaskarray(times) | np.isnat(np.ma.getdata(times)))


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> Simulated:
    """A world large enough for its causes to show: 1,000 creators, 1,200 briefs."""
    folder = tmp_path_factory.mktemp("world")
    config = SimulateConfig.load(CONFIG, ["size.creators=1000", "size.briefs=1200", "size.days=150"])
    simulate_world(config, folder / "tables", folder / "truth")
    return Simulated(folder / "tables", folder / "truth", read_truth(folder / "truth"))


@pytest.fixture
def small_config() -> SimulateConfig:
    """The shipped parameters at a size that is written in a moment; three blocks of creators."""
    return SimulateConfig.load(CONFIG, SMALL)


@pytest.fixture(scope="session")
def shipped():
    """The shipped parameters with some changed."""
    return lambda settings: SimulateConfig.load(CONFIG, settings)


@pytest.fixture(scope="session")
def simulated():
    """A written world, to be queried."""
    return Simulated
