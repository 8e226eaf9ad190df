import pytest

from recsys.errors import BundleError
from training import track
from training.recipes.recommend import steps
from training.recipes.recommend_record import judge, tracked
from training.recipes.recommend_tables import tables_of
from training.recipes.recorded import champion_of


@pytest.fixture(scope="module")
def again(item_experiment, small_world, tmp_path_factory):
    """A second run of products, recorded: result, what was recorded, the store, and the steps told of."""
    folder, told = tmp_path_factory.mktemp("recorded"), []
    uri = f"sqlite:///{folder}/mlflow.db"
    found = tracked(item_experiment("products"), small_world.folder, folder, told.append, uri)
    return (*found, uri, sum(told))


def test_the_same_seed_data_and_code_give_the_same_bundle(again, trained_items, item_experiment):
    result, _, _, told = again

    assert result.bundle.name == trained_items("products").bundle.name
    assert told == steps(item_experiment("products"))


def test_the_first_version_is_promoted_and_found_again(again):
    result, recorded, uri, _ = again

    assert recorded.verdict.promote
    assert champion_of(uri, "products").name == result.bundle.name
    assert champion_of(uri, "inspiration") is None
    assert track.Registry(uri).find("products@champion").run_id == recorded.run_id
    assert "Share of the oracle" in recorded.report.read_text()


def test_a_bundle_does_not_beat_itself(trained_items):
    result = trained_items("products")
    verdict = judge(result, result.bundle, seed=7)

    assert not verdict.promote
    assert verdict.difference.mean == verdict.difference.low == verdict.difference.high == 0


def test_a_champion_that_cannot_be_opened_is_left_to_a_person(trained_items):
    verdict = judge(trained_items("products"), BundleError("corrupt"), seed=7)

    assert not verdict.promote
    assert "corrupt" in verdict.reason


@pytest.mark.parametrize("surface", ["products", "inspiration"])
def test_every_table_has_a_cell_for_each_column(trained_items, surface):
    for table in tables_of(trained_items(surface), seed=7):
        assert table.rows
        assert all(len(row) == len(table.columns) for row in table.rows)
