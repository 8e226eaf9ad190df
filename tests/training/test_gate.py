import lightgbm
import numpy as np
import pytest

from recsys.bundle import Bundle, BundleFacts, Model
from recsys.evaluation import Interval
from recsys.judged import Judged
from training.export.canonical import canonical
from training.export.graph import tree_graph
from training.export.running import open_graph
from training.export.trees import read_trees
from training.gate import Verdict, also_found, decide


def booster(features, target, names):
    settings = {"objective": "regression", "num_threads": 1, "verbosity": -1, "num_leaves": 8, "seed": 1}
    # LightGBM warns about slices.
    features, target = np.ascontiguousarray(features), np.ascontiguousarray(target)
    rows = lightgbm.Dataset(features, target, feature_name=list(names))
    return canonical(lightgbm.train(settings, rows, 20))


@pytest.fixture(scope="module")
def judged():
    """Relevance follows the feature `fit`; `noise` says nothing."""
    rng = np.random.default_rng(4)
    features = rng.normal(size=(900, 2)).astype(np.float32)
    grades = (features[:, 0] > 1).astype(np.int32) + (features[:, 0] > 2)
    return Judged(features, grades, np.full(60, 15), ("fit", "noise"))


@pytest.fixture
def bundle_of(tmp_path):
    def write(trained, names):
        graph = tree_graph(read_trees(trained), "rank")
        facts = BundleFacts(
            recipe="match",
            code_version="1",
            seed=1,
            data={},
            feature_names=names,
            reason_groups={},
            models={"rank": Model(graph="rank.onnx")},
            golden=(),
        )
        return Bundle.write(tmp_path, facts, {"rank.onnx": graph})

    return write


@pytest.fixture
def champion(bundle_of, judged):
    """Ranks by noise alone."""
    return bundle_of(booster(judged.features[:, 1:], judged.features[:, 1], ["noise"]), ("noise",))


def test_the_first_version_is_promoted(judged):
    verdict = decide(judged.features[:, 0], None, judged, seed=1)

    assert verdict.promote
    assert verdict.difference is None


def test_a_better_challenger_is_promoted_with_the_figures(judged, champion):
    verdict = decide(judged.features[:, 0], champion, judged, seed=1)

    assert verdict.promote
    assert verdict.difference.low > 0
    assert f"from the champion {champion.name}" in verdict.reason


def test_a_worse_challenger_is_refused(judged, bundle_of):
    good = bundle_of(
        booster(judged.features, judged.features[:, 0], judged.feature_names), judged.feature_names
    )
    verdict = decide(judged.features[:, 1], good, judged, seed=1)

    assert not verdict.promote
    assert verdict.difference.high < 0


def test_the_same_model_again_is_refused(judged, bundle_of):
    trained = booster(judged.features, judged.features[:, 0], judged.feature_names)
    same = bundle_of(trained, judged.feature_names)
    scores = open_graph(same.files["rank.onnx"])(judged.features)

    verdict = decide(scores, same, judged, seed=1)

    assert not verdict.promote
    assert (verdict.difference.low, verdict.difference.high) == (0, 0)
    assert "not surely better" in verdict.reason


def test_a_champion_is_given_its_features_by_name(judged, bundle_of):
    """The champion learnt the same features in another order, and ranks as well."""
    turned = judged.features[:, ::-1].copy()
    champion = bundle_of(booster(turned, judged.features[:, 0], ["noise", "fit"]), ("noise", "fit"))

    verdict = decide(judged.features[:, 0], champion, judged, seed=1)

    assert abs(verdict.difference.mean) < 0.02


def test_a_champion_whose_features_are_gone_is_left_to_a_person(judged, bundle_of):
    gone = bundle_of(booster(judged.features[:, :1], judged.features[:, 0], ["mood"]), ("mood",))
    verdict = decide(judged.features[:, 0], gone, judged, seed=1)

    assert not verdict.promote
    assert "not computed any more: mood; promote by hand" in verdict.reason


BETTER = Verdict(promote=True, reason="better")


@pytest.mark.parametrize("mean", [0.95, 1.0, float("nan")])
def test_a_first_stage_that_finds_enough_or_was_not_needed_changes_no_verdict(mean):
    assert also_found(BETTER, Interval(mean, mean, mean, 9), 0.95) == BETTER


def test_a_first_stage_that_misses_too_many_refuses_even_a_better_ranker():
    verdict = also_found(BETTER, Interval(0.94, 0.9, 0.97, 9), 0.95)

    assert not verdict.promote
    assert "the first stage finds 0.940 (0.900 to 0.970)" in verdict.reason
    assert "9 test briefs, expected ≥ 0.95; promote by hand" in verdict.reason
