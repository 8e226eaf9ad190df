from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from recsys.tables import Tables, read_tables
from training.recipes import recommend
from training.recipes.match import MatchExperiment, run
from training.recipes.recommend import RecommendExperiment
from training.simulate import SimulateConfig, simulate_world

CONFIGS = Path(__file__).parents[2] / "configs"
TINY = (
    "size.creators=120",
    "size.brands=8",
    "size.products=40",
    "size.briefs=140",
    "size.shown=12",
    "size.days=190",
    "policy.warm_up_days=20",
)

QUICK = (
    "split.valid_days=20",
    "split.test_days=30",
    "judgements.snapshot_every_days=28",
    "ranker.wanted.rounds=40",
    "ranker.wanted.min_data_in_leaf=10",
    "ranker.worth.rounds=20",
    "ranker.worth.min_data_in_leaf=10",
    "outcomes.rounds=20",
    "outcomes.fewest=5",
    "outcomes.min_data_in_leaf=5",
    "first_stage.best_share=0.05",
)
"""Settings for a world in which hardly anything can be learnt, so that it is learnt quickly."""


@dataclass(frozen=True)
class SmallWorld:
    """A marketplace small enough to learn from in seconds, with its truth."""

    folder: Path
    truth: Path
    tables: Tables


@pytest.fixture(scope="session")
def small_world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small_world")
    config = SimulateConfig.load(CONFIGS / "simulate.yaml", TINY)
    simulate_world(config, folder / "tables", folder / "truth")
    return SmallWorld(folder / "tables", folder / "truth", read_tables(folder / "tables"))


@pytest.fixture(scope="session")
def policies_folder():
    return CONFIGS / "policies"


@pytest.fixture(scope="session")
def quick_settings(small_world, policies_folder):
    return [*QUICK, f"truth={small_world.truth}", f"policies={policies_folder}"]


@pytest.fixture(scope="session")
def experiment(policies_folder, quick_settings):
    return MatchExperiment.load(policies_folder.parent / "match.yaml", quick_settings)


@pytest.fixture(scope="session")
def trained(experiment, small_world, tmp_path_factory):
    """One run of the whole recipe."""
    return run(experiment, small_world.folder, tmp_path_factory.mktemp("bundles"), lambda _: None)


QUICK_ITEMS = (
    "preparation.moments={horizon_days: 14, learning: 2, test: 1, test_every_days: 14}",
    "tuning.trials=1",
    "ranking.fewest=1",
    "ranking.negatives=10",
    *(f"ranking.{factor}.rounds=20" for factor in ("reaction", "choice", "worth")),
    *(f"ranking.{factor}.min_data_in_leaf=5" for factor in ("reaction", "choice", "worth")),
    "retrieval.models.als.factors=4",
    "space={}",
    "golden_rows=2",
)
"""The same of recommending to creators."""


@pytest.fixture(scope="session")
def item_experiment(small_world, policies_folder):
    """Surface → the experiment on the small world."""

    def of(surface, *settings):
        given = [*QUICK_ITEMS, f"truth={small_world.truth}", f"policies={policies_folder}", *settings]
        return RecommendExperiment.load(policies_folder.parent / f"{surface}.yaml", given)

    return of


@pytest.fixture(scope="session")
def trained_items(item_experiment, small_world, tmp_path_factory):
    """Surface → one run of the whole recipe."""

    @cache
    def of(surface):
        out = tmp_path_factory.mktemp(surface)
        return recommend.run(item_experiment(surface), small_world.folder, out, lambda _: None)

    return of
