"""Given creators, scored by the whole model; and one of them in full."""

from dataclasses import replace

import lightgbm
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from features.catalogue import FEATURES
from features.matrix import match_features
from recsys.brief import Brief
from recsys.bundle import Bundle
from recsys.errors import RequestError, UnknownIdError
from serving.matching.engine import MatchEngine
from serving.scorer import Scorer
from training.export.canonical import canonical
from training.export.graph import tree_graph
from training.export.trees import read_trees

NOBODY_HAS = 10**12
STRANGERS = (-7, NOBODY_HAS)


@pytest.fixture(scope="module")
def engine(cascaded, snapshot):
    """One whose match is a cascade, so that a rank that used it would be found out."""
    return MatchEngine.of(cascaded, snapshot)


@pytest.fixture(scope="module")
def ids(snapshot):
    """A hundred creators of any market, in no order."""
    return np.random.default_rng(3).permutation(snapshot.creators.ids)[:100].tolist()


def scores_of(answer):
    return {item.creator_id: item.score for item in answer.items}


def rows_of(snapshot, ids):
    rows, found = snapshot.creators.rows_of(np.array(ids))
    assert found.all()
    return rows


def test_every_given_creator_has_the_whole_models_score(engine, snapshot, brief, ids):
    answer = engine.rank(brief, ids)

    expected = engine.scorers["rank"].exact(match_features(brief, snapshot, rows_of(snapshot, ids)))
    assert scores_of(answer) == dict(zip(ids, expected.tolist(), strict=True))
    assert_array_equal([item.rank for item in answer.items], np.arange(1, 101))
    assert (np.diff([item.score for item in answer.items]) <= 0).all()


def test_some_rows_of_creators_get_the_whole_models_scores_in_their_order(engine, snapshot, brief, ids):
    rows = rows_of(snapshot, ids)

    assert_array_equal(
        engine.score(brief, rows), engine.scorers["rank"].exact(match_features(brief, snapshot, rows))
    )
    assert len(engine.score(brief, rows[:0])) == 0


def test_money_is_in_the_currency_of_the_briefs_market_and_other_fees_are_left_out(
    engine, snapshot, brief, ids
):
    answer = engine.rank(brief, ids, explain=len(ids))

    rows = rows_of(snapshot, [item.creator_id for item in answer.explained])
    foreign = snapshot.creators["market"][rows] != snapshot.facts.markets.index(brief.market)
    fees = np.where(foreign, np.nan, snapshot.creators["fee_median"][rows])
    assert (brief.market, answer.currency) == ("US", "USD")
    assert np.count_nonzero(fees > 0) > 0
    assert 0 < foreign.sum() < 100
    assert_array_equal([item.typical_fee or np.nan for item in answer.explained], fees)
    assert all(
        item.value_per_cost is None for item, is_so in zip(answer.explained, foreign, strict=True) if is_so
    )
    assert answer.degraded == (
        f"{foreign.sum()} of 100 creators take fees in another currency: these are left out",
    )
    assert {engine.match(brief).currency, engine.explain(brief, ids[0]).currency} == {"USD"}


def test_the_answer_names_what_made_it(engine, snapshot, brief, ids):
    answer = engine.rank(brief, ids)

    assert (answer.bundle, answer.snapshot) == (engine.bundle.name, snapshot.name)
    assert (answer.as_of, answer.objective, answer.source) == (snapshot.facts.as_of, "gmv", "given")
    assert (answer.unknown, answer.degraded, answer.explained) == ((), (), ())


@pytest.fixture(scope="module")
def coarse(matrix):
    """A model of one split: nearly all scores are equal."""
    settings = {"objective": "regression", "num_leaves": 2, "num_threads": 1, "verbosity": -1}
    data = lightgbm.Dataset(matrix, np.nan_to_num(matrix[:, 0]), feature_name=list(FEATURES))
    booster = canonical(lightgbm.train(settings, data, 1))
    return Scorer.open(tree_graph(read_trees(booster), "rank"), tuple(FEATURES))


def test_equal_scores_keep_the_order_of_the_request(engine, snapshot, brief, coarse):
    ids = snapshot.creators.ids[::-1].tolist()
    answer = replace(engine, scorers={**engine.scorers, "rank": coarse}).rank(brief, ids)

    scores = scores_of(answer)
    assert len(set(scores.values())) == 2
    assert [item.creator_id for item in answer.items] == sorted(ids, key=lambda each: -scores[each])


