"""Before a release serves, it has answered a few real requests."""

from dataclasses import replace

import numpy as np
import pytest

from recsys.errors import BundleError
from recsys.release import Release
from recsys.snapshot import Columns
from serving.engine import Engine
from serving.release.slot import opened
from serving.release.warming import briefs_of, requests_of, warm


def test_every_method_that_serves_is_asked(first):
    engine = Engine.open(first)
    asked = list(requests_of(engine.snapshot))

    without_challenger = [one for one in asked if getattr(one[1], "model", "champion") == "champion"]
    assert warm(engine) == len(without_challenger)
    assert {method for method, _ in asked} >= {"match", "products", "inspire", "insights", "find", "show"}


def test_a_release_of_a_snapshot_alone_is_asked_about_creators(first):
    engine = Engine.open(Release(snapshot=first.snapshot))
    about = [method for method, _ in requests_of(engine.snapshot) if method in {"find", "show", "similar"}]

    assert warm(engine) == len(about)


def test_briefs_are_about_products_of_the_snapshot(snapshot):
    asked = [product for brief in briefs_of(snapshot) for product in brief.product_ids]

    assert asked == [snapshot.products.ids[0]]


def with_unknown(snapshot, part, column, rows):
    """The snapshot, where some rows of a column hold the code of no word."""
    found = getattr(snapshot, part)
    codes = found[column].copy()
    codes[rows] = -1
    return replace(snapshot, **{part: Columns(found.ids, {**found.values, column: codes})})


def test_products_of_unknown_category_or_of_brands_of_unknown_market_are_passed_over(snapshot):
    brand, _ = snapshot.brands.rows_of(snapshot.products["brand_id"][:1])
    of_brand = snapshot.products["brand_id"] == snapshot.products["brand_id"][0]

    (by_category,) = briefs_of(with_unknown(snapshot, "products", "category", [0]))
    (by_market,) = briefs_of(with_unknown(snapshot, "brands", "market", brand))

    assert by_category.product_ids == (snapshot.products.ids[1],)
    assert by_market.product_ids == (snapshot.products.ids[~of_brand][0],)
    assert not list(briefs_of(with_unknown(snapshot, "brands", "market", slice(None))))


def test_an_empty_snapshot_is_asked_nothing(snapshot):
    nobody = Columns(np.empty(0, np.int64), {})

    assert not list(requests_of(replace(snapshot, creators=nobody)))


def test_a_snapshot_without_what_answers_need_is_refused(snapshot, tmp_path):
    known = {name: values for name, values in snapshot.creators.values.items() if name != "followers"}
    lacking = replace(snapshot, creators=Columns(snapshot.creators.ids, known)).write(tmp_path)

    with pytest.raises(BundleError, match="followers"):
        opened(Release(snapshot=lacking.path))
