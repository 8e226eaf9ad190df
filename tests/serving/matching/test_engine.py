"""The engine from end to end: filters, scores, probabilities, reasons, and what it refuses to open."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from features.catalogue import FEATURES
from features.matrix import match_features
from recsys.brief import Brief
from recsys.bundle import Bundle, Model
from recsys.errors import BundleError, RequestError
from recsys.shapley import typical_candidate
from recsys.snapshot import Snapshot
from recsys.vocabulary import REASON_GROUPS
from serving.matching import ranker as ranker_module
from serving.matching.engine import MatchEngine

COMPLETE = 10_000
TRAINING = "training ibis duckdb lightgbm sklearn scipy pandas onnx mlflow optuna matplotlib"


@pytest.fixture(scope="session")
def engine(bundle, snapshot):
    return MatchEngine.open(bundle.path, snapshot.path)


def eligible_rows(snapshot, brief):
    return np.flatnonzero(snapshot.creators["market"] == snapshot.facts.markets.index(brief.market))


def rows_of(snapshot, answer):
    rows, found = snapshot.creators.rows_of(np.array([item.creator_id for item in answer.items]))
    assert found.all()
    return rows


def test_the_answer_names_what_made_it(engine, bundle, snapshot, brief):
    answer = engine.match(brief)

    assert (answer.bundle, answer.snapshot) == (bundle.name, snapshot.name)
    assert answer.as_of == snapshot.facts.as_of
    assert answer.degraded == ()


@pytest.mark.parametrize(
    ("stage", "suggested"), [("ideation", "duet"), ("upper", "dance"), ("lower", "review")]
)
def test_the_funnel_stage_suggests_kinds_of_campaign_and_changes_nothing_else(
    engine, brief, stage, suggested
):
    staged = engine.match(brief.model_copy(update={"funnel_stage": stage}), explain=0)

    assert suggested in staged.suggested_types
    assert staged.items == engine.match(brief, explain=0).items


def test_everyone_eligible_is_ranked_by_the_models_score(engine, boosters, snapshot, brief):
    answer = engine.match(brief, count=COMPLETE, explain=0)

    rows = eligible_rows(snapshot, brief)
    expected = boosters["rank"].predict(match_features(brief, snapshot, rows)).astype(np.float32)
    order = np.argsort(-expected, kind="stable")
    assert_array_equal(rows_of(snapshot, answer), rows[order])
    assert_array_equal(np.array([item.score for item in answer.items], np.float32), expected[order])
    assert [item.rank for item in answer.items] == list(range(1, len(rows) + 1))
    assert answer.eligible == len(rows)


def test_as_many_are_shown_as_the_brief_wants_unless_another_count_is_asked_for(engine, brief):
    assert len(engine.match(brief).items) == brief.creators_wanted
    assert len(engine.match(brief, count=2).items) == 2


def test_fewer_shown_are_the_first_of_more_shown(engine, brief):
    few, many = engine.match(brief, count=3), engine.match(brief, count=30)

    assert few.items == many.items[:3]


def test_probabilities_and_results_are_the_models(engine, boosters, snapshot, brief):
    answer = engine.match(brief, count=20, explain=0)

    features = match_features(brief, snapshot, rows_of(snapshot, answer))
    for name in ("invite", "accept", "deliver"):
        expected = 1 / (1 + np.exp(-boosters[name].predict(features, raw_score=True)))
        found = [getattr(item, f"p_{name}") for item in answer.items]
        assert_allclose(found, expected, atol=0.01, err_msg=name)
    results = [item.expected_result for item in answer.items]
    assert_allclose(results, boosters["result_gmv"].predict(features), rtol=1e-5)


def test_the_value_of_an_invitation_leaves_out_whether_the_brand_makes_it(engine, brief):
    items = engine.match(brief, count=20, explain=0).items

    assert len(items) == 20
    for item in items:
        assert item.expected_value == pytest.approx(item.p_accept * item.p_deliver * item.expected_result)
        if item.typical_fee is None:
            assert item.value_per_cost is None
        else:
            assert item.value_per_cost == pytest.approx(item.expected_value / item.typical_fee)


def test_the_fee_is_what_the_creator_usually_takes(engine, snapshot, brief):
    answer = engine.match(brief, count=COMPLETE, explain=0)

    fees = snapshot.creators["fee_median"][rows_of(snapshot, answer)]
    assert_array_equal(np.array([item.typical_fee for item in answer.items], np.float64), fees)
    assert np.isnan(fees).any()
    assert not np.isnan(fees).all()


def test_what_no_model_predicts_is_null_and_said(engine, brief):
    answer = engine.match(brief.model_copy(update={"objective": "followers"}))

    assert answer.degraded == ("no model predicts result_followers: what needs it is null",)
    assert all(item.expected_result is item.expected_value is None for item in answer.items)
    assert all(item.p_accept is not None for item in answer.items)


def test_the_parts_of_a_reason_add_up_to_the_difference_from_the_typical_score(engine, brief):
    answer = engine.match(brief, count=COMPLETE, explain=COMPLETE)

    parts = [sum(reason.part for reason in item.reasons) for item in answer.items]
    assert_allclose(parts, [item.score - answer.typical_score for item in answer.items], atol=1e-5)


def test_the_typical_candidate_is_the_median_of_the_eligible(engine, boosters, snapshot, brief):
    answer = engine.match(brief)

    rows = eligible_rows(snapshot, brief)
    typical = typical_candidate(match_features(brief, snapshot, rows))
    assert answer.typical_score == np.float32(boosters["rank"].predict(typical[None]))[0]
    assert answer.typical_of == len(rows)


def test_reasons_cover_every_group_strongest_first_and_the_first_three_have_numbers(engine, brief):
    items = engine.match(brief, count=5).items

    assert len(items) == 5
    for item in items:
        sizes = [abs(reason.part) for reason in item.reasons]
        assert sizes == sorted(sizes, reverse=True)
        assert {reason.group for reason in item.reasons} == set(REASON_GROUPS)
        assert all(len(reason.numbers) <= 2 for reason in item.reasons[:3])
        assert item.reasons[0].numbers
        assert not any(reason.numbers for reason in item.reasons[3:])


def test_the_numbers_of_a_reason_are_the_creators_and_the_typical_ones(engine, snapshot, brief):
    answer = engine.match(brief, count=5)

    features = match_features(brief, snapshot, rows_of(snapshot, answer))
    typical = typical_candidate(match_features(brief, snapshot, eligible_rows(snapshot, brief)))
    places = {name: place for place, name in enumerate(FEATURES)}
    for own, item in zip(features, answer.items, strict=True):
        for reason in item.reasons:
            for number in reason.numbers:
                place = places[number.feature]
                shown = [np.nan if value is None else value for value in (number.value, number.typical)]
                assert_array_equal(shown, [own[place], typical[place]])
                assert FEATURES[number.feature].reason == reason.group
                assert number.effect * reason.part > 0


@pytest.mark.parametrize("explain", [0, 2])
def test_only_as_many_are_explained_as_asked_for(engine, brief, explain):
    answer = engine.match(brief, count=4, explain=explain)

    assert [item.reasons is not None for item in answer.items] == [place < explain for place in range(4)]
    assert (answer.typical_score is None) == (explain == 0)


def test_an_impossible_filter_gives_an_empty_answer_that_names_it(engine, brief):
    filters = {"followers": {"low": 1e15}, "languages": ("en",), "posted_within_days": 30}

    answer = engine.match(Brief.model_validate(brief.model_dump() | {"filters": filters}))

    assert answer.items == ()
    assert answer.eligible == 0
    assert answer.emptied_by == "followers"
    assert [count.left > 0 for count in answer.filters] == [True, True, False, False]


@pytest.mark.parametrize("changes", [{"count": 0}, {"count": -1}, {"explain": -1}])
def test_a_senseless_count_is_refused(engine, brief, changes):
    with pytest.raises(RequestError, match="expected count ≥ 1 and explain ≥ 0, found"):
        engine.match(brief, **changes)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"brand_id": 999_999}, "unknown brand 999999: snapshot-"),
        ({"product_ids": (1,)}, "unknown product 1: snapshot-"),
        ({"market": "QQ"}, "unknown market 'QQ'.*near matches"),
        ({"category": "beauty/hair_cares"}, "unknown category 'beauty/hair_cares'.*beauty/hair_care"),
        ({"target": {"country": {"UK": 1.0}}}, "unknown country 'UK'.*near matches"),
        ({"store_states": ("US-ZZ",)}, "unknown state 'US-ZZ'.*near matches"),
    ],
)
def test_a_brief_that_names_what_the_snapshot_does_not_know_is_refused(engine, brief, changes, match):
    with pytest.raises(RequestError, match=match):
        engine.match(brief.model_copy(update=changes))


def test_a_market_scored_in_blocks_is_ranked_the_same(engine, brief, monkeypatch):
    whole = engine.match(brief, count=COMPLETE)

    monkeypatch.setattr(ranker_module, "BLOCK", 7)

    assert engine.match(brief, count=COMPLETE) == whole


def test_a_cascade_shows_creators_with_the_whole_models_scores(engine, cascaded, snapshot, brief):
    quick = MatchEngine.of(cascaded, snapshot).match(brief, count=12)

    exact = {item.creator_id: item.score for item in engine.match(brief, count=COMPLETE, explain=0).items}
    assert len(quick.items) == 12
    assert [item.score for item in quick.items] == [exact[item.creator_id] for item in quick.items]
    parts = [sum(reason.part for reason in item.reasons) for item in quick.items[:10]]
    assert_allclose(parts, [item.score - quick.typical_score for item in quick.items[:10]], atol=1e-5)


def test_creators_beyond_what_a_cascade_keeps_get_the_whole_models_scores(engine, cascaded, snapshot, brief):
    answer = MatchEngine.of(cascaded, snapshot).match(brief, count=13)

    assert answer.items == engine.match(brief, count=13).items


def test_a_stage_that_does_not_add_up_is_refused(cascaded, snapshot, tmp_path):
    files = {"rank_1.onnx": cascaded.files["rank_2.onnx"]}

    with pytest.raises(BundleError, match="model rank in stages: golden row 0: expected score"):
        MatchEngine.of(rewritten(cascaded, tmp_path, files=files), snapshot)


def test_many_threads_get_the_answers_one_thread_gets(engine, snapshot, brief):
    briefs = [
        brief.model_copy(update={"objective": objective, "budget": budget})
        for objective in ("gmv", "views")
        for budget in (1_000, 100_000, 10_000_000)
    ] * 3
    alone = [engine.match(each) for each in briefs]

    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(engine.match, briefs))

    assert together == alone


def rewritten(bundle, tmp_path, facts=None, files=None):
    """The bundle with other facts or files, under the name that belongs to them."""
    changed = bundle.facts.model_copy(update=facts or {})
    return Bundle.write(tmp_path, changed, {**bundle.files, **(files or {})})


def test_a_corrupt_bundle_or_snapshot_is_not_opened(bundle, snapshot, tmp_path):
    with pytest.raises(BundleError, match="is not a bundle"):
        MatchEngine.open(tmp_path, snapshot.path)
    with pytest.raises(BundleError, match="expected a snapshot, found 'bundle'"):
        MatchEngine.open(bundle.path, bundle.path)


def test_a_bundle_of_another_recipe_is_refused(bundle, snapshot, tmp_path):
    with pytest.raises(BundleError, match="expected a bundle of recipe 'match', found 'feed'"):
        MatchEngine.of(rewritten(bundle, tmp_path, {"recipe": "feed"}), snapshot)


def test_a_bundle_without_a_ranking_model_is_refused(bundle, snapshot, tmp_path):
    models = {name: model for name, model in bundle.facts.models.items() if name != "rank"}
    golden = tuple(
        row.model_copy(update={"scores": {name: row.scores[name] for name in models}})
        for row in bundle.facts.golden
    )

    with pytest.raises(BundleError, match=r"expected a model 'rank', found \['accept'"):
        MatchEngine.of(rewritten(bundle, tmp_path, {"models": models, "golden": golden}), snapshot)


def test_a_probability_without_calibration_is_refused(bundle, snapshot, tmp_path):
    models = bundle.facts.models | {"deliver": Model(graph="deliver.onnx")}

    with pytest.raises(BundleError, match=r"models \['deliver'\] give no probability"):
        MatchEngine.of(rewritten(bundle, tmp_path, {"models": models}), snapshot)


def renamed(bundle, snapshot, names):
    """Both with these feature names."""
    reasons = {name: FEATURES[name].reason if name in FEATURES else "price" for name in names}
    facts = bundle.facts.model_copy(update={"feature_names": names, "reason_groups": reasons})
    given = snapshot.facts.model_copy(update={"feature_names": names})
    return replace(bundle, facts=facts), replace(snapshot, facts=given)


def test_a_bundle_that_needs_a_feature_this_code_lacks_is_refused(bundle, snapshot):
    names = ("shoe_size", *tuple(FEATURES)[1:])

    with pytest.raises(BundleError, match=r"needs features \['shoe_size'\], which this code lacks; retrain"):
        MatchEngine.of(*renamed(bundle, snapshot, names))


def test_a_bundle_without_a_feature_this_code_computes_is_refused(bundle, snapshot):
    with pytest.raises(BundleError, match=r"lacks features \['followers_log'\] .* of this code; retrain it"):
        MatchEngine.of(*renamed(bundle, snapshot, tuple(FEATURES)[1:]))


def test_a_bundle_with_the_features_in_another_order_is_refused(bundle, snapshot):
    first, second, *rest = FEATURES

    with pytest.raises(BundleError, match="has the features in another order"):
        MatchEngine.of(*renamed(bundle, snapshot, (second, first, *rest)))


def test_a_snapshot_with_other_features_than_the_bundle_is_refused(bundle, snapshot):
    _, other = renamed(bundle, snapshot, (*FEATURES, "shoe_size"))

    with pytest.raises(BundleError, match=rf"has features \['shoe_size'\].* of {bundle.name}; take it again"):
        MatchEngine.of(bundle, other)


def test_a_feature_without_a_reason_is_refused(bundle, snapshot, tmp_path):
    reasons = {name: group for name, group in bundle.facts.reason_groups.items() if name != "response_rate"}

    with pytest.raises(BundleError, match=r"features \['response_rate'\] have no reason group"):
        MatchEngine.of(rewritten(bundle, tmp_path, {"reason_groups": reasons}), snapshot)


def test_golden_rows_are_proven_to_the_bit(bundle, snapshot, tmp_path):
    first, *rest = bundle.facts.golden
    score = float(np.nextafter(np.float32(first.scores["accept"]), np.float32(np.inf)))
    golden = (first.model_copy(update={"scores": first.scores | {"accept": score}}), *rest)

    with pytest.raises(BundleError, match=r"model accept: golden row 0: .*\(1 of 9 golden rows differ\)"):
        MatchEngine.of(rewritten(bundle, tmp_path, {"golden": golden}), snapshot)


def test_a_graph_that_scores_otherwise_than_trained_is_refused(bundle, snapshot, tmp_path):
    foreign = rewritten(bundle, tmp_path, files={"rank.onnx": bundle.files["deliver.onnx"]})

    with pytest.raises(BundleError, match="model rank: golden row 0: expected score"):
        MatchEngine.of(foreign, snapshot)


def test_every_model_needs_its_golden_scores(bundle, snapshot, tmp_path):
    golden = tuple(
        row.model_copy(update={"scores": {"rank": row.scores["rank"]}}) for row in bundle.facts.golden
    )

    with pytest.raises(BundleError, match="model accept: golden row 0: expected score"):
        MatchEngine.of(rewritten(bundle, tmp_path, {"golden": golden}), snapshot)


def test_a_bundle_that_proves_nothing_is_refused(bundle, snapshot, tmp_path):
    with pytest.raises(BundleError, match="has no golden rows"):
        MatchEngine.of(rewritten(bundle, tmp_path, {"golden": ()}), snapshot)


@pytest.mark.parametrize("content", [b"", b"a graph", b"\x08\x0a" * 9], ids=["empty", "text", "protobuf"])
def test_bytes_that_are_no_graph_are_refused_by_model_name(bundle, snapshot, tmp_path, content):
    with pytest.raises(BundleError, match="model rank: "):
        MatchEngine.of(rewritten(bundle, tmp_path, files={"rank.onnx": content}), snapshot)


def test_an_answer_needs_no_training_library(bundle, snapshot, brief):
    """In a process of its own, in which they cannot be imported."""
    program = f"""
