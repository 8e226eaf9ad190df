"""Matching in a large market by its first stage: what it may leave out, must not, and what it says."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from typer.testing import CliRunner

from features.briefs import brand_row
from features.first_stage import FirstStageConfig, Proposer, built
from features.first_stage.briefs import made_briefs
from features.matrix import match_features
from recsys.cli import app
from recsys.creator_filter import CreatorFilter, Range
from recsys.errors import BundleError
from recsys.release import Release
from serving.engine import Engine
from serving.matching import proposing
from serving.matching.engine import MatchEngine
from serving.requests import MatchRequest

SCORED = 24
SMALL = FirstStageConfig(scored=SCORED, candidates=24, anchors=12, factors=8, sample=60)


@pytest.fixture(scope="session")
def first_stage(bundle, snapshot, tmp_path_factory):
    """Of the small world's markets, all of which are larger than two dozen."""
    score = MatchEngine.of(bundle, snapshot).scorers["rank"].exact
    made = built(score, bundle.name, snapshot, SMALL, lambda _: None)
    return made.write(tmp_path_factory.mktemp("indexes"))


@pytest.fixture(scope="session")
def quick(bundle, snapshot, first_stage):
    return MatchEngine.of(bundle, snapshot, first_stage)


@pytest.fixture(scope="session")
def whole(bundle, snapshot):
    return MatchEngine.of(bundle, snapshot)


def few(brief, **filters):
    """The brief with other filters."""
    return brief.model_copy(update={"filters": CreatorFilter(**filters)})


def scores_of(answer):
    return {item.creator_id: item.score for item in answer.items}


def test_only_as_many_as_the_index_says_are_ranked_and_with_the_rankers_own_scores(quick, whole, brief):
    answer, everyone = quick.match(brief, 1, 0), whole.match(brief, 10_000, 0)

    assert (answer.ranked, everyone.ranked) == (SCORED, everyone.eligible)
    assert answer.eligible == everyone.eligible > SCORED
    assert scores_of(answer).items() <= scores_of(everyone).items()
    assert {item.source for item in answer.items} <= {"first_stage", "history"}
    assert {item.source for item in everyone.items} == {"everyone"}


def test_most_of_the_best_are_found(quick, whole, snapshot, brief):
    best, found = [], []
    for asked in made_briefs(snapshot, brief.market, 12, seed=99):
        best += [item.creator_id for item in whole.match(asked, 1, 0).items]
        found += [item.creator_id for item in quick.match(asked, 1, 0).items]

    assert np.mean(np.array(best) == np.array(found)) > 0.8


def test_no_more_eligible_than_are_ranked_gives_the_answer_without_an_index(quick, whole, snapshot, brief):
    rows = np.flatnonzero(snapshot.creators["market"] == snapshot.facts.markets.index(brief.market))
    ordered = np.sort(snapshot.creators["followers"][rows])
    asked = few(brief, followers=Range(low=float(ordered[-SCORED])))

    assert quick.match(asked, 1) == whole.match(asked, 1)
    assert quick.match(asked, 1).eligible == SCORED


def test_where_many_are_wanted_more_are_ranked(quick, whole, brief):
    assert quick.match(brief, 2, 0).ranked == 40
    assert quick.match(brief, 40, 0) == whole.match(brief, 40, 0)


def test_who_does_not_pass_is_not_proposed(quick, snapshot, brief):
    shown = quick.match(brief, 1, 0)
    blocked = tuple(item.creator_id for item in shown.items)
    asked = few(brief, blocked_creators=blocked, has_ecommerce=True)

    answer = quick.match(asked, 1, 0)

    rows, _ = snapshot.creators.rows_of(np.array([item.creator_id for item in answer.items]))
    assert answer.ranked == SCORED
    assert answer.items
    assert not set(blocked) & {item.creator_id for item in answer.items}
    assert snapshot.creators["has_ecommerce"][rows].all()


def test_a_few_who_met_the_brand_are_always_ranked(quick, snapshot, first_stage, brief):
    rows = np.flatnonzero(snapshot.creators["market"] == snapshot.facts.markets.index(brief.market))
    brand = brand_row(brief, snapshot)
    own = np.flatnonzero(np.isin(snapshot.pairs.ids, snapshot.pair_keys(brand, rows)))[:5]
    few_met = replace(snapshot, pairs=snapshot.pairs.take(own))

    def score(asked):
        return quick.scorers["rank"].exact(match_features(brief, few_met, asked))

    found = Proposer(first_stage, few_met).propose(brief, rows, 1, score)

    met = few_met.pairs.ids - brand * len(snapshot.creators)
    assert len(met) == 5
    assert_array_equal(found.rows[found.met], met)
    assert len(found.rows) == SCORED


def test_items_say_that_they_met_the_brand(quick, snapshot, brief):
    met = snapshot.pairs.ids - brand_row(brief, snapshot) * len(snapshot.creators)

    for item in quick.match(brief, 1, 0).items:
        (row,), _ = snapshot.creators.rows_of(np.array([item.creator_id]))
        assert item.source == ("history" if row in met else "first_stage")


