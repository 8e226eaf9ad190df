import json
import math
import warnings
from pathlib import Path

import mlflow
import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_array_equal

from recsys.errors import ConfigError
from recsys.evaluation import evaluate
from recsys.judged import Judged
from training import track
from training.export.running import open_graph
from training.track.store import store

EXAMPLE = np.array([[0.5, np.nan], [1.0, -2.0]], np.float32)


def recorded(uri, run_id):
    with store(uri) as client:
        return client.get_run(run_id).data


def artifacts(uri, run_id, path):
    with store(uri) as client:
        return [file.path for file in client.list_artifacts(run_id, path)]


@pytest.fixture
def report():
    judged = Judged(
        features=np.zeros((6, 1), np.float32),
        grades=np.array([2, 0, 1, 0, 0, 0], np.int32),
        group_sizes=np.array([3, 2, 1]),
        feature_names=("reach",),
        query_segments={"objective": np.array(["gmv", "views", "gmv"])},
        row_segments={"tier": np.array(["nano", "mid", "nano", "mid", "nano", "nano"])},
    )
    scores = {"lambdamart": np.arange(6, 0, -1, np.float32), "random": np.arange(6, dtype=np.float32)}
    return evaluate(scores, judged, (1, 10), seed=1)


def test_settings_are_recorded_under_dotted_names(uri):
    with track.run("match", uri) as run:
        run.params({"ranker": {"seed": 7, "kind": "lambdamart"}, "cutoffs": (1, 5)})

    params = recorded(uri, run.run_id).params
    assert params["ranker.seed"] == "7"
    assert params["cutoffs"] == "(1, 5)"
    assert params["code.version"]


def test_more_settings_than_mlflow_takes_at_once_are_all_recorded(uri):
    with track.run("match", uri) as run:
        run.params({f"setting_{number}": number for number in range(250)})

    assert recorded(uri, run.run_id).params.items() >= {("setting_0", "0"), ("setting_249", "249")}


def test_inputs_are_recorded_by_their_hash(uri):
    with track.run("match", uri) as run:
        run.inputs({"creators": "abc"})

    assert recorded(uri, run.run_id).params["data.creators"] == "abc"


def test_a_report_names_its_scorer_plainly_and_the_others_as_baselines(uri, report):
    with track.run("match", uri) as run:
        run.report(report)

    metrics = recorded(uri, run.run_id).metrics
    ours = report.metrics["ndcg_at_10"]["lambdamart"]
    assert (metrics["ndcg_at_10"], metrics["ndcg_at_10_low"]) == (ours.mean, ours.low)
    assert metrics["baseline.random.ndcg_at_10"] == report.metrics["ndcg_at_10"]["random"].mean
    assert metrics["over.random.ndcg_at_10"] == report.differences["ndcg_at_10"]["random"].mean
    assert metrics["objective_gmv.ndcg_at_10"] == pytest.approx(3.5 / (3 + 1 / math.log2(3)))
    assert metrics["exposure_nano"] + metrics["exposure_mid"] == 1
    assert metrics["queries_without_relevant"] == 2


def test_figures_that_do_not_exist_are_not_recorded(uri, report):
    with track.run("match", uri) as run:
        run.report(report)
        run.metrics({"known": 1.0, "unknown": math.nan})

    metrics = recorded(uri, run.run_id).metrics
    assert "known" in metrics
    assert "unknown" not in metrics
    assert "objective_views.ndcg_at_10" not in metrics


def test_a_report_is_also_a_table(uri, report):
    with track.run("match", uri) as run:
        run.report(report)

    with store(uri):
        table = json.loads(mlflow.artifacts.load_text(f"runs:/{run.run_id}/tables/metrics.json"))
    assert table["columns"] == ["segment", "metric", "scorer", "mean", "low", "high", "queries"]
    assert table["data"][0][:3] == ["all", "ndcg_at_1", "lambdamart"]


def test_a_learning_curve_is_recorded_step_by_step(uri):
    with track.run("match", uri) as run:
        run.curve("rank", [{"round": 1, "ndcg_at_10": 0.4}, {"round": 2, "ndcg_at_10": 0.5}])

    with store(uri) as client:
        history = client.get_metric_history(run.run_id, "curve.rank.ndcg_at_10")
    assert [(point.step, point.value) for point in history] == [(1, 0.4), (2, 0.5)]


