"""The measures of every ranking list, by name."""

from features.lists.measures import Count, FairRate, FlowGrowth, Measure, Rate, StockGrowth
from features.portable import SECONDS_A_DAY
from recsys.list_rules import LONGEST_WAIT_DAYS

HOURS = 1 / 3_600
"""Seconds as hours."""
MINOR = "minor units"
ALL = (
    Rate(
        "live_gpm", f"{MINOR} per 1,000 views", "GMV of livestreams per 1,000 views",
        ("live_gmv",), ("live_views",), 1_000.0,
    ),
    Rate(
        "video_gpm", f"{MINOR} per 1,000 views", "GMV of shoppable videos per 1,000 views",
        ("shop_gmv",), ("shop_views",), 1_000.0,
    ),
    Rate(
        "orders_per_viewer", "orders", "orders per view of a shoppable video or viewer of a livestream",
        ("shop_orders", "live_orders"), ("shop_views", "live_viewers"), power=1,
    ),
    Count("gmv", MINOR, "GMV of all sources; the lower bound where it is withheld (R17)", ("gmv_low",)),
    StockGrowth(
        "followers_growth", "log growth", "growth of followers",
        ("followers",), ("followers_before",), "followers",
    ),
    FlowGrowth(
        "views_growth", "log growth", "growth of views of shoppable videos and livestreams",
        ("shop_views", "live_views"), ("shop_views_before", "live_views_before"), "views",
    ),
    FlowGrowth(
        "gmv_growth", "log growth", "growth of GMV's lower bound",
        ("gmv_low",), ("gmv_low_before",), "gmv",
    ),
    Rate(
        "views_per_content", "views", "views per fresh video and livestream",
        ("fresh_views", "live_views"), ("video_contents", "live_contents"),
    ),
    Rate(
        "watch_seconds", "seconds", "seconds watched per view of a video or viewer of a livestream",
        ("video_watch", "live_watch"), ("video_views", "live_viewers"),
    ),
    Rate(
        "engagement_rate", "share", "(likes + comments + shares) / views of videos and livestreams",
        ("video_engagements", "live_engagements"), ("video_views", "live_views"), power=1,
    ),
    Rate("live_views_per_content", "views", "views per livestream", ("live_views",), ("live_contents",)),
    Rate(
        "live_watch_seconds", "seconds", "seconds watched per livestream viewer",
        ("live_watch",), ("live_viewers",),
    ),
    Rate(
        "live_engagement_rate", "share", "(likes + comments + shares) / views of livestreams",
        ("live_engagements",), ("live_views",), power=1,
    ),
    Rate("video_views_per_content", "views", "views per fresh video", ("fresh_views",), ("video_contents",)),
    Rate(
        "video_watch_seconds", "seconds", "seconds watched per view of a video",
        ("video_watch",), ("video_views",),
    ),
    Rate(
        "video_engagement_rate", "share", "(likes + comments + shares) / views of videos",
        ("video_engagements",), ("video_views",), power=1,
    ),
    Count(
        "shoppable_posts", "videos", "videos with product links published; counted up to a cap a day",
        ("shoppable_posts",), power=1,
    ),
    Count("livestreams", "livestreams", "livestreams of the counted length", ("livestreams",), power=1),
    Count(
        "linked_products", "links", "products linked in videos and livestreams, up to a cap in each",
        ("linked_products", "live_products"), power=1,
    ),
    Count("active_days", "days", "days with a post or a livestream", ("active_days",), power=1),
    FairRate("response_rate", "share", "brands' messages answered", ("answers_90",), ("messages_90",)),
    FairRate(
        "response_time", "hours", "mean hours to an answer; a week at most, and for none",
        ("waited_90",), ("messages_90",), times=HOURS, sign=-1, power=2,
        middle=LONGEST_WAIT_DAYS * SECONDS_A_DAY / 2,
    ),
    FairRate(
        "fulfilment_rate", "share", "decided samples that were fulfilled",
        ("samples_fulfilled",), ("samples_decided",),
    ),
)  # fmt: skip
MEASURES: dict[str, Measure] = {measure.name: measure for measure in ALL}
