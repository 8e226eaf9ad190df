import json
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from features.catalogue import FEATURES
from recsys import __version__
from recsys.bundle import Bundle
from recsys.errors import ConfigError, TableError
from training.export.cascade import CascadeConfig
from training.export.running import open_graph
from training.recipes.match import MatchExperiment, run, write
from training.recipes.match_tables import oracle_shares, tables_of
from training.track.names import metrics_of

BASELINES = {"random", "followers", "gmv", "popularity", "linear", "shown_order"}


def test_the_shipped_configuration_is_complete(policies_folder):
    given = MatchExperiment.load(policies_folder.parent / "match.yaml")
    assert set(given.baselines) == BASELINES
    assert given.truth is None


def test_a_misspelt_setting_is_refused(policies_folder):
    with pytest.raises(ConfigError, match=r"ranker\.hurdle\.leafs: Extra inputs are not permitted"):
        MatchExperiment.load(policies_folder.parent / "match.yaml", ["ranker.leafs=3"])


@pytest.mark.parametrize(
    ("setting", "match"),
    [
        ("cutoffs=[5, 20]", r"cutoffs must hold 10, at which the gate compares, found \(5, 20\)"),
        (
            "baselines.oracle={kind: random, seed: 1}",
            r"baselines need names of their own, found \['oracle'\]",
        ),
        ("baselines.hurdle={kind: random, seed: 1}", "baselines need names of their own"),
    ],
)
def test_settings_that_no_report_could_hold_are_refused_before_training(policies_folder, setting, match):
    with pytest.raises(ConfigError, match=match):
        MatchExperiment.load(policies_folder.parent / "match.yaml", [setting])


def test_every_report_has_the_baselines_and_in_a_simulated_world_the_oracle(trained):
    scorers = set(trained.report.metrics["ndcg_at_10"])

    assert scorers == {"hurdle", "oracle", *BASELINES}
    assert set(trained.report.differences["ndcg_at_10"]) == scorers - {"hurdle"}
    assert {
        f"{name}_at_{cutoff}" for name in ("ndcg", "map", "mrr", "recall") for cutoff in (1, 5, 10, 20)
    } == set(trained.report.metrics)


def test_what_was_learnt_is_better_than_chance_and_the_oracle_is_best(trained):
    shares = oracle_shares(trained.report)

    assert shares["random"] < shares["hurdle"] < 1
    assert shares["oracle"] == max(shares.values()) == 1


def test_there_are_segments_of_briefs_and_of_creators(trained):
    names = {segment.partition("=")[0] for segment in trained.report.segments}

    assert names == {"objective", "market", "tier", "experience"}
    assert sum(trained.report.exposure["hurdle"].values()) == pytest.approx(1)


def test_no_query_of_the_test_period_was_learnt_from(trained):
    judged = trained.judged
    learnt = set(judged.known.campaign_ids)

    assert learnt >= set(judged.train.campaign_ids) | set(judged.valid.campaign_ids)
    assert not set(judged.train.campaign_ids) & set(judged.valid.campaign_ids)
    assert not learnt & set(judged.test.campaign_ids)


def test_the_bundle_says_what_it_was_made_of(trained, small_world):
    facts = Bundle.open(trained.bundle.path).facts

    assert (facts.recipe, facts.code_version, facts.seed) == ("match", __version__, 7)
    assert facts.data == small_world.tables.fingerprints()
    assert facts.feature_names == tuple(FEATURES)
    assert facts.reason_groups == {name: feature.reason for name, feature in FEATURES.items()}


def test_the_bundle_has_a_model_for_every_outcome_that_could_be_learnt(trained):
    facts = trained.bundle.facts

    assert set(facts.models) == {"rank", *trained.fitted.outcomes}
    assert set(facts.models) >= {"rank", "invite", "accept", "deliver", "result_gmv"}
    assert facts.models["accept"].calibration is not None
    assert facts.models["result_gmv"].link == "exp"


def test_the_graphs_of_the_bundle_give_the_golden_rows_their_scores(trained):
    golden = trained.bundle.facts.golden
    rows = np.array([row.features for row in golden], np.float32)

    assert len(golden) == 17
    for name, model in trained.bundle.facts.models.items():
        expected = np.array([row.scores[name] for row in golden], np.float32)
        assert_array_equal(open_graph(trained.bundle.files[model.graph])(rows), expected)


def test_the_reported_scores_are_those_of_the_bundle_s_graph(trained):
    score = open_graph(trained.bundle.files["rank.onnx"])

    assert_array_equal(score(trained.judged.test.judged.features), trained.scores["hurdle"])


def test_every_graph_equals_its_booster_to_the_bit(trained):
    assert all(parity.bit_exact for proven in trained.fitted.graphs.values() for parity in proven.parity)


def test_a_cascade_is_in_the_bundle_and_adds_up(trained, experiment, tmp_path):
    staged = experiment.model_copy(update={"cascade": CascadeConfig(cuts=(1,), keep=(50,))})

    bundle = write(trained.fitted, trained.judged.test, {}, staged, tmp_path)

    features = trained.judged.test.judged.features
    stages = [open_graph(bundle.files[name])(features) for name in bundle.facts.models["rank"].cascade.graphs]
    assert_array_equal(sum(stages), trained.scores["hurdle"])


def test_every_table_is_rectangular_and_every_metric_has_a_name(trained):
    for table in tables_of(trained):
        assert {len(row) for row in table.rows} == {len(table.columns)}
    metrics = metrics_of(trained.report)
    assert {"ndcg_at_10", "ndcg_at_10_low", "baseline.linear.map_at_5", "tier_nano.found_at_10"} <= set(
        metrics
    )


def test_a_truth_that_is_not_there_is_told_before_anything_is_read(experiment, tmp_path):
    with pytest.raises(TableError, match="expected the folder named by --truth"):
        run(
            experiment.model_copy(update={"truth": tmp_path}),
            tmp_path / "no-tables",
            tmp_path,
            lambda _: None,
        )


def test_a_world_without_the_days_for_three_periods_is_refused(experiment, small_world, tmp_path):
    long = experiment.model_copy(update={"split": experiment.split.model_copy(update={"test_days": 400})})

    with pytest.raises(TableError, match="leave none for the period 'valid'"):
        run(long, small_world.folder, tmp_path, lambda _: None)


def test_the_same_seed_gives_the_same_bundle_in_two_processes(
    trained, small_world, quick_settings, policies_folder, tmp_path
):
    """Each process has another hash seed; one is this one."""
    script = (
        "import json, sys; from pathlib import Path\n"
        "from training.recipes.match import MatchExperiment, run\n"
        "config, tables, out, settings = json.loads(sys.argv[1])\n"
        "experiment = MatchExperiment.load(Path(config), settings)\n"
        "print(run(experiment, tables, Path(out), lambda _: None).bundle.name)"
    )
    arguments = [
        str(policies_folder.parent / "match.yaml"),
        str(small_world.folder),
        str(tmp_path),
        quick_settings,
    ]
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(arguments)],
        capture_output=True,
        text=True,
        check=True,
        cwd=policies_folder.parents[1],
    )

    assert done.stdout.split()[-1] == trained.bundle.name
