"""Who may answer a brief (R13), as an answer counts them; the filter itself is tested with the features."""

from datetime import date

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.brief import Brief
from serving.answers import FilterCount
from serving.filters import eligible_creators

BRIEF = Brief(
    brand_id=1,
    market="US",
    category="beauty/hair_care",
    product_ids=(1,),
    objective="gmv",
    campaign_type="review",
    budget=1,
    starts_on=date(2024, 3, 4),
    ends_on=date(2024, 3, 4),
    filters={"languages": ["en"]},
)


@pytest.fixture
def eligible(four_creators):
    """One creator is of another market, one speaks another language."""
    return eligible_creators(BRIEF, four_creators(market=[0, 1, 1, 1], language=[0, 0, 1, 0]))


def test_the_market_and_each_filter_of_a_brief_are_counted(eligible):
    assert eligible.counts == (
        FilterCount(filter="market", asked="US", left=3),
        FilterCount(filter="languages", asked="en", left=2),
    )


def test_the_eligible_are_proposed_as_candidates_without_an_order_among_them(eligible):
    candidates = eligible.retrieve(BRIEF)

    assert_array_equal(candidates.items, [1, 3])
    assert_array_equal(candidates.scores, np.zeros(2, np.float32))
