"""Look-alikes (R22): the most alike first, never the creator itself, and filters apply."""

import numpy as np
import pytest

from features.look_alikes import LookAlikeWeights, parts, score
from recsys.creator_filter import CreatorFilter
from recsys.errors import RequestError
from serving.creators import similar as similar_module
from serving.creators.engine import CreatorEngine
from serving.creators.similar import most_alike

NAN = float("nan")
WEIGHTS = LookAlikeWeights()


@pytest.fixture(scope="module")
def engine(make_snapshot):
    return CreatorEngine(make_snapshot())


def test_the_most_alike_come_first_and_the_creator_itself_does_not(engine):
    answer = engine.similar(150, count=60)

    scores = [item.score for item in answer.items]
    assert 150 not in [item.creator_id for item in answer.items]
    assert scores == sorted(scores, reverse=True)
    assert [item.place for item in answer.items] == list(range(1, len(scores) + 1))
    assert answer.compared == len(answer.items) <= 59


def test_scores_are_those_of_everyone_compared_at_once(engine):
    answer = engine.similar(150, count=60)

    everyone = score(parts(engine.snapshot, 5, np.arange(60), WEIGHTS), WEIGHTS)
    rows, _ = engine.snapshot.creators.rows_of(np.array([item.creator_id for item in answer.items]))
    np.testing.assert_allclose([item.score for item in answer.items], everyone[rows], rtol=1e-12)


def test_comparing_in_small_blocks_changes_nothing(engine, monkeypatch):
    whole = engine.similar(150)

    monkeypatch.setattr(similar_module, "BLOCK", 7)

    assert engine.similar(150) == whole


def test_a_twin_is_alike_in_every_part(make_snapshot):
    once = make_snapshot(3, seed=4).creators.values
    twins = {name: np.concatenate([values[:1], values[:1], values[2:]]) for name, values in once.items()}
    for name in ("category_mix", "type_mix", "audience_gender"):
        twins[name] = np.nan_to_num(twins[name], nan=0.5)
    twins["followers"] = np.array([5.0, 5.0, 5.0])

    first = CreatorEngine(make_snapshot(3, **twins)).similar(100).items[0]

    assert first.creator_id == 110
    assert first.score == pytest.approx(1)
    assert first.phrase == "content 1.00, audience 1.00, sales 1.00, tier 1.00"


def test_filters_and_market_apply(engine):
    answer = engine.similar(150, 60, CreatorFilter(followers={"low": 4}), market="US")

    creators = engine.snapshot.creators
    allowed = creators.ids[(creators["followers"] >= 4) & (creators["market"] == 1)]
    assert {item.creator_id for item in answer.items} <= set(allowed.tolist()) - {150}
    assert answer.items
    assert [count.filter for count in answer.filters] == ["market", "followers"]


def test_an_unmeasured_part_is_named_and_left_out(make_snapshot):
    unmeasured = {f"audience_{name}": np.full((9, width), NAN) for name, width in
                  {"country": 3, "state": 3, "gender": 2, "age": 3, "device": 2}.items()}  # fmt: skip
    answer = CreatorEngine(make_snapshot(9, **unmeasured)).similar(100)

    assert answer.degraded == ("audience of the creator was not measured: left out",)
    assert {item.parts["audience"] for item in answer.items} == {None}
    assert "audience not measured" in answer.items[0].phrase


def test_equal_scores_are_in_order_of_id(make_snapshot):
    columns = make_snapshot(1, seed=8).creators.values
    clones = {name: np.repeat(values, 5, axis=0) for name, values in columns.items()}
    clones["category_mix"] = np.full((5, 3), 1 / 3, np.float32)
    clones["followers"] = np.full(5, 4.0)

    items = CreatorEngine(make_snapshot(5, **clones)).similar(120).items

    assert [item.creator_id for item in items] == [100, 110, 130, 140]


def test_weights_are_configuration(engine):
    by_tier = engine.similar(150, 60, weights=LookAlikeWeights(content=0, audience=0, sales=0, tier=1))

    assert all(item.score == item.parts["tier"] for item in by_tier.items)


def test_a_filter_that_leaves_nobody_is_an_answer(engine):
    answer = engine.similar(150, filters=CreatorFilter(followers={"low": 10**9}))

    assert (answer.items, answer.compared) == ((), 0)


def test_a_creator_alone_has_no_look_alikes(make_snapshot):
    assert most_alike(make_snapshot(1), 0, np.array([0]), 5, WEIGHTS) == ((), 0)


def test_what_cannot_be_answered_is_refused(engine):
    with pytest.raises(RequestError, match="expected count ≥ 1, found 0"):
        engine.similar(150, 0)
    with pytest.raises(RequestError, match="unknown creator 1:"):
        engine.similar(1)
