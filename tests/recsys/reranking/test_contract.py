"""Every re-ranker of the union keeps the same promises."""

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from pydantic import TypeAdapter, ValidationError

from recsys.errors import ConfigError
from recsys.reranking import RerankerConfig, build_all
from recsys.reranking.exploration import KeyedQuery
from recsys.reranking.facts import ItemFacts
from recsys.stages import Candidates, Reranker, recommend

ITEMS = 40
MEMBERS = {config.model_fields["kind"].default: config for config in get_args(get_args(RerankerConfig)[0])}
SETTINGS: dict[str, dict[str, Any]] = {
    "seen": {"kept_per_showing": 0.5},
    "freshness": {"half_life_days": 5, "strength": 0.9},
    "mmr": {"trade_off": 0.4, "count": 6},
    "caps": {"at_most": {"creator": 2, "category": 5}},
    "exploration": {"epsilon": 0.5, "depth": 12},
}
NEUTRAL: dict[str, dict[str, Any]] = {
    "seen": {"kept_per_showing": 1},
    "freshness": {"strength": 0},
    "mmr": {"trade_off": 1},
    "caps": {"at_most": {}},
    "exploration": {"epsilon": 0},
}
NEEDS = {"seen": "times_shown", "freshness": "age_days", "mmr": "vectors", "caps": "creator"}
KEEP_SCORES = ["mmr", "caps", "exploration"]
IDEMPOTENT = ["mmr", "caps"]
"""A discount is taken each time it is asked for, and chance is tossed again."""
EVERY_KIND = pytest.mark.parametrize("kind", sorted(MEMBERS))


class Proposer:
    """Retrieves and ranks what it was given."""

    def __init__(self, candidates: Candidates) -> None:
        self.candidates = candidates

    def retrieve(self, query: object) -> Candidates:
        return self.candidates

    def rank(self, query: object, candidates: Candidates) -> Candidates:
        return candidates


def build(kind: str, settings: dict[str, Any], facts: ItemFacts) -> Reranker[KeyedQuery]:
    return TypeAdapter(RerankerConfig).validate_python({"kind": kind, **settings}).build(facts)


def facts_of(seed: int) -> ItemFacts:
    """Facts with repeats and gaps: equal and missing vectors, no group, unknown age, never shown."""
    rng = np.random.default_rng(seed)
    vectors = rng.integers(-1, 2, (ITEMS, 2)).astype(np.float32)
    age_days = rng.integers(0, 90, ITEMS).astype(np.float64)
    age_days[::7] = np.nan
    times_shown = np.maximum(rng.integers(-2, 4, ITEMS), 0)
    days_since_shown = np.where(times_shown > 0, rng.integers(0, 60, ITEMS), np.nan)
    groups = {"creator": rng.integers(-1, 6, ITEMS), "category": rng.integers(0, 3, ITEMS)}
    return ItemFacts(vectors, groups, age_days, times_shown, days_since_shown)


@st.composite
def rankings(draw: st.DrawFn) -> Candidates:
    """Different items, best first, many with equal scores."""
    items = draw(st.lists(st.integers(0, ITEMS - 1), unique=True, max_size=25))
    drawn = draw(
        st.lists(st.sampled_from([-3.0, -0.5, 0.0, 0.25, 7.0]), min_size=len(items), max_size=len(items))
    )
    sources = tuple(f"source {item}" for item in items)
    return Candidates(np.array(items, np.int64), np.array(drawn, np.float32), sources).top(len(items))


SEEDS = st.integers(0, 50)


def test_settings_of_this_suite_cover_the_whole_union():
    assert SETTINGS.keys() == NEUTRAL.keys() == MEMBERS.keys()


@EVERY_KIND
@given(candidates=rankings(), seed=SEEDS)
def test_no_item_is_added_and_none_is_lost_or_repeated(ask, kind, candidates, seed):
    after = build(kind, SETTINGS[kind], facts_of(seed)).rerank(ask(), candidates)

    assert_array_equal(np.sort(after.items), np.sort(candidates.items))
    assert after.items.dtype == np.int64


@EVERY_KIND
@given(candidates=rankings(), seed=SEEDS)
def test_sources_stay_with_their_items(ask, kind, candidates, seed):
    after = build(kind, SETTINGS[kind], facts_of(seed)).rerank(ask(), candidates)

    assert after.sources == tuple(f"source {item}" for item in after.items)


