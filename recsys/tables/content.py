"""Tables of what creators publish and what becomes of it."""

from recsys.tables.columns import CATEGORY, CREATOR, DAY, PRODUCT, REACTIONS, SALES, VIDEO
from recsys.tables.schema import Column, Table, count, ident, time
from recsys.vocabulary import CAMPAIGN_TYPES, EVENTS, ITEM_KINDS

VIDEOS = Table(
    "videos",
    "a video",
    ("video_id",),
    (
        ident("video_id", "the video"),
        CREATOR,
        time("posted_at", "when it was posted", optional=False),
        Column("duration", "number", "length in seconds"),
        CATEGORY,
        Column(
            "product_ids",
            "ids",
            "products linked; shoppable where not empty",
            references="products.product_id",
        ),
        Column("hashtags", "texts", "hashtags without #"),
        ident("sound_id", "the sound used", optional=True),
        ident(
            "campaign_id",
            "the campaign it was made for; sponsored where set",
            "campaigns.campaign_id",
            optional=True,
        ),
        Column("campaign_type", "text", "what kind of video it is", optional=True, choices=CAMPAIGN_TYPES),
        Column("hook", "text", "how the script opens, e.g. question (R32)", optional=True),
        Column("talking_points", "texts", "what the script says for the product; may be empty"),
        Column("structure", "text", "how the script is built, e.g. demo", optional=True),
        Column("call_to_action", "text", "what the script asks viewers to do, e.g. discount", optional=True),
    ),
)
VIDEO_VISIBILITY = Table(
    "video_visibility",
    "a stretch of time in which a video was public",
    ("video_id", "public_from"),
    (
        VIDEO,
        time("public_from", "start of the stretch", optional=False),
        time("public_until", "end of the stretch; NULL while it is public"),
    ),
)
VIDEO_DAILY = Table(
    "video_daily",
    "a video on a day on which something happened to it",
    ("video_id", "day"),
    (
        VIDEO,
        DAY,
        count("views", "views"),
        count("views_6s", "views that reached 6 seconds or the end"),
        count("completions", "views that reached the end"),
        count("watch_seconds", "seconds watched"),
        *REACTIONS,
        count("followers_gained", "followers the video brought"),
        *SALES,
    ),
)
LIVESTREAMS = Table(
    "livestreams",
    "a livestream",
    ("livestream_id",),
    (
        ident("livestream_id", "the livestream"),
        CREATOR,
        time("started_at", "start", optional=False),
        time("ended_at", "end; its counts are known from here on", optional=False),
        count("views", "views"),
        count("viewers", "distinct viewers"),
        count("watch_seconds", "seconds watched"),
        *REACTIONS,
        *SALES,
    ),
)
LIVESTREAM_SEGMENTS = Table(
    "livestream_segments",
    "a stretch of a livestream that features a product",
    ("livestream_id", "starts_at", "product_id"),
    (
        ident("livestream_id", "the livestream", "livestreams.livestream_id"),
        PRODUCT,
        time("starts_at", "start of the stretch", optional=False),
        time("ends_at", "end of the stretch", optional=False),
    ),
)
INTERACTIONS = Table(
    "interactions",
    "something a creator did with a recommended product or video",
    ("interaction_id",),
    (
        ident("interaction_id", "the interaction"),
        CREATOR,
        Column("item_kind", "text", "what the item is", choices=ITEM_KINDS),
        ident("item_id", "a product_id or a video_id, by item_kind"),
        Column("event", "text", "what happened", choices=EVENTS),
        time("at", "when", optional=False),
        Column("position", "count", "place at which the item was shown, from 1", optional=True),
        Column("propensity", "share", "probability with which it was shown there; above 0", optional=True),
    ),
)