def test_plots_and_boosters_are_kept_as_files(uri, booster):
    with track.run("match", uri) as run:
        run.figure("curve", Figure())
        run.booster("rank", booster)

    assert artifacts(uri, run.run_id, "plots") == ["plots/curve.png"]
    assert artifacts(uri, run.run_id, "boosters") == ["boosters/rank.txt"]


def test_a_registered_model_scores_as_its_graph_does(uri, bundle_with):
    bundle = bundle_with(seed=1)
    scores = open_graph(bundle.files["rank.onnx"])(EXAMPLE)
    with track.run("match", uri) as run:
        version = run.model("match", bundle, EXAMPLE, scores)

    with store(uri):
        model = mlflow.pyfunc.load_model(f"models:/match/{version.number}")
        assert_array_equal(model.predict(EXAMPLE)["score"], scores)
        assert model.metadata.signature.inputs.inputs[0].shape == (-1, 2)
        assert model.metadata.signature.outputs.input_names() == ["score"]
        assert model.metadata.saved_input_example_info is not None
    assert artifacts(uri, run.run_id, "bundle") == [f"bundle/{bundle.name}"]


def test_a_run_that_breaks_is_marked_as_failed(uri):
    with pytest.raises(ZeroDivisionError), track.run("match", uri) as run:
        _ = 1 / 0

    with store(uri) as client:
        assert client.get_run(run.run_id).info.status == "FAILED"


def test_two_runs_of_a_recipe_share_an_experiment(uri):
    with track.run("match", uri) as first:
        pass
    with track.run("match", uri) as second:
        pass

    with store(uri) as client:
        experiments = {client.get_run(run.run_id).info.experiment_id for run in (first, second)}
    assert len(experiments) == 1


def test_artifacts_stand_beside_the_sqlite_file(uri, tmp_path):
    with track.run("match", uri) as run:
        run.text("note.txt", "here")

    assert [file.read_text() for file in (tmp_path / "mlruns").rglob("note.txt")] == ["here"]


def test_a_store_that_cannot_be_opened_is_named():
    with (
        pytest.raises(ConfigError, match="cannot open the tracking store nonsense://here"),
        track.run("match", "nonsense://here"),
    ):
        pass


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path):
    (tmp_path / "notes.txt").write_text("not a database, but long enough to be read as one\n" * 100)

    with (
        pytest.raises(ConfigError, match=r"cannot open the tracking store sqlite:.*not a database$"),
        track.run("match", f"sqlite:///{tmp_path}/notes.txt"),
    ):
        pass


def test_a_store_where_no_file_can_be_is_told_at_once(tmp_path):
    (tmp_path / "file").touch()

    with (
        pytest.raises(ConfigError, match=r"file is no folder that can be written$"),
        track.run("match", f"sqlite:///{tmp_path}/file/mlflow.db"),
    ):
        pass


def test_only_warnings_about_mlflow_s_own_code_are_silenced(uri):
    with track.run("match", uri), pytest.warns(DeprecationWarning, match="ours"):
        warnings.warn("ours", DeprecationWarning, stacklevel=1)


def test_a_nested_run_stands_below_its_own_in_the_same_experiment(uri):
    with track.run("implicit", uri) as run, run.nested("als 3") as child:
        child.metrics({"recall_at_20": 0.1})

    with store(uri) as client:
        parent, found = client.get_run(run.run_id), client.get_run(child.run_id)
    assert found.data.tags["mlflow.parentRunId"] == run.run_id
    assert found.info.experiment_id == parent.info.experiment_id
    assert found.info.run_name == "als 3"
    assert found.data.metrics == {"recall_at_20": 0.1}
    assert parent.data.metrics == {}


def test_a_nested_run_that_breaks_is_marked_failed(uri):
    with (
        track.run("implicit", uri) as run,
        pytest.raises(ValueError, match="broke"),
        run.nested("als 3") as child,
    ):
        raise ValueError("broke")

    with store(uri) as client:
        assert client.get_run(child.run_id).info.status == "FAILED"
        assert client.get_run(run.run_id).info.status == "FINISHED"


def test_a_graph_is_kept_byte_for_byte(uri):
    with track.run("implicit", uri) as run:
        run.graph("implicit", b"graph")

    with store(uri) as client:
        path = client.download_artifacts(run.run_id, "graphs/implicit.onnx")
    assert Path(path).read_bytes() == b"graph"
