"""The benchmark of features: tables that keep the contract, and contenders that have to agree."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.errors import ConfigError, TableError
from recsys.tables import TABLES, read_tables
from recsys.tables.check import check
from training.bench import features
from training.bench.feature_answers import differences
from training.bench.feature_peers.asked import ANSWERS
from training.bench.feature_runs import CONTENDERS
from training.bench.features import FeatureBenchConfig
from training.bench.made_tables.frame import MadeTables
from training.bench.made_tables.write import write_made_tables
from training.bench.peak import STATUS

POLICIES = Path(__file__).parents[3] / "configs" / "policies"
SMALL = MadeTables(creators=300, days=40, block=120)
proc = pytest.mark.skipif(not STATUS.exists(), reason="the peak of memory is read from /proc")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small marketplace and how many rows it says it has."""
    folder, told = tmp_path_factory.mktemp("made"), []
    rows = write_made_tables(SMALL, folder, told.append)
    assert sum(told) == SMALL.blocks == 3
    return folder, rows


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    """What the command prints, as JSON, and the folder that keeps its tables."""
    folder = tmp_path_factory.mktemp("bench")
    size = ["--creators", "300", "--days", "40", "--repeats", "1", "--threads", "1", "--whole", "lists"]
    where = ["--folder", str(folder), "--policies", str(POLICIES)]
    result = CliRunner().invoke(app, ["bench", "features", "--json", *size, *where])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout), folder


def test_made_tables_keep_every_rule_of_the_contract_and_none_is_empty(made):
    folder, rows = made
    report = check(read_tables(folder))

    assert [breach.as_json() for breach in report.breaches] == []
    assert report.rows == rows
    assert set(rows) == set(TABLES)
    assert all(rows.values())


def test_the_same_seed_makes_the_same_bytes(made, tmp_path):
    folder, _ = made
    write_made_tables(SMALL, tmp_path, lambda _: None)

    files = sorted(path.relative_to(folder) for path in folder.rglob("*.parquet"))
    assert files == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.parquet"))
    assert all((folder / file).read_bytes() == (tmp_path / file).read_bytes() for file in files)


def test_another_seed_makes_other_videos(made, tmp_path):
    _, rows = made
    other = write_made_tables(SMALL.model_copy(update={"seed": 2}), tmp_path, lambda _: None)

    assert other["videos"] != rows["videos"]
    assert other["creators"] == rows["creators"] == 300


@proc
def test_every_contender_that_is_there_takes_part_and_agrees(document):
    found, _ = document
    names = [each["name"] for each in found["contenders"]]

    assert {"ours", "sql"} <= set(names)
    assert set(names) | set(found["absent"]) == set(CONTENDERS)
    assert set(found["answers"]) == set(ANSWERS)
    assert all(found["answers"].values())
    assert all(each["peak_mb"] > each["import_mb"] > 0 for each in found["contenders"])
    assert all(each["seconds"] > 0 for each in (*found["contenders"], *found["wholes"]))
    assert [each["name"] for each in found["wholes"]] == ["lists"]
    assert found["day_rows"] == found["rows"]["creator_daily"] + found["rows"]["video_daily"]


@proc
def test_kept_tables_are_those_of_the_report(document):
    found, folder = document
    (tables,) = folder.iterdir()
    opened = read_tables(tables)

    assert {name: opened[name].count().to_pyarrow().as_py() for name in opened} == found["rows"]


def answers(**changed):
    """One row for each answer; `gained` of gains and `share` of days may be changed."""
    rows = {name: pa.table({column: [1] for column in key}) for name, key in ANSWERS.items()}
    rows["gains"] = rows["gains"].append_column("gained", pa.array([changed.get("gained", 5)]))
    share = pa.array([changed.get("share", 0.1)], pa.float64())
    rows["days"] = rows["days"].append_column("share", share)
    return rows


def test_answers_differ_by_one_and_by_more_than_rounding():
    assert differences(answers(), answers()) == []
    assert differences(answers(), answers(gained=6)) == ["gains.gained"]
    assert differences(answers(), answers(share=0.1 + 1e-12)) == []
    assert differences(answers(), answers(share=0.1 + 1e-9)) == ["days.share"]
    assert differences(answers(), answers(share=None)) == ["days.share"]


def test_a_missing_row_or_column_is_a_difference():
    short = answers() | {"posts": pa.table({"creator_id": pa.array([], pa.int64())})}
    narrow = answers() | {"gains": pa.table({"creator_id": [1]})}

    assert differences(answers(), short) == ["posts"]
    assert differences(answers(), narrow) == ["gains"]


def test_a_sum_over_nothing_is_none_or_0_and_rows_may_come_in_any_order():
    def gains(ids, gained):
        return answers() | {"gains": pa.table({"creator_id": ids, "gained": gained})}

    ours = gains([1, 2], pa.array([None, 7], pa.int64()))

    assert differences(ours, gains([2, 1], pa.array([7.0, 0.0]))) == []
    assert differences(ours, gains([2, 1], pa.array([7.0, float("nan")]))) == []
    assert differences(ours, gains([2, 1], pa.array([0, 7]))) == ["gains.gained"]


@proc
def test_nothing_is_reported_when_a_contender_answers_otherwise(made, tmp_path):
    folder, _ = made
    asked = features.question(FeatureBenchConfig(tables=SMALL, policies=POLICIES), folder)
    features.run_contender("sql", asked, tmp_path / "ours")
    later = features.question(
        FeatureBenchConfig(tables=MadeTables(last_day=date(2026, 7, 12)), policies=POLICIES), folder
    )
    features.run_contender("sql", later, tmp_path / "sql")

    with pytest.raises(
        TableError, match=r"expected the same answers of sql as of ours; they differ in \['days"
    ):
        features.agreed(["ours", "sql"], tmp_path)


def test_a_marketplace_of_less_than_two_weeks_is_refused():
    result = CliRunner().invoke(app, ["bench", "features", "--days", "5"])

    assert result.exit_code == ConfigError.exit_code
    assert "greater than or equal to 14" in result.output


@proc
def test_targets_are_ratios_to_our_own_runs(document):
    found, _ = document
    by_name = {each["name"]: each for each in found["contenders"]}
    promised = {each["promise"]: each for each in found["targets"]}
    (sql,) = (each for promise, each in promised.items() if "hand-written SQL" in promise)

    assert by_name["ours"]["times_ours"] == 1
    assert sql["found"] == pytest.approx(1 / by_name["sql"]["times_ours"])
    assert sql["kept"] == (sql["found"] <= 1.2)