def test_an_answer_that_had_to_rank_many_says_so(whole, quick, brief, monkeypatch):
    assert whole.match(brief, 1, 0).degraded == ()

    monkeypatch.setattr(proposing, "MANY", 10)

    (lack,) = whole.match(brief, 1, 0).degraded
    assert lack.startswith(f"no first stage for market {brief.market}: all ")
    assert quick.match(brief, 1, 0).degraded == ()


def test_an_index_of_another_pair_is_refused(cascaded, bundle, snapshot, first_stage):
    with pytest.raises(BundleError, match=f"was made with {bundle.name} on {snapshot.name}, found"):
        MatchEngine.of(cascaded, snapshot, first_stage)
    with pytest.raises(BundleError, match=f"was made with {bundle.name} on {snapshot.name}, found"):
        MatchEngine.of(bundle, replace(snapshot, path=None), first_stage)


def test_a_release_serves_its_index_and_refuses_a_corrupt_one(bundle, snapshot, first_stage, brief, tmp_path):
    release = Release(snapshot=snapshot.path, match=bundle.path, index=first_stage.path)

    assert Engine.open(release).match(MatchRequest(brief=brief, count=1)).ranked == SCORED

    broken = tmp_path / first_stage.name
    shutil.copytree(first_stage.path, broken)
    content = bytearray((broken / "factors.npy").read_bytes())
    content[200] ^= 4
    (broken / "factors.npy").write_bytes(content)
    with pytest.raises(BundleError, match="expected sha256"):
        Engine.open(release.model_copy(update={"index": broken}))


def test_an_engine_with_another_index_is_not_taken_over(bundle, snapshot, first_stage, brief):
    with_index = Release(snapshot=snapshot.path, match=bundle.path, index=first_stage.path)
    before = Engine.open(with_index)

    assert Engine.open(with_index, before).matching is before.matching
    without = Engine.open(with_index.model_copy(update={"index": None}), before)
    assert without.match(MatchRequest(brief=brief, count=1)).items[0].source == "everyone"


def test_the_index_is_the_same_on_more_threads_and_whatever_was_met(bundle, snapshot, first_stage, quick):
    strangers = snapshot.pairs.take(slice(0))
    alone = replace(snapshot, pairs=strangers)

    again = built(quick.scorers["rank"].exact, bundle.name, alone, SMALL, lambda _: None, threads=2)

    assert_array_equal(again.factors, first_stage.factors)


def test_the_command_learns_and_matches_with_an_index(bundle, snapshot, brief, tmp_path):
    run = CliRunner(env={"COLUMNS": "200"})
    pair = ["--bundle", str(bundle.path), "--snapshot", str(snapshot.path)]
    sizes = ["--scored", "24", "--anchors", "12", "--factors", "8", "--threads", "1"]

    learnt = run.invoke(app, ["index", *pair, "--out", str(tmp_path), *sizes, "--json"])
    facts = json.loads(learnt.stdout)
    (tmp_path / "brief.yaml").write_text(brief.model_dump_json())
    asked = ["--brief", str(tmp_path / "brief.yaml"), "--count", "1", "--no-explain", "--json"]
    matched = run.invoke(app, ["match", *pair, "--index", facts["path"], *asked])
    shown = run.invoke(app, ["match", *pair, "--index", facts["path"], *asked[:-1]])

    assert facts["bundle"] == bundle.name
    assert "→ ranked 24" in shown.stdout
    assert sum(facts["creators"].values()) == len(snapshot.creators)
    assert json.loads(matched.stdout)["ranked"] == 24


def test_the_command_refuses_settings_that_cannot_be_followed(bundle, snapshot, tmp_path):
    pair = ["--bundle", str(bundle.path), "--snapshot", str(snapshot.path), "--out", str(tmp_path)]

    refused = CliRunner().invoke(app, ["index", *pair, "--factors", "60"])

    assert refused.exit_code == 2
    assert "factors ≤ anchors ≤ candidates" in refused.stderr


def test_made_briefs_ask_for_what_the_market_has_and_are_the_same_for_a_seed(snapshot, brief):
    made = made_briefs(snapshot, brief.market, 30, seed=1)

    assert made == made_briefs(snapshot, brief.market, 30, seed=1)
    assert made != made_briefs(snapshot, brief.market, 30, seed=2)
    assert {each.market for each in made} == {brief.market}
    assert len({each.objective for each in made}) == 4
    assert any(each.target for each in made)
    for each in made:
        match_features(each, snapshot, np.arange(2))  # Refuses what the snapshot does not know.


def test_a_market_without_products_has_no_briefs_and_no_part_of_the_index(bundle, snapshot, quick, brief):
    sold_out = replace(snapshot, products=snapshot.products.take(slice(0)))

    assert made_briefs(sold_out, brief.market, 5, seed=1) == []
    index = built(quick.scorers["rank"].exact, bundle.name, sold_out, SMALL, lambda _: None)
    assert index.facts.markets == {}
    assert index.places.tolist() == [-1] * len(snapshot.creators)
