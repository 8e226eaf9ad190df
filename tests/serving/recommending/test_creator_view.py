"""What evidence reads of a creator: sales, videos, kinship of categories, and followers beside the market."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from features.recommending.surfaces import event_codes
from recsys.snapshot import Columns
from serving.recommending.creator_view import DEMOGRAPHICS, CreatorView, market_audiences

WORDS = {"gender": ("female", "male"), "age": ("18-24", "25-34"), "country": ("US",), "state": ()}
OWN = {"gender": [0.8, 0.2], "age": [0.3, 0.7], "country": [0.9], "state": []}
MARKET = {"gender": [0.5, 0.5], "age": [0.5, 0.5], "country": [0.9], "state": []}


def shares(by_dimension):
    return {dimension: np.array(by_dimension[dimension], np.float64) for dimension in DEMOGRAPHICS}


@pytest.fixture
def view(snapshot):
    """A creator whose followers are women from 25 to 34, in a market that is even."""
    facts = snapshot.facts.model_copy(update={"vocabularies": WORDS})
    columns = {f"audience_{dimension}": np.array([OWN[dimension]]) for dimension in DEMOGRAPHICS}
    small = replace(snapshot, facts=facts, creators=Columns(np.array([7]), columns))
    return CreatorView(small, 0, "gmv", shares(MARKET))


@pytest.fixture
def seller(snapshot):
    """A view of whoever sold the most products."""
    sold = snapshot.product_events["event"] == event_codes("sold")[0]
    row = int(np.bincount(snapshot.product_events["creator"][sold]).argmax())
    base = {dimension: means[0] for dimension, means in market_audiences(snapshot).items()}
    return CreatorView(snapshot, row, "gmv", base)


def test_groups_that_both_lean_to_are_told_the_furthest_from_the_market_first(view):
    # Women: .3 × .1 / .5 = .06; 25-34: .2 × .3 / .5 = .12. US is as in the market.
    buyers = shares({"gender": [0.6, 0.4], "age": [0.2, 0.8], "country": [0.9], "state": []})

    groups = view.groups(buyers, "its buyers", 1.0)

    assert [(found.dimension, found.group) for found in groups] == [("age", "25-34"), ("gender", "female")]
    assert (groups[0].followers, groups[0].others, groups[0].market) == (0.7, 0.8, 0.5)


def test_against_an_item_the_groups_that_only_others_lean_to_are_told(view):
    buyers = shares({"gender": [0.4, 0.6], "age": [0.2, 0.8], "country": [0.9], "state": []})

    (group,) = view.groups(buyers, "its buyers", -0.5)

    assert (group.group, group.followers, group.others) == ("male", 0.2, 0.6)


def test_a_part_that_is_as_good_as_nothing_speaks_not_against_an_item(view):
    buyers = shares({"gender": [0.4, 0.6], "age": [0.2, 0.8], "country": [0.9], "state": []})

    assert [found.group for found in view.groups(buyers, "its buyers", -0.001)] == ["25-34"]


def test_a_group_too_small_to_matter_is_not_told(view):
    small = replace(view, market=shares(MARKET | {"age": [0.95, 0.05]}))
    buyers = shares({"gender": [0.5, 0.5], "age": [0.91, 0.09], "country": [0.9], "state": []})

    assert small.groups(buyers, "its buyers", 1.0) == ()


def test_nobody_is_told_of_where_buyers_were_never_measured(view):
    unknown = {dimension: np.full(len(WORDS[dimension]), np.nan) for dimension in DEMOGRAPHICS}

    assert view.groups(unknown, "its buyers", 1.0) == ()


def test_the_market_is_the_mean_of_its_creators_who_were_measured(snapshot):
    market = market_audiences(snapshot)["age"]

    for code in range(len(snapshot.facts.markets)):
        of_market = snapshot.creators["audience_age"][snapshot.creators["market"] == code]
        assert_allclose(market[code], np.nanmean(of_market.astype(np.float64), axis=0), rtol=1e-6)


def test_a_market_where_nobody_was_measured_is_unknown(snapshot):
    columns = dict(snapshot.creators.values)
    columns["audience_age"] = np.full_like(columns["audience_age"], np.nan)

    market = market_audiences(replace(snapshot, creators=Columns(snapshot.creators.ids, columns)))

    assert np.isnan(market["age"]).all()


def test_sold_are_the_creators_own_events(seller, snapshot):
    events = snapshot.product_events
    own = (events["creator"] == seller.row) & (events["event"] == event_codes("sold")[0])

    assert own.sum() > 1
    assert_array_equal(seller.sold.products, events["item"][own])
    assert_array_equal(seller.sold.units, events["count"][own])
    assert seller.sold.gmv.sum() == events["gmv"][own].sum()


def test_own_videos_are_those_on_show(snapshot):
    videos = {"creator": np.array([4, 4, 5, 4]), "available": np.array([True, False, True, True])}

    view = CreatorView(replace(snapshot, videos=Columns(np.arange(4), videos)), 4, "gmv", {})

    assert view.videos.tolist() == [0, 3]


def test_kin_is_the_same_category_or_else_the_same_level_1(snapshot):
    facts = snapshot.facts.model_copy(update={"categories": ("food/drinks", "food/snacks", "home/decor")})
    view = CreatorView(replace(snapshot, facts=facts), 0, "gmv", {})

    def kin(category, *codes):
        found = view.kin(category, np.array(codes))
        return found and (found[0], found[1].tolist())

    assert kin(0, 0, 1, 0) == ("food/drinks", [True, False, True])
    assert kin(0, 1, 2, -1) == ("food", [True, False, False])
    assert kin(0, 2) is None
    assert kin(0) is None
    assert kin(-1, 0, -1) is None
