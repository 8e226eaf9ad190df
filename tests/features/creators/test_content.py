"""Numbers worked by hand: what videos are about and what they sell for (R13, R36)."""

from datetime import datetime, timedelta
from math import isnan, log

import pytest

from features.snapshot import build_match_snapshot

AS_OF = datetime.fromisoformat("2024-06-01")
POSTED = {"posted_at": AS_OF - timedelta(days=5)}


def test_rare_hashtags_make_content_novel(features_of):
    """Four uses in the category: three of one hashtag, one of another, which only this creator has."""
    common = [{"video_id": number, "creator_id": 2, "hashtags": ["usual"], **POSTED} for number in (1, 2)]
    own = {"video_id": 3, "hashtags": ["usual", "own"], **POSTED}
    creators = [
        {"creator_id": creator, "created_at": datetime.fromisoformat("2024-01-01")} for creator in (1, 2)
    ]
    features = features_of({"creators": creators, "videos": [*common, own]}, AS_OF)

    assert features["content_novelty"] == pytest.approx((log(4 / 3) + log(4)) / 2, abs=1e-5)


def test_focus_is_one_in_a_single_category(features_of):
    videos = [
        {"video_id": number, "category": category, **POSTED}
        for number, category in enumerate(["beauty/skin", "beauty/skin", "beauty/skin", "home/kitchen"])
    ]

    assert features_of({"videos": videos[:3]}, AS_OF)["category_focus"] == pytest.approx(1)
    assert features_of({"videos": videos}, AS_OF)["category_focus"] == pytest.approx((9 + 1) / 16)


def test_the_usual_price_is_the_median_of_what_was_promoted(tables_of, policies):
    prices = {1: 1_000, 2: 3_000, 3: 8_000}
    videos = {1: [1, 2], 2: [3]}
    rows = {
        "creators": [{"creator_id": 1, "created_at": datetime.fromisoformat("2024-01-01")}],
        "products": [
            {"product_id": product, "price": price, "commission": 0.1 * product}
            for product, price in prices.items()
        ],
        "videos": [{"video_id": video, "product_ids": links, **POSTED} for video, links in videos.items()],
    }
    creators = build_match_snapshot(tables_of(rows), AS_OF, policies).creators

    assert creators["price_median"].tolist() == [3_000]
    assert creators["price_low"].tolist() == pytest.approx([1_400])
    assert creators["price_high"].tolist() == pytest.approx([7_000])
    assert creators["commission_usual"].tolist() == pytest.approx([0.2], abs=1e-6)


def test_the_price_position_is_that_of_products_the_creator_chose(features_of):
    """Prices e times apart in one kind: their positions are -1/2 and +1/2; the campaign's is not chosen."""
    prices = {1: 9_999, 2: 27_181}
    products = [{"product_id": product, "price": price} for product, price in prices.items()]
    chosen = {"product_id": 2, "added_at": AS_OF - timedelta(days=9)}
    sample = {"sample_id": 1, "product_id": 2, "requested_at": AS_OF - timedelta(days=3)}
    brought = {"sample_id": 2, "product_id": 1, "requested_at": AS_OF - timedelta(days=3), "campaign_id": 1}
    rows = {"products": products, "showcase": [chosen], "samples": [sample, brought]}
    features = features_of(rows, AS_OF)

    assert features["price_position"] == pytest.approx(0.5 / 2, abs=1e-4)
    assert features["chosen_products_log"] == pytest.approx(log(2))
    assert features["samples_asked_log"] == pytest.approx(log(2))


def test_without_a_chosen_product_there_is_no_price_position(features_of):
    assert isnan(features_of({"products": [{"product_id": 1, "price": 500}]}, AS_OF)["price_position"])