import sys
sys.modules.update(dict.fromkeys({TRAINING!r}.split()))  # Importing any of these fails from here on.
from pathlib import Path
from recsys.brief import Brief
from serving.matching.engine import MatchEngine
engine = MatchEngine.open(Path({str(bundle.path)!r}), Path({str(snapshot.path)!r}))
answer = engine.match(Brief.model_validate_json({brief.model_dump_json()!r}))
print(len(answer.items))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == f"{brief.creators_wanted}\n"


def test_a_graph_of_a_bundle_runs_with_onnxruntime_and_numpy_alone(bundle):
    """No line of this project: the manifest is JSON, the graph is ONNX, the golden rows say what is right."""
    program = f"""
import json, sys
from pathlib import Path
import numpy as np, onnxruntime
folder = Path({str(bundle.path)!r})
facts = json.loads((folder / "manifest.json").read_text("utf-8"))["facts"]
for name, model in facts["models"].items():
    session = onnxruntime.InferenceSession(folder / model["graph"])
    rows = np.array([row["features"] for row in facts["golden"]], np.float32)
    (scores,) = session.run(["score"], {{"features": rows}})
    assert scores.tolist() == [row["scores"][name] for row in facts["golden"]], name
print(len(facts["models"]), [name for name in ("recsys", "features", "serving") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "5 []\n"


def test_a_reopened_snapshot_answers_the_same(engine, bundle, snapshot, brief):
    assert MatchEngine.of(bundle, Snapshot.open(snapshot.path)).match(brief) == engine.match(brief)
