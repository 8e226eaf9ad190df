"""Numbers worked by hand: a creator beside the market's others (R11)."""

from datetime import datetime, timedelta
from math import log

import numpy as np
import pytest

from features.snapshot import build_match_snapshot
from recsys.vocabulary import OBJECTIVES

AS_OF = datetime.fromisoformat("2024-06-01")
CREATORS = (1, 2, 3)


def market(engagements, **creators):
    """One video each, watched a thousand times."""
    created = datetime.fromisoformat("2024-01-01")
    day = (AS_OF - timedelta(days=2)).date()
    return {
        "creators": [{"creator_id": creator, "created_at": created, **creators} for creator in CREATORS],
        "creator_daily": [{"creator_id": creator, "day": day, "followers": 100} for creator in CREATORS],
        "videos": [
            {"video_id": creator, "creator_id": creator, "posted_at": AS_OF - timedelta(days=4)}
            for creator in CREATORS
        ],
        "video_daily": [
            {"video_id": creator, "day": day, "views": 1_000, "likes": likes}
            for creator, likes in zip(CREATORS, engagements, strict=True)
        ],
    }


def standing(snapshot, objective):
    return snapshot.creators["objective_standing"][:, OBJECTIVES.index(objective)]


def test_a_standing_is_the_distance_from_the_mean_in_standard_deviations(tables_of, policies):
    found = standing(build_match_snapshot(tables_of(market([10, 20, 40])), AS_OF, policies), "engagement")

    np.testing.assert_allclose(found, [-np.sqrt(1.5), 0, np.sqrt(1.5)], atol=1e-4)


def test_nobody_stands_out_where_all_are_alike(tables_of, policies):
    snapshot = build_match_snapshot(tables_of(market([10, 10, 10])), AS_OF, policies)

    assert not standing(snapshot, "engagement").any()
    assert not standing(snapshot, "views").any()


def test_who_may_not_sell_has_no_standing_in_sales(tables_of, policies):
    snapshot = build_match_snapshot(tables_of(market([10, 20, 40], has_ecommerce=False)), AS_OF, policies)

    assert np.isnan(standing(snapshot, "gmv")).all()


def test_without_deals_the_fee_is_what_the_market_pays_for_such_views(tables_of, policies):
    rows = market([1, 2, 3])
    rows["video_daily"][2]["views"] = 5_000
    made = AS_OF - timedelta(days=9)
    steps = dict.fromkeys(("shown_at", "opened_at", "shortlisted_at", "invited_at", "replied_at"), made)
    rows["invitations"] = [{"campaign_id": 1, "creator_id": 1, "accepted_at": made, "fee": 700, **steps}]
    fees = build_match_snapshot(tables_of(rows), AS_OF, policies).creators["fee_expected"]

    assert fees.tolist() == pytest.approx([700, 700, 3_500])
    assert log(fees[2] / fees[0]) == pytest.approx(log(5))


def test_billions_of_views_can_be_compared(tables_of, policies):
    rows = market([1, 2, 3])
    for row in rows["video_daily"]:
        row |= {"views": 4_000_000_000, "followers_gained": row["likes"] * 1_000_000}

    found = standing(build_match_snapshot(tables_of(rows), AS_OF, policies), "followers")

    assert (np.diff(found) > 0).all()
