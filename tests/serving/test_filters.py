"""Who may answer a brief (R13): its market and its filters, each counted."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.brief import Brief
from recsys.errors import RequestError
from recsys.snapshot import Columns, Snapshot, SnapshotFacts
from serving.filters import eligible_creators

COUNTRIES, STATES = ("BR", "GB", "US"), ("GB-ENG", "US-CA", "US-NY")
CATEGORIES = ("baby/toys", "beauty/hair_care", "beauty/perfume")
NOTHING = Columns(np.empty(0, np.int64), {})
FACTS = SnapshotFacts(
    as_of=datetime(2024, 3, 1, tzinfo=UTC),
    policies={"US": "2023-09"},
    data={},
    vocabularies={"country": COUNTRIES, "state": STATES, "gender": ("female", "male")},
    categories=CATEGORIES,
    markets=("GB", "US"),
    countries=COUNTRIES,
    languages=("en", "es", "pt"),
    facets={"hook": ("question", "story")},
    feature_names=(),
)


def creators(**changes):
    """Four creators of the US market, ids 10, 20, 30 and 40, alike but for what is changed."""
    columns = {
        "market": [1, 1, 1, 1],
        "country": [2, 2, 2, 2],
        "main_country": [2, 2, 2, 2],
        "main_state": [1, 1, 1, 1],
        "category": [1, 1, 1, 1],
        "language": [0, 0, 0, 0],
        "has_ecommerce": [True, True, True, True],
        "followers": [1e4, 1e4, 1e4, 1e4],
        "mean_views": [1e3, 1e3, 1e3, 1e3],
        "gmv_low_28": [0, 0, 0, 0],
        "gmv_high_28": [0, 0, 0, 0],
        "price_median": [2e3, 2e3, 2e3, 2e3],
        "days_since_post": [1.0, 1, 1, 1],
        "audience_gender": np.full((4, 2), 0.5, np.float32),
    }
    return Columns(
        np.array([10, 20, 30, 40]), {name: np.array(values) for name, values in (columns | changes).items()}
    )


def asked(market="US", **filters):
    return Brief(
        brand_id=1,
        market=market,
        category="beauty/hair_care",
        product_ids=(1,),
        objective="gmv",
        campaign_type="review",
        budget=1,
        starts_on=date(2024, 3, 4),
        ends_on=date(2024, 3, 4),
        filters=filters,
    )


def eligible(brief, **changes):
    return eligible_creators(brief, Snapshot(FACTS, creators(**changes), NOTHING, NOTHING, NOTHING))


def passing(brief, **changes):
    return eligible(brief, **changes).rows.tolist()


def test_without_filters_everyone_in_the_market_is_eligible():
    everyone = eligible(asked())

    assert everyone.rows.tolist() == [0, 1, 2, 3]
    assert [(count.filter, count.asked, count.left) for count in everyone.counts] == [("market", "US", 4)]


def test_creators_of_another_market_are_not():
    assert passing(asked(), market=[0, 1, 0, 1]) == [1, 3]


def test_each_filter_is_counted_in_a_fixed_order_and_the_one_that_empties_is_known():
    brief = asked(
        blocked_creators=[10],
        posted_within_days=7,
        followers={"low": 10**12},
        languages=["en"],
        countries=["US"],
    )

    left = eligible(brief, language=[0, 0, 1, 1])

    assert [(count.filter, count.asked, count.left) for count in left.counts] == [
        ("market", "US", 4),
        ("countries", "US", 4),
        ("languages", "en", 2),
        ("followers", "1e+12 to …", 0),
        ("posted_within_days", "… to 7", 0),
        ("blocked_creators", "1 named", 0),
    ]
    assert len(left.rows) == 0


def test_the_eligible_are_proposed_as_candidates_without_an_order_among_them():
    brief = asked(languages=["en"])

    candidates = eligible(brief, language=[0, 1, 0, 0]).retrieve(brief)

    assert_array_equal(candidates.items, [0, 2, 3])
    assert_array_equal(candidates.scores, 0)


def test_a_market_that_is_not_known_is_refused_with_near_ones():
    with pytest.raises(RequestError, match=r"unknown market filter 'FR'.*near matches.*GB"):
        eligible(asked(market="FR"))
