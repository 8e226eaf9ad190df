"""Numbers worked by hand: what a brand asks for, and whom it invites."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from features.entity_columns import FEW_CAMPAIGNS, FEW_INVITED
from features.snapshot import build_match_snapshot
from recsys.vocabulary import CAMPAIGN_TYPES

AS_OF = datetime.fromisoformat("2024-06-01")
MADE = AS_OF - timedelta(days=9)
REVIEW, DANCE = CAMPAIGN_TYPES.index("review"), CAMPAIGN_TYPES.index("dance")


@pytest.fixture
def brands(tables_of, policies):
    """One brand asks for reviews and invites, of reviewer and dancer, the dancer; another asks for dances."""
    created = datetime.fromisoformat("2024-01-01")
    kinds = {1: "review", 2: "dance"}
    shown = [{"campaign_id": 1, "creator_id": creator, "shown_at": MADE} for creator in kinds]
    rows = {
        "creators": [{"creator_id": creator, "created_at": created} for creator in kinds],
        "brands": [{"brand_id": brand} for brand in (1, 2)],
        "campaigns": [
            {"campaign_id": brand, "brand_id": brand, "created_at": MADE, "campaign_type": kind}
            for brand, kind in kinds.items()
        ],
        "videos": [
            {"video_id": creator, "creator_id": creator, "posted_at": MADE, "campaign_type": kind}
            for creator, kind in kinds.items()
        ],
        "invitations": [shown[0], shown[1] | {"invited_at": MADE}],
    }
    return build_match_snapshot(tables_of(rows), AS_OF, policies).brands


def test_the_types_a_brand_asks_for_are_pulled_to_those_of_all(brands):
    np.testing.assert_allclose(brands["asked_types"].sum(axis=1), 1, rtol=1e-6)
    own, others = (1 + FEW_CAMPAIGNS / 2) / (1 + FEW_CAMPAIGNS), (FEW_CAMPAIGNS / 2) / (1 + FEW_CAMPAIGNS)
    assert brands["asked_types"][:, REVIEW].tolist() == pytest.approx([own, others])


def test_a_brand_likes_the_types_of_those_it_invites_more_than_of_those_it_was_shown(brands):
    assert brands["liked_types"][0, DANCE] == pytest.approx(0.5 / (1 + FEW_INVITED))
    assert brands["liked_types"][0, REVIEW] == pytest.approx(-0.5 / (1 + FEW_INVITED))
    assert not brands["liked_types"][1].any()
