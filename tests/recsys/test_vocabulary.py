from typing import get_args

import numpy as np
import pytest

from recsys import vocabulary
from recsys.vocabulary import TIER_FLOORS, TIERS, follower_tier


@pytest.mark.parametrize(
    ("words", "type_"),
    [
        (vocabulary.OBJECTIVES, vocabulary.Objective),
        (vocabulary.CREATOR_OBJECTIVES, vocabulary.CreatorObjective),
        (vocabulary.CAMPAIGN_TYPES, vocabulary.CampaignType),
        (vocabulary.FUNNEL_STAGES, vocabulary.FunnelStage),
        (vocabulary.PRICE_TIERS, vocabulary.PriceTier),
        (vocabulary.DIMENSIONS, vocabulary.Dimension),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_list_of_words_and_its_type_agree(words, type_):
    assert words == get_args(type_)


@pytest.mark.parametrize("groups", [vocabulary.REASON_GROUPS, vocabulary.ITEM_REASON_GROUPS])
def test_an_answer_has_at_most_eight_reason_groups(groups):
    assert len(groups) <= 8
    assert set(groups) <= set(get_args(vocabulary.ReasonGroup))


@pytest.mark.parametrize(
    ("followers", "tier"),
    [
        (0, "nano"),
        (9_999, "nano"),
        (10_000, "micro"),
        (99_999, "micro"),
        (100_000, "mid"),
        (499_999, "mid"),
        (500_000, "macro"),
        (999_999, "macro"),
        (1_000_000, "mega"),
        (2_000_000_000, "mega"),
    ],
)
def test_a_tier_starts_at_its_floor(followers, tier):
    assert follower_tier(np.array([followers])).tolist() == [tier]


def test_each_tier_has_a_floor():
    assert follower_tier(np.array(TIER_FLOORS)).tolist() == list(TIERS)
