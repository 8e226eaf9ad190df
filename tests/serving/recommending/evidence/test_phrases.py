"""Every number behind a reason can be read as a sentence."""

import pytest
from pydantic import TypeAdapter

from serving.recommending.evidence import AnyEvidence
from serving.recommending.evidence.of_creator import (
    AudienceGroup,
    CategoryShare,
    SimilarCreator,
    SimilarMet,
    SimilarSold,
    SimilarViewed,
)
from serving.recommending.evidence.of_item import Commission, Demand, Price, Reach, Sales, Trend

SAID = [
    (
        SimilarSold(category="food", products=3, units=57, gmv=12340, best_product_id=7, best_units=41),
        "you sold 3 products of food: 57 units, GMV 12,340; most of product 7, 41 units",
    ),
    (
        SimilarSold(category="food", products=1, units=1, gmv=0, best_product_id=7, best_units=1),
        "you sold 1 product of food: 1 unit; product 7",
    ),
    (
        SimilarSold(category="food", products=1, units=2.5, gmv=9, best_product_id=7, best_units=2.5),
        "you sold 1 product of food: 2.5 units, GMV 9; product 7",
    ),
    (
        SimilarViewed(category="food/snacks", videos=1, views=4360),
        "your latest 1 video in food/snacks: 4,360 views",
    ),
    (
        SimilarMet(category="food", watched=3, liked=0, saved=1, created=2),
        "of inspiration videos in food you watched 3, saved 1, made 2 of your own after them",
    ),
    (
        SimilarCreator(creator_id=7, followers=12340, own_followers=9000, standing=0.83),
        "by creator 7 with 12,340 followers (you 9,000), ahead of 83 % of the market",
    ),
    (
        AudienceGroup(
            dimension="age", group="25-34", followers=0.41, others=0.35, others_are="its buyers", market=0.25
        ),
        "age 25-34: 41 % of your followers (1.6 × the market), 35 % of its buyers (1.4 ×)",
    ),
    (
        AudienceGroup(
            dimension="state",
            group="US-CA",
            followers=0.004,
            others=0.012,
            others_are="its buyers",
            market=0.01,
        ),
        "state US-CA: 0.4 % of your followers (0.4 × the market), 1.2 % of its buyers (1.2 ×)",
    ),
    (
        CategoryShare(category="food/snacks", videos=0.62, gmv=0.7),
        "food/snacks is 62 % of your videos of 90 days and 70 % of their GMV",
    ),
    (
        CategoryShare(category="food/snacks", videos=0.62, gmv=None),
        "food/snacks is 62 % of your videos of 90 days",
    ),
    (
        Trend(measure="units", days=28, now=120, before=80),
        "units: 120 in 28 days, 80 in the 28 days before (+50 %)",
    ),
    (
        Trend(measure="views", days=7, now=12, before=0),
        "views: 12 in 7 days, 0 in the 7 days before",
    ),
    (Price(price=1899, usual=1099.5), "price 1,899 (your usual 1,100)"),
    (Price(price=1899, usual=None), "price 1,899"),
    (Commission(rate=0.18, usual=0.15), "commission 18 % (your usual 15 %)"),
    (Commission(rate=0.18, usual=None), "commission 18 %"),
    (
        Demand(creators=9, videos=27, chosen=1),
        "9 creators posted 27 videos with it in 28 days, showcased or sampled 1 time",
    ),
    (
        Sales(days=28, units=599, gmv=12, gpm=920.4),
        "599 units and GMV of 12 in 28 days, 920 for 1,000 views",
    ),
    (Sales(days=None, units=0, gmv=0, gpm=None), "0 units and GMV of 0 to date"),
    (
        Reach(views=12340, times_usual=2.14, engagement_rate=0.082, followers_gained=1),
        "12,340 views (2.1 × its creator's usual), 8.2 % engaged, 1 follower gained",
    ),
    (
        Reach(views=0, times_usual=None, engagement_rate=None, followers_gained=0),
        "0 views, 0 followers gained",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("evidence", "phrase"), SAID, ids=lambda value: getattr(value, "kind", None))
def test_evidence_says_its_numbers_in_words(evidence, phrase):
    assert evidence.phrase == phrase


@pytest.mark.parametrize("evidence", [evidence for evidence, _ in SAID], ids=lambda value: value.kind)
def test_evidence_written_as_json_is_read_back_as_its_kind(evidence):
    written = evidence.model_dump(mode="json", exclude={"phrase"})

    assert TypeAdapter(AnyEvidence).validate_python(written) == evidence


def test_every_kind_is_told_apart_by_its_name():
    kinds = TypeAdapter(AnyEvidence).json_schema()["discriminator"]["mapping"]

    assert {evidence.kind for evidence, _ in SAID} == set(kinds)
