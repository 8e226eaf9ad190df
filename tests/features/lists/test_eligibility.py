"""R9 by hand: floors, recency and sample use."""

import numpy as np
import pytest

from features.lists.eligibility import EXPECTED, eligible, exclusions
from recsys.policy import Eligibility

NOW = 100 * 86_400
RULES = Eligibility(followers_floor=1_000, active_within_days=30, sample_use_floor=0.5, fulfilment_floor=0.5)


@pytest.fixture
def creators(group):
    """A creator a column, eligible unless something is said against them."""

    def of(**given):
        size = len(next(iter(given.values())))
        return group(**{"followers": [5_000] * size, "last_active": [NOW - 86_400] * size} | given)

    return of


def test_the_floor_of_followers_is_included(creators):
    found = exclusions(creators(followers=[999, 1_000]), NOW, RULES)

    assert eligible(found).tolist() == [False, True]
    assert [(each.rule, each.value[0], each.threshold) for each in found if each.excluded[0]] == [
        ("followers_floor", 999.0, 1_000)
    ]


def test_who_did_nothing_for_more_than_thirty_days_is_left_out(creators):
    last = [NOW - 30 * 86_400, NOW - 30 * 86_400 - 1, 0]
    found = exclusions(creators(last_active=last), NOW, RULES)

    assert eligible(found).tolist() == [True, False, False]
    assert np.isnan(found[1].value[2])


def test_samples_exclude_only_who_neither_uses_nor_fulfils_them(creators):
    """Use and fulfilment: 2/5 and 2/5, 3/5 and 2/5, 2/5 and 3/5, never asked."""
    found = exclusions(
        creators(
            samples_received=[5, 5, 5, 0], samples_used=[2, 3, 2, 0],
            samples_decided=[5, 5, 5, 0], samples_fulfilled=[2, 2, 3, 0],
        ),
        NOW,
        RULES,
    )  # fmt: skip

    assert eligible(found).tolist() == [False, True, True, True]
    assert [(each.rule, each.value[0]) for each in found if each.excluded[0]] == [
        ("sample_use_floor", 0.4), ("fulfilment_floor", 0.4),
    ]  # fmt: skip


def test_every_rule_can_be_said_in_words(creators):
    rules = [each.rule for each in exclusions(creators(followers=[1]), NOW, RULES)]

    assert sorted(rules) == sorted(EXPECTED)
    assert EXPECTED["followers_floor"].format(1_000) == "1,000 followers or more"
