"""`recsys benchmark trends` on published sets."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recsys.cli import app

SETS = Path(__file__).parents[4] / "shared" / "data"
published = pytest.mark.skipif(not SETS.is_dir(), reason="the published sets are not here")


def run(*words):
    return CliRunner().invoke(app, ["benchmark", "trends", *words])


def test_an_unknown_set_is_refused(tmp_path):
    done = run("kuairand", "--folder", str(tmp_path))

    assert done.exit_code == 2
    assert "expected one of tiktok_discover, uci_online_retail" in " ".join(done.stderr.split())


def test_a_missing_folder_is_said_in_one_line(tmp_path):
    done = run("uci_online_retail", "--folder", str(tmp_path / "nowhere"))

    assert done.exit_code == 1
    assert "sales.parquet" in done.stderr


@published
def test_each_kind_is_judged_beside_its_baselines():
    done = run("tiktok_discover", "--folder", str(SETS / "tiktok_discover"), "--json")
    found = json.loads(done.stdout)["kinds"]

    assert set(found) == {"page", "hashtags", "songs", "creators"}
    answer = found["page"]["growth of the count to date"]["reported"]
    assert [month["month"] for month in answer["months"]] == ["2022-06", "2022-07"]
    assert set(answer["metrics"]["precision"]) == {"forecast", "raw volume", "last growth", "random"}
    assert answer["ahead_of"]["precision"]["raw volume"]["low"] > 0
    assert len(found["songs"]["last_month"]["named"]) == 8
