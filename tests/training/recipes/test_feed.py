"""The recipe end to end on a made-up log with a taste that can be learned."""

import importlib.util
import json
from pathlib import Path

import pytest
from mlflow import MlflowClient
from typer.testing import CliRunner

from recsys.cli import app
from recsys.errors import ConfigError
from recsys.files import sha256_of
from training.recipes.feed import FeedExperiment, record, run, steps

ROOT = Path(__file__).parents[3]
SMALL = (
    "ranker.members=2",
    "ranker.ranker.rounds=40",
    "ranker.ranker.min_data_in_leaf=20",
    "features.factors=[4]",
)


def made_up_log(folder: Path) -> Path:
    """The tables of tests/training/feed/conftest.py."""
    path = ROOT / "tests" / "training" / "feed" / "conftest.py"
    spec = importlib.util.spec_from_file_location("made_up_log", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.written(folder, module.tables_of(seed=5, impressions=6_000))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return made_up_log(tmp_path_factory.mktemp("log"))


def experiment(folder: Path, *settings: str) -> FeedExperiment:
    return FeedExperiment.load(ROOT / "configs" / "kuairand.yaml", [f"folder={folder}", *SMALL, *settings])


def tracked_in(folder: Path) -> tuple[str, str]:
    return "--tracking-uri", f"sqlite:///{folder / 'mlflow.db'}"


@pytest.fixture(scope="module")
def result(folder):
    return run(experiment(folder), lambda _: None)


def test_the_ranker_beats_chance_and_popularity(result):
    for baseline in ("random", "popularity", "logged_order", "duration"):
        assert result.report.report.differences["per_user_auc"][baseline].above_zero


def test_the_judged_scores_are_the_graph_s_and_equal_lightgbm_s(result):
    assert all(report.passed and report.bit_exact for report in result.proven.parity)


def test_it_learns_from_every_day_before_the_test_day(result, folder):
    last = result.report.impressions

    assert result.learned_from + last == 6_000 - result.duplicates
    assert 1 <= result.rounds <= 40


def test_the_same_settings_give_the_same_graph_and_figures(result, folder):
    again = run(experiment(folder), lambda _: None)

    assert again.proven.graph == result.proven.graph
    assert again.report == result.report


def test_it_tells_of_as_many_steps_as_it_promised(folder):
    told: list[int] = []
    settings = experiment(folder, "ranker.ranker.rounds=2")

    run(settings, told.append)

    assert sum(told) == steps(settings)


def test_a_tracked_run_holds_settings_inputs_and_figures(result, folder, tmp_path):
    address = f"sqlite:///{tmp_path / 'mlflow.db'}"

    run_id = record(experiment(folder), result, address)

    client = MlflowClient(address)
    tracked = client.get_run(run_id)
    assert tracked.info.status == "FINISHED"
    assert tracked.data.params["positive"] == "long_view"
    assert tracked.data.params["data.impressions"] == sha256_of(folder / "impressions.parquet")
    mean = result.report.report.metrics["per_user_auc"]["feed"].mean
    assert mean in tracked.data.metrics.values()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("test_date=20220515", r"no queries on \[20220515\], expected dates in \[20220425"),
        ("valid_dates=[20220430]", "valid_dates must lie after 20220425 and before test_date 20220430"),
        ("valid_dates=[20220425]", "valid_dates must lie after 20220425"),
    ],
)
def test_days_that_cannot_be_used_are_refused(folder, setting, message):
    with pytest.raises(ConfigError, match=message):
        run(experiment(folder, setting), lambda _: None)


@pytest.mark.parametrize("setting", ["positive=is_bought", "grades={is_bought: 1}", "rounds=3"])
def test_a_setting_that_does_not_exist_is_refused(folder, setting):
    with pytest.raises(ConfigError, match="is not a valid FeedExperiment"):
        experiment(folder, setting)


def test_the_command_prints_one_json_document(folder, tmp_path):
    options = [f"--set={setting}" for setting in (f"folder={folder}", *SMALL, "ranker.ranker.rounds=5")]
    graph = tmp_path / "feed.onnx"

    ran = CliRunner().invoke(
        app,
        [
            "train",
            "feed",
            "--config",
            str(ROOT / "configs" / "kuairand.yaml"),
            "--graph",
            str(graph),
            "--json",
            *options,
        ],
    )

    document = json.loads(ran.stdout)
    assert ran.exit_code == 0
    assert document["per_user_auc"] == document["metrics"]["per_user_auc"]["feed"]["mean"]
    assert document["positive"] == "long_view"
    assert document["parity"]["boundary"]["differing"] == 0
    assert graph.stat().st_size > 1_000


def test_the_command_shows_tables(folder, tmp_path):
    options = [f"--set={setting}" for setting in (f"folder={folder}", *SMALL, "ranker.ranker.rounds=5")]

    ran = CliRunner().invoke(
        app,
        [
            "train",
            "feed",
            "--config",
            str(ROOT / "configs" / "kuairand.yaml"),
            *options,
            *tracked_in(tmp_path),
        ],
    )

    assert ran.exit_code == 0
    assert "author_popularity" in ran.stdout
    assert "users have a positive" in ran.stdout


def test_a_missing_folder_is_an_error_in_one_line(tmp_path):
    ran = CliRunner().invoke(
        app,
        [
            "train",
            "feed",
            "--config",
            str(ROOT / "configs" / "kuairand.yaml"),
            f"--set=folder={tmp_path / 'none'}",
        ],
    )

    assert ran.exit_code == 1
    assert "there is no impressions.parquet" in " ".join(ran.stderr.split())
