import mlflow
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from training import track
from training.recipes.match import MODEL
from training.recipes.match_record import record
from training.recipes.recorded import champion_of
from training.track.store import store


@pytest.fixture(scope="module")
def uri(tmp_path_factory):
    return f"sqlite:///{tmp_path_factory.mktemp('tracking')}/mlflow.db"


@pytest.fixture(scope="module")
def first(experiment, trained, uri):
    assert champion_of(uri, MODEL) is None
    return record(experiment, trained, None, uri)


@pytest.fixture(scope="module")
def second(experiment, trained, uri, first):
    """The identical training, recorded again."""
    return record(experiment, trained, champion_of(uri, MODEL), uri)


def recorded(uri, run_id):
    with store(uri) as client:
        return client.get_run(run_id).data


def test_the_first_version_is_the_champion(first, uri, trained):
    assert first.verdict.promote
    assert champion_of(uri, MODEL).name == trained.bundle.name


def test_training_the_same_again_does_not_promote(first, second, uri):
    registry = track.Registry(uri)

    assert not second.verdict.promote
    assert (second.verdict.difference.low, second.verdict.difference.high) == (0, 0)
    assert registry.champion("match").number == first.version.number
    assert registry.find("match@challenger").reason == second.verdict.reason


def test_a_run_records_settings_data_and_code(first, uri, trained):
    params = recorded(uri, first.run_id).params

    assert params["ranker.kind"] == "hurdle"
    assert params["split.test_days"] == "30"
    assert params["data.invitations"] == trained.data["invitations"]
    assert {"seed", "code.version"} <= set(params)


def test_a_run_records_figures_with_intervals_beside_the_baselines(first, second, uri, trained):
    metrics = recorded(uri, first.run_id).metrics

    ours = trained.report.metrics["ndcg_at_10"]["hurdle"]
    assert (metrics["ndcg_at_10"], metrics["ndcg_at_10_high"]) == (ours.mean, ours.high)
    assert metrics["invite.ece"] == trained.outcomes.models["invite"].ece
    assert {
        "baseline.linear.ndcg_at_10",
        "objective_gmv.ndcg_at_10",
        "tier_nano.found_at_10",
        "exposure_nano",
        "oracle_share.hurdle",
        "briefs.train",
        "curve.rank.ndcg_at_10",
    } <= set(metrics)
    assert recorded(uri, second.run_id).metrics["over_champion"] == 0


def test_a_run_keeps_plots_tables_boosters_bundle_and_report(first, uri, trained):
    with store(uri) as client:
        kept = {
            file.path
            for folder in ("", "plots", "tables", "boosters", "bundle")
            for file in client.list_artifacts(first.run_id, folder)
        }

    assert {
        f"plots/{name}.png" for name in ("learning_curve", "importance", "reliability", "exposure")
    } <= kept
    assert {"tables/metrics.json", "tables/segments.json", "tables/judgements.json"} <= kept
    assert {f"boosters/{name}.txt" for name in trained.bundle.facts.models} <= kept
    assert {f"bundle/{trained.bundle.name}", "report.html"} <= kept


def test_the_registered_model_scores_as_the_bundle(first, uri, trained):
    rows = trained.judged.test.judged.features[:20]
    with store(uri):
        model = mlflow.pyfunc.load_model("models:/match@champion")
        found = model.predict(rows)["score"]

    assert_array_equal(found, trained.scores["hurdle"][:20])


def test_the_report_stands_beside_the_bundle_and_says_what_the_gate_said_last(second, trained):
    page = second.report.read_text("utf-8")

    assert second.report.parent == trained.bundle.path.parent
    assert second.verdict.reason in page
    assert page.count("data:image/png;base64,") == 4


def test_a_champion_that_is_corrupt_is_left_to_a_person(experiment, trained, tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    record(experiment, trained, None, uri)
    (stored,) = (tmp_path / "mlruns").rglob(f"{trained.bundle.name}/rank.onnx")
    stored.write_bytes(b"")

    again = record(experiment, trained, champion_of(uri, MODEL), uri)

    assert not again.verdict.promote
    assert "expected sha256" in again.verdict.reason
    assert again.verdict.reason.endswith("promote by hand if this version should replace it")


def test_no_figure_is_recorded_that_does_not_exist(first, uri):
    assert all(np.isfinite(value) for value in recorded(uri, first.run_id).metrics.values())
