import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from recsys.errors import ConfigError
from recsys.reranking.caps import CapsConfig
from recsys.reranking.facts import ItemFacts
from recsys.stages import Candidates


def caps(at_most, over_cap="behind", **groups):
    facts = ItemFacts(groups={name: np.array(column) for name, column in groups.items()})
    return CapsConfig(at_most=at_most, over_cap=over_cap).build(facts)


def test_what_is_over_the_cap_moves_behind_in_its_order(ranked, order):
    reranker = caps({"creator": 1}, creator=[7, 7, 8, 7, 9])

    assert order(reranker, ranked(5, 4, 3, 2, 1)) == [0, 2, 4, 1, 3]


def test_what_is_over_the_cap_can_be_dropped(ranked, order):
    reranker = caps({"creator": 1}, "dropped", creator=[7, 7, 8, 7, 9])

    assert order(reranker, ranked(5, 4, 3, 2, 1)) == [0, 2, 4]


def test_how_many_are_over_is_told(ranked):
    over = caps({"creator": 2}, creator=[7, 7, 7, 8, 7]).over(ranked(5, 4, 3, 2, 1))

    assert_array_equal(over, [False, False, True, False, True])
    assert over.sum() == 2


def test_an_item_over_one_cap_uses_no_room_in_its_other_groups(ranked, order):
    # Item 1 is over the creator's cap, so item 2 is the first of category 5 that stays.
    reranker = caps({"creator": 1, "category": 1}, "dropped", creator=[1, 1, 2], category=[4, 5, 5])

    assert order(reranker, ranked(3, 2, 1)) == [0, 2]


def test_the_same_number_in_two_groupings_is_not_the_same_group(ranked, order):
    reranker = caps({"creator": 1, "brand": 1}, "dropped", creator=[1, 2], brand=[2, 1])

    assert order(reranker, ranked(2, 1)) == [0, 1]


def test_items_in_no_group_have_no_cap(ranked, order):
    assert order(caps({"brand": 1}, "dropped", brand=[-1, -1, -1]), ranked(3, 2, 1)) == [0, 1, 2]


def test_groupings_without_a_cap_do_not_count(ranked, order):
    assert order(caps({"brand": 1}, brand=[1, 2], creator=[5, 5]), ranked(2, 1)) == [0, 1]


def test_an_unknown_grouping_is_named_beside_the_known_ones():
    with pytest.raises(ConfigError, match=r"'author'.*'brand'"):
        caps({"author": 1}, brand=[1])


@given(
    creators=st.lists(st.integers(-1, 3), min_size=12, max_size=12),
    categories=st.lists(st.integers(0, 2), min_size=12, max_size=12),
    most=st.tuples(st.integers(1, 4), st.integers(1, 4)),
)
def test_kept_items_keep_the_caps_and_each_other_one_would_break_one(creators, categories, most):
    at_most = {"creator": most[0], "category": most[1]}
    reranker = caps(at_most, "dropped", creator=creators, category=categories)

    kept = reranker.rerank(None, Candidates(np.arange(12), np.arange(12, 0, -1).astype(np.float32)))

    def over(items):
        made = [creators[i] for i in items if creators[i] >= 0], [categories[i] for i in items]
        return any(groups.count(g) > cap for groups, cap in zip(made, most, strict=True) for g in groups)

    items = kept.items.tolist()
    assert items == sorted(items)
    assert not over(items)
    assert all(over([*items, left]) for left in set(range(12)) - set(items))
