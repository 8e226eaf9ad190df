"""A brief in the snapshot's words."""

import numpy as np
import pytest

from features.briefs import brief_columns
from features.matrix import match_features
from recsys.errors import RequestError


def test_a_target_becomes_a_vector_in_the_order_of_the_vocabulary(brief, snapshot):
    columns = brief_columns(brief, snapshot)

    assert snapshot.facts.vocabularies["gender"] == ("female", "male")
    np.testing.assert_allclose(columns["brief_target_gender"], [[0.7, 0.3]])
    np.testing.assert_allclose(columns["brief_target_state"], np.zeros((1, 3)))
    np.testing.assert_allclose(columns["brief_store_states"], [[1, 0, 1]])


def test_prices_are_the_median_and_commissions_the_mean_of_the_products(brief, snapshot):
    rows, _ = snapshot.products.rows_of(np.array(brief.product_ids))
    columns = brief_columns(brief, snapshot)

    assert columns["brief_price"] == np.median(snapshot.products["price"][rows])
    assert columns["brief_commission"] == snapshot.products["commission"][rows].mean()
    assert columns["brief_budget_each"] == 90_000 / 6


def test_an_industry_is_every_category_of_the_same_first_level(brief, snapshot):
    assert snapshot.facts.categories == ("beauty/hair", "beauty/skin", "home/kitchen")
    np.testing.assert_array_equal(brief_columns(brief, snapshot)["brief_industry"], [[1, 1, 0]])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"market": "UK"}, r"unknown market 'UK'.*US"),
        ({"category": "beauty/skim"}, r"unknown category 'beauty/skim'.*beauty/skin"),
        ({"target": {"country": {"USA": 1.0}}}, r"unknown country 'USA'.*US"),
        ({"target": {"age": {"18-25": 1.0}}}, r"unknown age '18-25'.*18-24"),
        ({"store_states": ("US-CX",)}, r"unknown state 'US-CX'.*US-CA"),
        (
            {"product_ids": (12, 999)},
            "unknown product 999: unwritten .* has 12 products, with ids 11 to 22",
        ),
        ({"brand_id": 77}, "unknown brand 77: unwritten as of .* UTC has "),
    ],
)
def test_an_unknown_word_is_refused_with_near_ones(brief, snapshot, changed, message):
    with pytest.raises(RequestError, match=message):
        match_features(brief.model_copy(update=changed), snapshot, np.arange(2))
