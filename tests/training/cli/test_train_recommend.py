import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recsys.cli import app
from training.cli.match import without_nan
from training.cli.recommend import show, summary
from training.gate import Verdict
from training.recipes.recorded import Recorded
from training.track import Version


@pytest.fixture(scope="module")
def recorded():
    version = Version("products", 1, ("champion",), "bundle", "run", "")
    return Recorded("run", version, Verdict(True, "the first version"), Path("report.html"))


def test_the_summary_is_json_and_holds_what_was_found(trained_items, recorded):
    result = trained_items("products")
    answer = json.loads(json.dumps(without_nan(summary(result, recorded, 7))))

    assert answer["evaluation"]["metrics"]["ndcg_at_10"]["model"]["count"] > 0
    assert 0 < answer["oracle"]["gmv"]["share"]["all"]["model"]["mean"] <= 1
    assert set(answer["oracle"]["followers"]["judged_by"]) == {"gmv", "followers"}
    assert answer["parity"]["rank_gmv"]["boundary"]["bit_exact"] is True
    assert answer["parity"]["retrieval"]["same_lists"] > 0.95


def test_the_tables_the_decision_and_where_to_look_are_shown(trained_items, recorded, capsys):
    show(trained_items("products"), recorded, 7, "sqlite:///mlflow.db")

    shown = capsys.readouterr().out
    assert "Lists at the test moments" in shown
    assert "products/1 promoted to champion: the first version" in shown
    assert "mlflow ui --backend-store-uri sqlite:///mlflow.db" in shown


def test_the_settings_of_the_other_surface_are_refused(small_world, policies_folder, tmp_path):
    config = policies_folder.parent / "inspiration.yaml"
    words = ["train", "products", "--tables", str(small_world.folder), "--config", str(config)]
    answer = CliRunner().invoke(app, [*words, "--out", str(tmp_path)])

    assert answer.exit_code != 0
    assert "surface: expected products for this command, found inspiration" in answer.output