@pytest.mark.parametrize("kind", KEEP_SCORES)
@given(candidates=rankings(), seed=SEEDS)
def test_what_only_moves_candidates_leaves_them_their_scores(ask, kind, candidates, seed):
    after = build(kind, SETTINGS[kind], facts_of(seed)).rerank(ask(), candidates)

    scores = dict(zip(candidates.items.tolist(), candidates.scores.tolist(), strict=True))
    assert after.scores.tolist() == [scores[item] for item in after.items.tolist()]


@pytest.mark.parametrize("kind", sorted(MEMBERS.keys() - KEEP_SCORES))
@given(candidates=rankings(), seed=SEEDS)
def test_a_discount_stays_between_the_score_and_the_lowest_and_sorts_by_what_is_left(
    ask, kind, candidates, seed
):
    after = build(kind, SETTINGS[kind], facts_of(seed)).rerank(ask(), candidates)

    before = dict(zip(candidates.items.tolist(), candidates.scores.tolist(), strict=True))
    assert all(s <= before[i] for i, s in zip(after.items.tolist(), after.scores.tolist(), strict=True))
    assert (after.scores >= candidates.scores.min(initial=np.inf)).all()
    assert (np.diff(after.scores) <= 0).all()
    assert after.scores.dtype == np.float32


@EVERY_KIND
@given(candidates=rankings(), seed=SEEDS)
def test_the_same_request_gets_the_same_answer(ask, kind, candidates, seed):
    first, second = (build(kind, SETTINGS[kind], facts_of(seed)).rerank(ask(), candidates) for _ in range(2))

    assert_array_equal(first.items, second.items)
    assert_array_equal(first.scores, second.scores)


@EVERY_KIND
def test_nothing_in_nothing_out(ask, kind):
    nothing = Candidates(np.empty(0, np.int64), np.empty(0, np.float32))

    after = build(kind, SETTINGS[kind], facts_of(0)).rerank(ask(), nothing)

    assert after.items.shape == after.scores.shape == (0,)


@EVERY_KIND
@given(candidates=rankings(), seed=SEEDS)
def test_a_neutral_setting_changes_nothing(ask, kind, candidates, seed):
    after = build(kind, NEUTRAL[kind], facts_of(seed)).rerank(ask(), candidates)

    assert_array_equal(after.items, candidates.items)
    assert_array_equal(after.scores, candidates.scores)


@pytest.mark.parametrize("kind", IDEMPOTENT)
@given(candidates=rankings(), seed=SEEDS)
def test_a_second_time_changes_nothing_more(ask, kind, candidates, seed):
    reranker = build(kind, SETTINGS[kind], facts_of(seed))

    once = reranker.rerank(ask(), candidates)

    assert_array_equal(reranker.rerank(ask(), once).items, once.items)


@EVERY_KIND
def test_the_candidates_and_facts_given_are_left_as_they_were(ask, kind):
    facts, items = facts_of(3), np.arange(20)
    scores = np.arange(20, 0, -1).astype(np.float32)

    build(kind, SETTINGS[kind], facts).rerank(ask(), Candidates(items, scores))

    assert_array_equal(items, np.arange(20))
    assert_array_equal(scores, np.arange(20, 0, -1))
    assert_array_equal(facts.age_days, facts_of(3).age_days)
    assert_array_equal(facts.vectors, facts_of(3).vectors)


@EVERY_KIND
def test_the_setting_of_this_suite_does_something(ask, kind):
    candidates = Candidates(np.arange(ITEMS), np.linspace(1, 0, ITEMS, dtype=np.float32))

    after = build(kind, SETTINGS[kind], facts_of(3)).rerank(ask(), candidates)

    assert after.items.tolist() != candidates.items.tolist()


@pytest.mark.parametrize("kind", sorted(NEEDS))
def test_facts_that_lack_what_is_needed_are_refused_when_the_reranker_is_built(kind):
    with pytest.raises(ConfigError, match=f"{kind}.*{NEEDS[kind]}"):
        build(kind, SETTINGS[kind], ItemFacts())


@EVERY_KIND
def test_every_setting_is_checked(kind):
    with pytest.raises(ValidationError, match="misspelt"):
        build(kind, {**SETTINGS[kind], "misspelt": 1}, facts_of(0))


def test_all_of_them_in_a_row_make_a_slate(ask):
    candidates = Candidates(np.arange(ITEMS), np.linspace(1, 0, ITEMS, dtype=np.float32))
    configs = [MEMBERS[kind](**SETTINGS[kind]) for kind in MEMBERS]

    slate = recommend(ask(), Proposer(candidates), Proposer(candidates), build_all(configs, facts_of(1)), 10)

    assert len(set(slate.items.tolist())) == 10
