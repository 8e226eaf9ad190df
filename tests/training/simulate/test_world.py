import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from recsys.errors import ConfigError
from recsys.files import sha256_of
from recsys.tables import TABLES
from recsys.tables.check import check
from recsys.tables.read import read_tables
from recsys.tables.schema import ARROW_TYPES
from training.simulate import simulate_world
from training.simulate.cast.cast import Cast


def hashes(folder):
    return {str(path.relative_to(folder)): sha256_of(path) for path in sorted(folder.rglob("*.parquet"))}


def write(config, folder):
    simulate_world(config, folder / "tables", folder / "truth")
    return hashes(folder)


def test_the_same_seed_gives_the_same_bytes(small_config, tmp_path):
    assert write(small_config, tmp_path / "once") == write(small_config, tmp_path / "again")


def test_another_seed_gives_another_world(small_config, tmp_path):
    other = small_config.model_copy(update={"seed": small_config.seed + 1})

    once, again = write(small_config, tmp_path / "once"), write(other, tmp_path / "again")

    assert all(once[name] != again[name] for name in once)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_exactly_the_contracts_columns_and_types(world, name):
    expected = {column.name: ARROW_TYPES[column.kind] for column in TABLES[name].columns}
    found = pq.read_schema(next((world.tables / name).iterdir()))

    assert found.names == list(expected)
    assert all(found.field(column).type.equals(expected[column]) for column in expected)


@pytest.mark.parametrize("name", TABLES)
def test_no_table_of_a_world_is_empty(world, name):
    assert sum(pq.read_metadata(part).num_rows for part in (world.tables / name).iterdir()) > 0


def test_a_world_keeps_every_rule_of_the_contract(world):
    report = check(read_tables(str(world.tables)))

    assert [breach.rule.rule_id for breach in report.breaches] == []


@pytest.mark.parametrize(
    ("tables", "truth"), [("world", "world"), ("world", "world/truth"), ("world/tables", "world")]
)
def test_tables_and_truth_need_folders_apart_from_each_other(small_config, tmp_path, tables, truth):
    with pytest.raises(ConfigError, match="need folders apart from each other"):
        simulate_world(small_config, tmp_path / tables, tmp_path / truth)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_not_overwritten_unless_asked(small_config, tmp_path):
    before = write(small_config, tmp_path)

    with pytest.raises(ConfigError, match="exists already"):
        write(small_config, tmp_path)
    simulate_world(small_config, tmp_path / "tables", tmp_path / "truth", overwrite=True)

    assert hashes(tmp_path) == before


def test_a_folder_that_is_not_a_world_is_never_replaced(small_config, tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "thesis.txt").write_text("mine")

    with pytest.raises(ConfigError, match=r"thesis\.txt"):
        simulate_world(small_config, tmp_path / "tables", tmp_path / "truth", overwrite=True)

    assert (tmp_path / "tables" / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_world_goes_on_where_it_stopped(small_config, tmp_path, workers):
    whole = write(small_config, tmp_path / "whole")

    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_world(
            small_config, tmp_path / "tables", tmp_path / "truth", workers=workers, advance=interrupt
        )
    [left] = tmp_path.glob(".tables-*.partial")
    first_block = left / "videos" / "part-00000.parquet"
    written_at = first_block.stat().st_mtime_ns
    simulate_world(small_config, tmp_path / "tables", tmp_path / "truth", workers=workers)

    assert not (tmp_path / "truth" / ".finished").exists()
    assert {name: digest for name, digest in hashes(tmp_path).items() if "whole" not in name} == whole
    assert (tmp_path / "tables" / "videos" / "part-00000.parquet").stat().st_mtime_ns == written_at
    assert not list(tmp_path.glob(".*"))


def test_another_configuration_does_not_go_on_with_what_an_interrupted_one_left(small_config, tmp_path):
    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_world(small_config, tmp_path / "tables", tmp_path / "truth", advance=interrupt)
    other = small_config.model_copy(update={"seed": small_config.seed + 1})
    simulate_world(other, tmp_path / "tables", tmp_path / "truth")

    assert hashes(tmp_path / "tables") == {
        name.removeprefix("tables/"): digest
        for name, digest in write(other, tmp_path / "fresh").items()
        if name.startswith("tables")
    }


def test_the_files_are_the_same_for_any_number_of_workers(small_config, tmp_path):
    alone = write(small_config, tmp_path / "alone")
    simulate_world(small_config, tmp_path / "two" / "tables", tmp_path / "two" / "truth", workers=2)

    assert hashes(tmp_path / "two") == alone


def test_the_creators_of_a_smaller_world_are_those_of_a_larger_one(small_config):
    larger = small_config.model_copy(update={"size": small_config.size.model_copy(update={"creators": 150})})
    one, other = (Cast.of(config).creators(1) for config in (small_config, larger))

    assert np.array_equal(one.audience, other.audience)


def test_nothing_is_observed_after_the_world_ends(world):
    latest = world.query(
        "select max(greatest(shown_at, delivered_at, result_at)) as at from {invitations}"
        " union all select max(greatest(posted_at)) from {videos}"
        " union all select max(greatest(shipped_at, received_at, fulfilled_at)) from {samples}"
        " union all select max(greatest(sent_at, replied_at)) from {messages}"
    )["at"]

    assert (latest < np.datetime64("2026-01-01") + np.timedelta64(150, "D")).all()


def test_a_private_video_has_no_views_until_it_is_public_again(world):
    rows = world.query(
        "select coalesce(sum(d.views), 0) as hidden_views, count(distinct a.video_id) as videos"
        " from {video_visibility} a left join {video_visibility} b"
        "   on b.video_id = a.video_id and b.public_from >= a.public_until"
        " left join {video_daily} d on d.video_id = a.video_id and d.day > a.public_until"
        "   and (b.public_from is null or d.day + 1 <= b.public_from) where a.public_until is not null"
    )

    assert rows["videos"][0] > 100
    assert rows["hidden_views"][0] == 0


def test_campaigns_do_not_change_what_creators_do_on_their_own(small_config, tmp_path):
    busy = small_config.effects.model_copy(update={"invite_logit": 9.0, "accept_logit": 9.0})
    write(small_config, tmp_path / "few")
    write(small_config.model_copy(update={"effects": busy}), tmp_path / "many")

    few, many = (
        duckdb.read_parquet(f"{tmp_path}/{name}/tables/videos/*.parquet")
        .join(duckdb.read_parquet(f"{tmp_path}/{name}/tables/video_daily/*.parquet"), "video_id")
        .filter("campaign_id is null")
        .order("video_id, day")
        .to_arrow_table()
        for name in ("few", "many")
    )

    assert few.num_rows > 1_000
    assert few.equals(many)
