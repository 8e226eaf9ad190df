"""Numbers worked by hand: what passed between a brand and a creator."""

from datetime import date, datetime, timedelta
from math import isnan, log

import numpy as np
import pytest

from features.catalogue import FEATURES
from features.matrix import match_features
from features.snapshot import build_match_snapshot
from recsys.brief import Brief

AS_OF = datetime.fromisoformat("2024-06-01")
EARLY = {"created_at": datetime.fromisoformat("2024-01-01")}


@pytest.fixture(scope="module")
def history(tables_of, policies):
    """Features of creators 1 (who knows brand 1 and its competitor 2) and 2 (who knows nobody)."""
    step = {name: AS_OF - timedelta(days=ago) for name, ago in (("invited_at", 20), ("replied_at", 19))}
    yes = {"accepted_at": AS_OF - timedelta(days=19), "delivered_at": AS_OF - timedelta(days=10)}
    shown = {"creator_id": 1, "shown_at": AS_OF - timedelta(days=21)}
    wrote = {"creator_id": 1, "sent_at": AS_OF - timedelta(days=9)}
    rows = {
        "creators": [{"creator_id": 1, **EARLY}, {"creator_id": 2, **EARLY}],
        "brands": [{"brand_id": brand, **EARLY} for brand in (1, 2)],
        "products": [
            {"product_id": 1, "brand_id": 1, "price": 500, **EARLY},
            {"product_id": 2, "brand_id": 2, **EARLY},
        ],
        "campaigns": [
            {"campaign_id": number, "brand_id": brand, **EARLY}
            for number, brand in ((1, 1), (2, 1), (3, 2), (4, 2))
        ],
        "invitations": [
            {"campaign_id": 1, **shown, **step, **yes},
            {"campaign_id": 2, **shown, "opened_at": AS_OF - timedelta(days=20), **step},
            {"campaign_id": 3, **shown, **step, **yes},
            {"campaign_id": 4, **shown, **step, **yes},
        ],
        "messages": [
            {"message_id": 1, "brand_id": 1, **wrote, "replied_at": AS_OF - timedelta(days=8)},
            {"message_id": 2, "brand_id": 1, **wrote},
        ],
        "videos": [{"video_id": 1, "posted_at": AS_OF - timedelta(days=5), "product_ids": [1, 2]}],
        "showcase": [{"product_id": product, "added_at": wrote["sent_at"]} for product in (1, 2)],
        "creator_daily": [{"day": date(2024, 5, 31), "followers": 999}],
    }  # fmt: skip
    brief = Brief(brand_id=1, market="US", category="beauty/skin", product_ids=(1,), objective="gmv",
                  budget=1, campaign_type="live",
                  starts_on=date(2024, 7, 1), ends_on=date(2024, 7, 9))  # fmt: skip
    matrix = match_features(brief, build_match_snapshot(tables_of(rows), AS_OF, policies), np.arange(2))
    return [dict(zip(FEATURES, map(float, row), strict=True)) for row in matrix]


def test_the_funnel_with_the_brand_is_counted(history):
    met = history[0]
    funnel = ("shown", "opened", "invited", "accepted", "declined", "delivered")
    counts = [np.expm1(met[f"brand_{step}_log"]) for step in funnel]

    assert counts == pytest.approx([2, 1, 2, 1, 1, 1], abs=1e-5)
    assert met["brand_invited_days_log"] == pytest.approx(log(21))


def test_answers_links_and_the_showcase_belong_to_the_brand(history):
    met = history[0]

    assert met["brand_answer_share"] == 0.5
    assert np.expm1([met["brand_links_log"], met["brand_showcased_log"]]) == pytest.approx([1, 1])


def test_deals_with_competitors_leave_out_the_brands_own(history):
    assert np.expm1(history[0]["competitor_deals_log"]) == pytest.approx(2)


def test_size_is_compared_with_the_creators_the_brand_invited(history):
    assert history[0]["size_to_usual"] == pytest.approx(0, abs=1e-5)


def test_without_history_counts_are_0_and_measurements_missing(history):
    stranger = history[1]

    assert [stranger[f"brand_{step}_log"] for step in ("shown", "invited", "delivered")] == [0, 0, 0]
    assert isnan(stranger["brand_invited_days_log"])
    assert isnan(stranger["brand_answer_share"])
    assert stranger["competitor_deals_log"] == 0
