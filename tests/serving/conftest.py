"""A small simulated marketplace, its snapshot, and bundles of real boosters exported as training does."""

from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from features.lists.build import build_lists
from features.matrix import match_features
from features.snapshot import build_snapshot
from recsys.brief import Brief
from recsys.bundle import Bundle, Cascade
from recsys.periods import Period
from recsys.policy import read_policies
from recsys.release import Release
from recsys.tables import read_tables
from serving.engine import Engine
from tests.serving.made_items import every_contents
from tests.serving.made_match import TARGETS, contents_of, grown
from training.export.cascade import CascadeConfig, stage_graphs
from training.export.trees import read_trees
from training.simulate import SimulateConfig, simulate_world

REPOSITORY = Path(__file__).parents[2]
SMALL = ("creators=150", "brands=12", "products=60", "briefs=40", "days=110")
AS_OF = datetime(2026, 4, 1)  # noqa: DTZ001  a naive moment is UTC here


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory):
    """As of 1 April 2026 of a world of 150 creators."""
    folder = tmp_path_factory.mktemp("world")
    config = SimulateConfig.load(
        REPOSITORY / "configs" / "simulate.yaml", [f"size.{setting}" for setting in SMALL]
    )
    simulate_world(config, folder / "tables", folder / "truth")
    policies = read_policies(REPOSITORY / "configs" / "policies")
    return build_snapshot(read_tables(folder / "tables"), AS_OF, policies).write(folder)


@pytest.fixture(scope="session")
def lists(snapshot, tmp_path_factory):
    """Ranking lists of a day and of the week around it, in that world; the week ends later."""
    tables, day = read_tables(snapshot.path.parent / "tables"), date(2026, 3, 25)
    policies = read_policies(REPOSITORY / "configs" / "policies")
    folder = tmp_path_factory.mktemp("lists")
    return [build_lists(tables, Period.of(kind, day), policies, folder) for kind in ("week", "day")]


@pytest.fixture(scope="session")
def brief(snapshot):
    """What a brand of the world might ask."""
    return brief_of(snapshot)


def brief_of(snapshot, **changes):
    """A brief of the first brand with a product, in its own market."""
    brand_id = int(snapshot.products["brand_id"][0])
    (row,), _ = snapshot.brands.rows_of(np.array([brand_id]))
    values = {
        "brand_id": brand_id,
        "market": snapshot.facts.markets[snapshot.brands["market"][row]],
        "category": snapshot.facts.categories[snapshot.brands["category"][row]],
        "product_ids": (int(snapshot.products.ids[0]),),
        "objective": "gmv",
        "campaign_type": "review",
        "target": {"gender": {"female": 0.8, "male": 0.2}, "age": {"18-24": 0.5, "25-34": 0.3}},
        "store_states": ("US-CA", "US-NY"),
        "budget": 500_000,
        "starts_on": date(2026, 4, 3),
        "ends_on": date(2026, 4, 20),
    }
    return Brief(**values | changes)


@pytest.fixture(scope="session")
def matrix(snapshot, brief):
    """Match features of every creator for briefs with each objective."""
    rows = np.arange(len(snapshot.creators))
    briefs = [brief.model_copy(update={"objective": each}) for each in ("gmv", "followers", "views")]
    return np.concatenate([match_features(each, snapshot, rows) for each in briefs])


@pytest.fixture(scope="session")
def boosters(matrix):
    """By model name; every outcome has its own."""
    return {
        name: grown(matrix, objective, seed=place)
        for place, (name, (objective, _)) in enumerate(TARGETS.items())
    }


@pytest.fixture(scope="session")
def bundle(boosters, matrix, tmp_path_factory):
    """A complete bundle."""
    return Bundle.write(tmp_path_factory.mktemp("bundles"), *contents_of(boosters, matrix))


@pytest.fixture(scope="session")
def cascaded(bundle, boosters, tmp_path_factory):
    """The same bundle, whose ranking model is cut into three stages that keep 30 and 12 creators."""
    config = CascadeConfig(cuts=(8, 20), keep=(30, 12))
    stages = stage_graphs(read_trees(boosters["rank"]), config, "rank")
    files = {f"rank_{place}.onnx": stage for place, stage in enumerate(stages)}
    model = bundle.facts.models["rank"].model_copy(
        update={"cascade": Cascade(graphs=tuple(files), keep=config.keep)}
    )
    facts = bundle.facts.model_copy(update={"models": bundle.facts.models | {"rank": model}})
    return Bundle.write(tmp_path_factory.mktemp("cascaded"), facts, {**bundle.files, **files})


@pytest.fixture(scope="session")
def item_contents(snapshot):
    """Facts and files of a bundle of products and of one of inspiration, by surface."""
    return every_contents(snapshot)


@pytest.fixture(scope="session")
def item_bundles(item_contents, tmp_path_factory):
    """By surface."""
    parent = tmp_path_factory.mktemp("items")
    return {surface: Bundle.write(parent, *contents) for surface, contents in item_contents.items()}


@pytest.fixture(scope="session")
def release(snapshot, bundle, cascaded, lists, item_bundles):
    """Everything that a release can have on the small world, but for an index."""
    surfaces = {surface: made.path for surface, made in item_bundles.items()}
    periods = tuple(each.path for each in lists)
    return Release(
        snapshot=snapshot.path, match=bundle.path, challenger=cascaded.path, lists=periods, **surfaces
    )


@pytest.fixture(scope="session")
def engine(release):
    """The release, opened."""
    return Engine.open(release)
