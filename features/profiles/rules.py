"""The policy in force for each creator, as columns (R1)."""

from typing import Any

import ibis
import pyarrow as pa

from features.known import Known
from features.portable import SECONDS_A_DAY
from recsys.policy import EVERY_MARKET, Policy

RULES = pa.schema(
    [
        ("market", pa.string()),
        ("last_videos", pa.int64()),
        ("from_shipping", pa.bool_()),
        ("window", pa.int64()),
        ("extension", pa.int64()),
        ("public", pa.int64()),
        ("live", pa.int64()),
        ("content_days", pa.int64()),
        ("activity_days", pa.int64()),
        ("links_counted", pa.int64()),
        ("posts_counted", pa.int64()),
        ("live_counted", pa.int64()),
    ]
)


def rules(known: Known) -> ibis.Table:
    """Per creator: the thresholds that profiles and ranking lists need, times in seconds unless in days."""
    by_market = [_thresholds(market, policy) for market, policy in known.policies.items()]
    creators = known["creators"]
    market = creators.market if "market" in creators.columns else ibis.literal(EVERY_MARKET)
    creators = creators.select("creator_id", market=market)
    return creators.join(known.hold(pa.Table.from_pylist(by_market, RULES)), "market").drop("market")


def _thresholds(market: str, policy: Policy) -> dict[str, Any]:
    fulfilment, lists = policy.fulfilment, policy.lists
    return {
        "market": market,
        "last_videos": policy.last_videos,
        "from_shipping": fulfilment.starts == "shipping",
        "window": fulfilment.days * SECONDS_A_DAY,
        "extension": fulfilment.extension_days * SECONDS_A_DAY,
        "public": fulfilment.public_days * SECONDS_A_DAY,
        "live": fulfilment.live_minutes * 60,
        "content_days": lists.content_days,
        "activity_days": lists.activity_days,
        "links_counted": lists.links_counted,
        "posts_counted": lists.posts_counted_a_day,
        "live_counted": lists.live_minutes_counted * 60,
    }
