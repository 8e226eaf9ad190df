"""Products: how they are doing against the period before, and who buys them."""

import numpy as np
import pyarrow as pa
import pytest

from features.recommending.products import buyers
from recsys.snapshot import Columns
from recsys.vocabulary import DIMENSIONS


def test_results_of_videos_are_split_over_what_they_link(row):
    product = row("products", 11)

    # Video 100's 3 orders over two products, video 105's single one over three.
    assert product["orders_28"] == pytest.approx(3 / 2 + 1 / 3, abs=1e-6)
    assert (product["gmv_28"], product["followers_gained_28"]) == (150 + 33, 3)
    assert (product["orders_before_28"], product["gmv_before_28"]) == (2, 500)
    assert product["followers_gained_before_28"] == 4


def test_views_are_those_of_the_whole_videos(row):
    assert (row("products", 11)["views_28"], row("products", 11)["views_before_28"]) == (
        100 + 50 + 10 + 5,
        700 + 300,
    )
    assert (row("products", 13)["views_28"], row("products", 13)["views_before_28"]) == (10, 0)


def test_meetings_are_counted_in_two_windows(row):
    assert (row("products", 11)["sampled_28"], row("products", 11)["sampled_before_28"]) == (1, 1)
    assert (row("products", 13)["showcased_28"], row("products", 13)["showcased_before_28"]) == (0, 1)
    assert (row("products", 11)["shown_28"], row("products", 13)["clicked_28"]) == (2, 1)


def test_what_the_log_and_the_showcase_tell_counts_once(row):
    assert row("products", 12)["showcased_28"] == 1


def test_buyers_are_the_audiences_of_who_sold_it_by_orders(row):
    ordered = np.array([3.5, 1 / 3])

    expected = ordered @ [[0.8, 0.2], [0.5, 0.5]] / ordered.sum()
    np.testing.assert_allclose(row("products", 11)["buyers_gender"], expected, rtol=1e-6)


def test_an_audience_that_was_never_measured_is_left_out(row):
    assert row("products", 11)["buyers_age"].tolist() == pytest.approx([0.6])
    assert np.isnan(row("products", 13)["buyers_age"]).all()


def test_without_a_sale_there_are_no_buyers():
    sales = pa.table({"creator_id": [1], "product_id": [7], "orders_90": [2.0]})
    audience = {f"audience_{dimension}": np.full((1, 2), 0.5, np.float32) for dimension in DIMENSIONS}

    found = buyers(sales, Columns(np.array([1]), audience), np.array([7, 8]))

    assert found["buyers_age"].dtype == np.float32
    np.testing.assert_array_equal(found["buyers_age"], [[0.5, 0.5], [np.nan, np.nan]])
