"""Numbers worked by hand: categories and types of campaign."""

from math import log

import numpy as np
import pytest

from features.pairs.category import (
    asked_type_share,
    category_share,
    industry_share,
    liked_type_fit,
    same_category,
    type_lift,
    type_share,
)

MIX = np.array([[0.5, 0.3, 0.2], [np.nan] * 3])


def test_shares_are_read_from_the_mix():
    np.testing.assert_allclose(category_share(MIX, np.array([[0, 1, 0]])), [0.3, np.nan])
    np.testing.assert_allclose(industry_share(MIX, np.array([[1, 1, 0]])), [0.8, np.nan])
    np.testing.assert_allclose(type_share(MIX, np.array([[0, 0, 1]])), [0.2, np.nan])


def test_the_main_category_is_the_briefs_or_not():
    np.testing.assert_array_equal(same_category(np.array([2, 1, -1]), np.array([2.0])), [1, 0, 0])


def test_lift_compares_views_per_post_of_the_type_with_all():
    views = np.array([[3_000.0, np.nan]])

    assert type_lift(views, np.array([1_000.0]), np.array([[1, 0]])) == pytest.approx(log(4_000 / 2_000))
    assert np.isnan(type_lift(views, np.array([1_000.0]), np.array([[0, 1]])))


def test_a_brands_taste_weighs_what_the_creator_posts():
    asked, liked = np.array([[0.2, 0.0, 0.8]]), np.array([[0.1, -0.1, 0.0]])

    np.testing.assert_allclose(asked_type_share(MIX, asked), [0.5 * 0.2 + 0.2 * 0.8, np.nan])
    np.testing.assert_allclose(liked_type_fit(MIX, liked), [0.05 - 0.03, np.nan])
