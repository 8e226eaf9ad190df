from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from features.recommending.hooks import HookLifts
from features.recommending.matrix import ITEM_FEATURES, RETRIEVED, Pairs, item_features
from features.recommending.surfaces import SURFACES, items_of
from recsys.vocabulary import ITEM_REASON_GROUPS


@pytest.fixture
def feature(recommended):
    """Surface, name and pairs → one column."""

    def of(surface, name, creators, items, proposed=None):
        pairs = Pairs(np.array(creators), np.array(items))
        matrix = item_features(recommended, surface, pairs, proposed)
        return matrix[:, list(ITEM_FEATURES[surface]).index(name)]

    return of


@pytest.mark.parametrize("surface", SURFACES)
def test_a_row_depends_on_its_own_pair_only(recommended, surface):
    size = len(items_of(recommended, surface))
    pairs = Pairs(np.repeat([0, 1], size), np.tile(np.arange(size), 2))
    whole = item_features(recommended, surface, pairs)

    for row in range(len(pairs)):
        alone = item_features(recommended, surface, Pairs(pairs.creators[[row]], pairs.items[[row]]))
        assert_array_equal(alone[0], whole[row])


@pytest.mark.parametrize("surface", SURFACES)
def test_every_feature_says_what_it_means_and_is_about_one_of_the_groups(surface):
    for feature in ITEM_FEATURES[surface].values():
        assert feature.meaning.endswith(".")
        assert feature.reason in ITEM_REASON_GROUPS


def test_what_passed_between_creator_and_product_is_counted(feature):
    # Product 11 was shown to creator 1 twice, the last time two days before; creator 2 asked for it twice.
    assert feature("products", "shown_log", [0, 1], [0, 0]) == pytest.approx(np.log1p([2, 0]))
    assert feature("products", "days_since_shown_log", [0], [0]) == pytest.approx(np.log1p(2))
    assert np.isnan(feature("products", "days_since_shown_log", [1], [0]))
    assert feature("products", "sampled_log", [0, 1], [0, 0]) == pytest.approx(np.log1p([0, 2]))


def test_chosen_products_count_once_however_often_they_were_chosen(feature):
    # Creator 1 chose 11 and 12; creator 2 all three.
    assert feature("products", "chosen_log", [0, 1], [0, 0]) == pytest.approx(np.log1p([2, 3]))


def test_what_retrieval_said_is_missing_where_it_was_not_asked(feature):
    said = {name: np.array([place + 2.0], np.float32) for place, name in enumerate(RETRIEVED)}

    assert np.isnan(feature("products", "retrieved_rank_log", [0], [0]))
    assert feature("products", "retrieved_rank_log", [0], [0], said) == pytest.approx(np.log(3))


def test_what_hooks_bring_may_be_worked_out_once(recommended):
    size = len(items_of(recommended, "inspiration"))
    pairs, hooks = Pairs(np.zeros(size, np.int64), np.arange(size)), HookLifts.of(recommended)
    whole = item_features(recommended, "inspiration", pairs)

    assert_array_equal(item_features(recommended, "inspiration", pairs, hooks=hooks), whole)
    other = replace(hooks, views=hooks.views + 1)
    assert not np.array_equal(
        item_features(recommended, "inspiration", pairs, hooks=other), whole, equal_nan=True
    )
