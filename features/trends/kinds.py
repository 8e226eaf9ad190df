"""What there are trends of, and what is counted of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import ibis

from features.known import Known
from features.trends import series
from features.trends.counts import Slice
from recsys.errors import ConfigError

Daily = Callable[[Known], ibis.Table]
Needs = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Measure:
    """One way to count a kind of entity, and what it takes."""

    daily: Daily
    """See `series`."""
    meaning: str
    floor: int
    """A riser has at least this count in the window; a decliner was expected to have it."""
    lasting: bool
    """Whether what was begun goes on for weeks, as a video's views do: its weeks are one event."""
    needs: Needs
    """Table → columns without which it cannot be counted; market and category may be missing."""
    market_of: str = "creators"
    """The table whose market it goes by."""
    category_of: str = "videos"

    def needed(self, within: Slice) -> dict[str, tuple[str, ...]]:
        """Table → columns that it takes to count it in a slice."""
        needs = dict(self.needs)
        for table, column in ((self.market_of, "market"), (self.category_of, "category")):
            if getattr(within, column) is not None:
                needs[table] = (*needs.get(table, ()), column)
        return needs


def uses(daily: Daily, meaning: str, needs: Needs) -> Measure:
    """Single acts, of which a slice of a few thousand videos has enough."""
    return Measure(daily, meaning, 20, lasting=False, needs=needs)


def lasting(daily: Daily, meaning: str, needs: Needs, floor: int = 5_000) -> Measure:
    """What videos go on to bring."""
    return Measure(daily, meaning, floor, lasting=True, needs=needs)


def of_product(measure: Measure) -> Measure:
    """By the product's market and category."""
    return replace(measure, market_of="products", category_of="products")


def of_creator(measure: Measure) -> Measure:
    """By the creator's market and category."""
    return replace(measure, category_of="creators")


def _videos_with(*columns: str) -> dict[str, tuple[str, ...]]:
    return {"videos": (*VIDEOS, *columns), "creators": CREATORS}


def _links() -> dict[str, tuple[str, ...]]:
    return {"videos": (*VIDEOS, "product_ids"), "products": ("product_id",)}


VIDEOS, CREATORS = ("video_id", "creator_id", "posted_at"), ("creator_id",)
SCRIPT = (*series.FACETS, "talking_points")
VIEWS = {"video_daily": ("video_id", "day", "views")}
ORDERS = {"video_daily": ("video_id", "day", "orders")}
FOLLOWERS = {"creators": CREATORS, "creator_daily": ("creator_id", "day", "followers")}

KINDS: dict[str, dict[str, Measure]] = {
    "hashtags": {
        "uses": uses(series.hashtag_uses, "videos posted with it", _videos_with("hashtags")),
        "views": lasting(series.hashtag_views, "views of videos with it", _videos_with("hashtags") | VIEWS),
    },
    "sounds": {
        "uses": uses(series.sound_uses, "videos posted with it", _videos_with("sound_id")),
        "views": lasting(series.sound_views, "views of videos with it", _videos_with("sound_id") | VIEWS),
    },
    "keywords": {
        "uses": uses(series.keyword_uses, "videos posted with it in the script", _videos_with(*SCRIPT)),
        "views": lasting(
            series.keyword_views, "views of videos with it in the script", _videos_with(*SCRIPT) | VIEWS
        ),
    },
    "products": {
        "orders": of_product(
            lasting(series.product_orders, "orders through videos that link it", _links() | ORDERS, floor=20)
        ),
        "uses": of_product(uses(series.product_uses, "videos posted that link it", _links())),
        "views": of_product(lasting(series.product_views, "views of videos that link it", _links() | VIEWS)),
    },
    "videos": {"views": lasting(series.video_views, "views", _videos_with() | VIEWS)},
    "creators": {
        "views": of_creator(lasting(series.creator_views, "views of their videos", _videos_with() | VIEWS)),
        "followers": of_creator(lasting(series.creator_followers, "followers gained", FOLLOWERS, floor=50)),
    },
}
"""Kind → what is counted → how; the first is what is counted unless something else is asked for.

Keywords are words of scripts (`hook:question`): the tables hold no captions or transcripts, and the words of
hashtags are trends of hashtags already.
"""


def measure_of(kind: str, by: str | None = None) -> Measure:
    """How a kind is counted; raises ConfigError that lists what there is."""
    if kind not in KINDS:
        raise ConfigError(f"there are no trends of {kind!r}; expected one of {', '.join(KINDS)}")
    measures = KINDS[kind]
    name = next(iter(measures)) if by is None else by
    if name not in measures:
        raise ConfigError(f"{kind} are not counted by {name!r}; expected one of {', '.join(measures)}")
    return measures[name]
