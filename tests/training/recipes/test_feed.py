"""The recipe end to end on a made-up log with a taste that can be learned."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from mlflow import MlflowClient
from numpy.testing import assert_allclose
from typer.testing import CliRunner

from recsys.cli import app
from recsys.errors import ConfigError
from recsys.files import sha256_of
from recsys.judged import Judged
from training.feed.features import judge
from training.feed.parts import spread_of
from training.feed.queries import ask
from training.feed.reading import read_feed
from training.recipes.feed import FeedExperiment, fit, run, split, steps
from training.recipes.feed_record import record

ROOT = Path(__file__).parents[3]
SMALL = (
    "parts.level.ranker.members=2",
    "parts.level.ranker.ranker.rounds=40",
    "parts.level.ranker.ranker.min_data_in_leaf=20",
    "parts.order.ranker.members=2",
    "parts.order.ranker.ranker.rounds=40",
    "parts.order.ranker.ranker.min_data_in_leaf=20",
    "features.factors=[4]",
    "retrieval.retrievers={video_counts: {kind: popularity}, als: {kind: als, factors: 4}}",
    "baselines.ease.column=als_score",
    "baselines.low_pass.column=als_score",
    "catalogue.candidates=15",
    "catalogue.negatives=8",
    "catalogue.test_users=20",
    "catalogue.ranker.rounds=20",
    "catalogue.ranker.min_data_in_leaf=20",
    "recall_cutoffs=[5, 10]",
)
FEW_ROUNDS = ("parts.level.ranker.ranker.rounds=5", "parts.order.ranker.ranker.rounds=5")


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


def judged_of(folder: Path) -> Judged:
    feed, settings = read_feed(folder), experiment(folder)
    return judge(feed, ask(feed), settings.grades, settings.features, lambda _: None)


def tracked_in(folder: Path) -> tuple[str, str]:
    return "--tracking-uri", f"sqlite:///{folder / 'mlflow.db'}"


@pytest.fixture(scope="module")
def result(folder):
    return run(experiment(folder), lambda _: None)


def test_the_ranker_beats_chance_and_popularity(result):
    for baseline in ("random", "popularity", "logged_order", "duration"):
        assert result.report.report.differences["per_user_auc"][baseline].above_zero


def test_every_one_stage_ranker_and_retriever_is_compared_with_two_stages(result):
    stages = {"one_stage", "one_stage_with_affinities", "one_stage_with_similarities"}

    assert stages | {"als"} <= set(result.report.report.differences["ndcg_at_5"])
    assert stages | {"video_counts", "als", "blend", "random"} == set(
        result.catalogue.report.differences["per_user_auc"]
    )
    assert set(result.catalogue.recall["recall_at_10"]) == {"video_counts", "als", "blend", "random"}


def test_one_stage_is_asked_for_the_drawn_users_only(result):
    counts = {name: each.count for name, each in result.catalogue.report.metrics["ndcg_at_5"].items()}

    assert counts["one_stage"] == 20
    assert counts["two_stage"] == counts["als"] == result.catalogue.users > 20


def test_two_stages_beat_chance_over_all_videos(result):
    assert result.catalogue.report.differences["per_user_auc"]["random"].above_zero
    assert all(report.passed and report.bit_exact for report in result.catalogue.proven.parity)
    assert result.catalogue.first_stage.same_items == 1


def test_the_judged_scores_are_the_graph_s_and_equal_lightgbm_s(result):
    assert all(report.passed and report.bit_exact for report in result.proven.parity)


def test_it_learns_from_every_day_before_the_test_day(result, folder):
    last = result.report.impressions

    assert result.learned_from + last == 6_000 - result.duplicates
    assert result.rounds.keys() == {"level", "order"}
    assert all(1 <= rounds <= 40 for rounds in result.rounds.values())


def test_both_parts_are_in_the_one_model_by_their_weight(folder):
    known, _ = split(judged_of(folder), experiment(folder))
    both = fit(known, experiment(folder, *FEW_ROUNDS), lambda _: None)
    alone = {
        name: part.ranker.with_rounds(both.rounds[name]).build().fit(known, known).score(known.features)
        for name, part in experiment(folder, *FEW_ROUNDS).parts.items()
    }

    found = both.booster.predict(known.features, raw_score=True)

    expected = alone["level"] / alone["level"].std() + 0.4 * alone["order"] / alone["order"].std()
    assert_allclose(found, expected, rtol=0, atol=1e-4)


def test_importance_is_shares_that_add_up_to_one(result):
    shares = list(result.importance.values())

    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)
    assert set(result.importance) == set(result.feature_names)


def test_scores_that_do_not_differ_are_not_stretched():
    assert spread_of(np.zeros(3, np.float32)) == 1


def test_the_same_settings_give_the_same_graph_and_figures(result, folder):
    again = run(experiment(folder), lambda _: None)

    assert again.proven.graph == result.proven.graph
    assert again.report == result.report
    assert again.catalogue.recall == result.catalogue.recall
    assert again.catalogue.proven.graph == result.catalogue.proven.graph


def test_it_tells_of_as_many_steps_as_it_promised(folder):
    told: list[int] = []
    settings = experiment(folder, *FEW_ROUNDS)

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
        ("retrieval.blend_date=20220401", r"no queries on \[20220401\]"),
        ("retrieval.blend_date=20220427", "learn_dates must lie after retrieval.blend_date 20220427"),
        ("catalogue.learn_dates=[20220430]", "learn_dates must lie after .* and before test_date 20220430"),
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
    options = [f"--set={setting}" for setting in (f"folder={folder}", *SMALL, *FEW_ROUNDS)]
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
            *tracked_in(tmp_path),
        ],
    )

    document = json.loads(ran.stdout)
    assert ran.exit_code == 0
    assert document["per_user_auc"] == document["metrics"]["per_user_auc"]["feed"]["mean"]
    assert document["positive"] == "long_view"
    assert document["catalogue"]["users"] == document["catalogue"]["queries"]
    assert document["catalogue"]["recall"]["recall_at_5"]["als"]["mean"] > 0
    assert document["parity"]["boundary"]["differing"] == 0
    assert graph.stat().st_size > 1_000


def test_the_command_shows_tables(folder, tmp_path):
    options = [f"--set={setting}" for setting in (f"folder={folder}", *SMALL, *FEW_ROUNDS)]

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
    assert "Recall, all videos" in ran.stdout


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
