import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.special import expit

from recsys.judged import Judged
from recsys.vocabulary import OBJECTIVES
from training.bundling import golden_rows
from training.export.graph import tree_graph
from training.export.running import open_graph
from training.export.trees import read_trees
from training.funnel import STAGES, Shown
from training.judgements import JudgementReport, Judgements
from training.outcome_report import report_outcomes, report_results
from training.outcomes import OutcomeConfig, fit_outcomes, raw_scores, targets_of

CONFIG = OutcomeConfig(rounds=60, learning_rate=0.1, num_leaves=7)
NEVER = np.datetime64("NaT")
NOTHING = JudgementReport(0, 0, {}, 0, 0, 0, 0, 0, 0, 0)


def world(seed, rows=3000):
    """P(invite) follows feature 0, P(accept) feature 1, P(deliver) feature 2, and results feature 3."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(rows, 4)).astype(np.float32)
    happens = rng.random((rows, 3)) < expit(1.5 * features[:, :3])
    invited = happens[:, 0]
    accepted = invited & happens[:, 1]
    delivered = accepted & happens[:, 2]
    by_stage = dict.fromkeys(STAGES, invited) | {"accepted": accepted, "delivered": delivered}
    by_stage["result"] = delivered
    results = np.exp(2 + features[:, 3:] + np.arange(len(OBJECTIVES))) * rng.gamma(2, 0.5, (rows, 1))
    shown = Shown(
        campaign_ids=np.arange(rows) // 10,
        creator_ids=np.arange(rows),
        positions=np.arange(rows) % 10 + 1,
        propensities=np.ones(rows),
        reached_at=np.where(
            np.column_stack([by_stage[stage] for stage in STAGES]), np.datetime64("2026-01-01"), NEVER
        ),
        results=np.where(delivered[:, None], results, np.nan),
    )
    judged = Judged(features, delivered.astype(np.int32), np.full(rows // 10, 10), ("a", "b", "c", "d"))
    return Judgements(judged, np.arange(rows // 10), shown, NOTHING)


@pytest.fixture(scope="module")
def fitted():
    outcomes, skipped = fit_outcomes(world(1), world(2), CONFIG)
    assert not skipped
    return outcomes


def test_each_step_is_learnt_among_those_who_took_the_one_before():
    targets = targets_of(world(1).shown)
    invited, accepted = (world(1).shown.has(stage) for stage in ("invited", "accepted"))

    assert targets["invite"].rows.all()
    assert_array_equal(targets["accept"].rows, invited)
    assert_array_equal(targets["deliver"].rows, accepted)
    assert targets["deliver"].values.sum() == world(1).shown.has("delivered").sum()


def test_results_are_learnt_where_they_are_known():
    shown = world(1).shown
    shown.results[np.flatnonzero(shown.has("delivered"))[0], 0] = np.nan

    targets = targets_of(shown)

    assert len(targets["result_gmv"].values) == shown.has("delivered").sum() - 1
    assert len(targets["result_followers"].values) == shown.has("delivered").sum()


@pytest.mark.parametrize("name", ["invite", "accept", "deliver"])
def test_probabilities_are_calibrated_on_rows_not_seen(fitted, name):
    report = report_outcomes(fitted, {}, world(3, rows=20_000), bins=10).models[name]

    assert report.ece < 0.05
    assert report.brier < report.base_brier - 0.02
    assert report.auc > 0.7


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_expected_results_are_in_the_objective_s_unit(fitted, objective):
    report = report_outcomes(fitted, {}, world(3, rows=20_000), bins=10).models[f"result_{objective}"]

    assert report.mean_expected == pytest.approx(report.mean, rel=0.15)
    assert report.absolute_error < 0.8 * report.base_absolute_error
    assert report.rank_correlation > 0.6


def test_a_graph_and_its_description_give_what_was_reported(fitted):
    features = world(4, rows=100).judged.features
    for name, outcome in fitted.items():
        score = open_graph(tree_graph(read_trees(outcome.booster), name))
        assert_array_equal(score(features), raw_scores(outcome.booster, features))
        assert_array_equal(outcome.model("x.onnx").predict(score(features)), outcome.predict(features))


def test_the_same_seed_learns_the_same(fitted):
    again, _ = fit_outcomes(world(1), world(2), CONFIG)

    for name, outcome in fitted.items():
        assert again[name].booster.model_to_string() == outcome.booster.model_to_string()
        assert again[name].calibrated == outcome.calibrated


def test_an_outcome_with_too_few_rows_is_left_out_with_the_reason():
    outcomes, skipped = fit_outcomes(world(1, rows=60), world(2), OutcomeConfig(fewest=20))

    assert set(outcomes) | set(skipped) == set(targets_of(world(1).shown))
    assert "invite" in outcomes
    assert "20 of each needed" in skipped["deliver"]
    assert "20 needed" in skipped["result_gmv"]


def test_an_outcome_without_validation_rows_is_left_out_with_the_reason():
    valid = world(2)
    nobody = valid.take(np.zeros(len(valid.campaign_ids), bool))

    outcomes, skipped = fit_outcomes(world(1), nobody, CONFIG)

    assert not outcomes
    assert set(skipped.values()) == {"no validation rows"}


def test_an_outcome_without_test_rows_is_reported_as_such(fitted):
    nobody = world(3).take(np.zeros(300, bool))
    report = report_outcomes(fitted, {"other": "why"}, nobody, bins=10)

    assert not report.models
    assert report.skipped["invite"] == "a model was fitted, but there are no test rows"
    assert report.skipped["other"] == "why"


def test_the_report_says_how_each_probability_was_calibrated(fitted):
    methods = report_outcomes(fitted, {}, world(3), bins=10).methods

    assert methods["invite"].startswith("isotonic, on 3000 validation rows")
    assert methods["deliver"].startswith("platt")


def test_results_are_worked_by_hand():
    report = report_results(np.array([1.0, 2.0, 6.0]), np.array([2.0, 1.0, 9.0]), base=3.0)

    assert (report.mean, report.mean_expected) == (4, 3)
    assert report.absolute_error == pytest.approx(5 / 3)
    assert report.base_absolute_error == pytest.approx(3)
    assert report.rank_correlation == pytest.approx(0.5)


def test_golden_rows_hold_every_graph_s_score_and_a_row_that_misses_everything(fitted):
    features = world(4, rows=50).judged.features
    graphs = {name: tree_graph(read_trees(outcome.booster), name) for name, outcome in fitted.items()}
    golden = golden_rows(graphs, features, 5)

    rows = np.array([row.features for row in golden], np.float32)
    assert len(golden) == 6
    assert np.isnan(rows[-1]).all()
    for name, graph in graphs.items():
        expected = np.array([row.scores[name] for row in golden], np.float32)
        assert_array_equal(open_graph(graph)(rows), expected)
