import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from recsys.reranking.facts import ItemFacts
from recsys.reranking.mmr import MmrConfig
from recsys.stages import Candidates

EAST, NORTH, WEST = (1, 0), (0, 1), (-1, 0)


def mmr(*vectors, **settings):
    return MmrConfig(**settings).build(ItemFacts(vectors=np.array(vectors, np.float32)))


def by_definition(scores, vectors, trade_off):
    """MMR read off the paper: every candidate left is compared with every item chosen."""
    relevance = [(score - min(scores)) / (max(scores) - min(scores)) for score in scores]
    chosen, left = [], list(range(len(scores)))

    def cosine(a, b):
        a, b = np.array(vectors[a], float), np.array(vectors[b], float)
        return float(a @ b / np.sqrt((a @ a) * (b @ b)))

    def gain(candidate):
        alike = max((cosine(candidate, above) for above in chosen), default=0)
        return trade_off * relevance[candidate] - (1 - trade_off) * alike

    while left:
        gains = [round(gain(candidate), 8) for candidate in left]
        chosen.append(left.pop(gains.index(max(gains))))
    return chosen


def test_a_copy_of_the_first_gives_way_to_something_else(ranked, order):
    reranker = mmr(EAST, EAST, NORTH, trade_off=0.5)

    assert order(reranker, ranked(1, 0.9, 0.6)) == [0, 2, 1]


def test_the_trade_off_by_hand(ranked, order):
    # Relevance 1, .8, 0. After item 0: item 1 gains .8 λ - (1 - λ), item 2 gains 0: even at λ = 1 / 1.8.
    candidates = ranked(3, 2.6, 1)

    assert order(mmr(EAST, EAST, NORTH, trade_off=0.56), candidates) == [0, 1, 2]
    assert order(mmr(EAST, EAST, NORTH, trade_off=0.55), candidates) == [0, 2, 1]


def test_an_opposite_item_is_more_different_than_an_unrelated_one(ranked, order):
    assert order(mmr(EAST, NORTH, WEST, trade_off=0.3), ranked(2, 1, 1)) == [0, 2, 1]


def test_the_nearest_of_the_items_above_counts_not_their_mean(ranked, order):
    # Item 3 copies item 1, item 2 is .71 like 0 and 1. By the mean of cosines 3 (.5) would come before 2.
    reranker = mmr(EAST, NORTH, (1, 1), NORTH, trade_off=0)

    assert order(reranker, ranked(4, 3, 2, 2)) == [0, 1, 2, 3]


def test_variety_alone_starts_with_the_first_candidate(ranked, order):
    assert order(mmr(EAST, EAST, WEST, trade_off=0), ranked(1, 1, 1)) == [0, 2, 1]


@pytest.mark.parametrize("unknown", [(0, 0), (np.nan, 1)])
def test_an_item_without_a_vector_is_like_no_other(ranked, order, unknown):
    reranker = mmr(EAST, unknown, unknown, EAST, trade_off=0.5)

    assert order(reranker, ranked(4, 3, 3, 3)) == [0, 1, 2, 3]


def test_the_length_of_a_vector_does_not_count(ranked, order):
    short, long = mmr(EAST, (0.1, 0), NORTH, trade_off=0.5), mmr(EAST, (9, 0), (0, 5), trade_off=0.5)

    assert order(short, ranked(3, 2.9, 1)) == order(long, ranked(3, 2.9, 1))


@pytest.mark.parametrize("seed", range(10))
def test_copies_of_one_vector_keep_their_order_wherever_they_stand(ranked, order, seed):
    first, copied = np.random.default_rng(seed).normal(size=(2, 32))

    assert order(mmr(first, *[copied] * 26), ranked(2, *[1] * 26)) == list(range(27))


def test_behind_the_count_candidates_keep_their_order(ranked, order):
    reranker = mmr(EAST, EAST, EAST, NORTH, trade_off=0.1, count=2)

    assert order(reranker, ranked(4, 3, 2, 1)) == [0, 3, 1, 2]


def test_vectors_are_found_by_item_not_by_place(order):
    reranker = mmr(EAST, EAST, NORTH, EAST, trade_off=0.5)
    candidates = Candidates(np.array([3, 1, 2]), np.array([3, 2.5, 1.2], np.float32))

    assert order(reranker, candidates) == [3, 2, 1]


@given(
    scores=st.lists(st.floats(-4, 4).map(lambda x: round(x, 2)), min_size=2, max_size=9, unique=True),
    trade_off=st.sampled_from([0, 0.3, 0.62, 1]),
    seed=st.integers(0, 100),
)
def test_it_is_the_paper_s_definition(scores, trade_off, seed):
    ranked_scores = np.array(sorted(scores, reverse=True), np.float32)
    vectors = np.random.default_rng(seed).normal(size=(len(scores), 3)).astype(np.float32)

    after = mmr(*vectors, trade_off=trade_off).rerank(None, Candidates(np.arange(len(scores)), ranked_scores))

    assert after.items.tolist() == by_definition(ranked_scores.astype(float), vectors, trade_off)


@pytest.mark.parametrize("trade_off", [-0.1, 1.1])
def test_the_trade_off_is_a_share(trade_off):
    with pytest.raises(ValidationError, match="trade_off"):
        MmrConfig(trade_off=trade_off)