def test_filters_do_not_apply_to_given_creators(engine, brief, ids):
    nobody = Brief.model_validate(brief.model_dump() | {"filters": {"followers": {"low": 1e15}}})

    assert engine.match(nobody).items == ()
    assert scores_of(engine.rank(nobody, ids)) == scores_of(engine.rank(brief, ids))


def test_unknown_creators_are_listed_and_the_others_ranked(engine, brief, ids):
    answer = engine.rank(brief, [STRANGERS[0], *ids, STRANGERS[1]])

    assert answer.unknown == STRANGERS
    assert answer.degraded == ("2 of 102 creators are unknown, and not scored",)
    assert answer.items == engine.rank(brief, ids).items


def test_nobody_known_is_an_empty_answer_but_an_unknown_brief_is_refused(engine, brief):
    assert engine.rank(brief, STRANGERS, explain=3).items == ()
    with pytest.raises(RequestError, match="unknown market 'XX'"):
        engine.rank(brief.model_copy(update={"market": "XX"}), STRANGERS)


def test_a_creator_given_twice_is_refused(engine, brief, ids):
    with pytest.raises(RequestError, match=f"every creator once, found some twice, such as {ids[4]}$"):
        engine.rank(brief, [*ids, ids[4]])


def test_the_first_are_explained_against_the_typical_given_creator(engine, brief, ids):
    answer = engine.rank(brief, ids, explain=2)

    assert [item.rank for item in answer.explained] == [1, 2]
    assert answer.typical_of == 100
    for item, explained in zip(answer.items, answer.explained, strict=False):
        assert (explained.creator_id, explained.score) == (item.creator_id, item.score)
        parts = sum(reason.part for reason in explained.reasons)
        assert_allclose(parts, item.score - answer.typical_score, atol=1e-6)


def test_the_brief_says_which_filters_a_creator_passes(engine, snapshot, brief):
    filters = {"followers": {"low": 20_000}, "has_ecommerce": True}
    asked = Brief.model_validate(brief.model_dump() | {"filters": filters})
    creators = snapshot.creators
    for row, creator_id in enumerate(creators.ids[:20].tolist()):
        answer = engine.explain(asked, creator_id)

        passed = {check.filter: check.passes for check in answer.filters}
        assert passed == {
            "market": snapshot.facts.markets[creators["market"][row]] == asked.market,
            "has_ecommerce": bool(creators["has_ecommerce"][row]),
            "followers": creators["followers"][row] >= 20_000,
        }
        assert answer.eligible == all(passed.values())


def test_an_explanation_agrees_with_the_ranking(engine, brief):
    ranked = engine.match(brief, count=12, explain=12)
    everyone = [item.score for item in engine.match(brief, count=10_000, explain=0).items]
    for item in ranked.items:
        answer = engine.explain(brief, item.creator_id)

        assert answer.eligible
        assert dict(answer.creator) == {name: value for name, value in item if name not in {"rank", "source"}}
        assert (answer.typical_score, answer.typical_of) == (ranked.typical_score, ranked.typical_of)
        assert answer.scored_of == len(everyone) - 1
        assert answer.scores_above == sum(score < item.score for score in everyone) / answer.scored_of


def test_without_anybody_eligible_there_is_nobody_to_compare_with(engine, brief, ids):
    nobody = Brief.model_validate(brief.model_dump() | {"filters": {"followers": {"low": 1e15}}})
    answer = engine.explain(nobody, ids[0])

    assert (answer.typical_score, answer.typical_of, answer.scores_above, answer.scored_of) == (
        None,
        0,
        None,
        0,
    )
    assert answer.creator.reasons is None
    assert answer.creator.p_accept is not None
    assert answer.degraded[0].startswith("nobody passes the filters")


def test_an_unknown_creator_cannot_be_explained(engine, brief):
    with pytest.raises(UnknownIdError, match=f"unknown creator {NOBODY_HAS}"):
        engine.explain(brief, NOBODY_HAS)


def test_what_the_bundle_does_not_predict_is_named(bundle, snapshot, brief, ids, tmp_path):
    models = {name: model for name, model in bundle.facts.models.items() if name != "accept"}
    golden = tuple(
        row.model_copy(update={"scores": {name: row.scores[name] for name in models}})
        for row in bundle.facts.golden
    )
    facts = bundle.facts.model_copy(update={"models": models, "golden": golden})
    files = {name: content for name, content in bundle.files.items() if name != "accept.onnx"}
    answer = MatchEngine.of(Bundle.write(tmp_path, facts, files), snapshot).rank(brief, ids, explain=1)

    assert answer.degraded == ("no model predicts accept: what needs it is null",)
    assert answer.explained[0].p_accept is None
