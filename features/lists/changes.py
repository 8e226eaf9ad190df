"""What a creator can do about a place (R12): changes of the inputs, one unit at a time."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.lists.measures import Inputs
from recsys.arrays import Array
from recsys.list_rules import ListName

HOUR = 3_600


@dataclass(frozen=True)
class Change:
    """Something more of which moves inputs: by so much a unit."""

    one: str
    """In words: `one more fulfilled sample`."""
    many: str
    """In words, after a number: `more fulfilled samples`."""
    adds: Mapping[str, int]
    most: int = 10**12
    """Units beyond which it is not looked for."""
    needs: str | None = None
    """An input that must be above 0: GMV of livestreams needs a livestream."""

    def named(self, units: int) -> str:
        """`one more fulfilled sample`, `2 more fulfilled samples`."""
        return self.one if units == 1 else f"{units:,} {self.many}"

    def possible(self, inputs: Inputs, row: int) -> bool:
        """Whether the creator can do it."""
        return self.needs is None or bool(inputs[self.needs][row] > 0)

    def applied(self, inputs: Inputs, row: int, units: int) -> dict[str, Array]:
        """The peer group's inputs after so many units for one creator."""
        changed = dict(inputs)
        for name, amount in self.adds.items():
            changed[name] = np.array(inputs[name])
            changed[name][row] += units * amount
        return changed


# fmt: off
SAMPLE = Change(
    "one more fulfilled sample", "more fulfilled samples",
    {"samples_decided": 1, "samples_fulfilled": 1}, 1_000,
)
ANSWER = Change(
    "one more message answered within the hour", "more messages answered within the hour",
    {"messages_90": 1, "answers_90": 1, "waited_90": HOUR}, 1_000,
)
SHOP_GMV = Change(
    "one more minor unit of GMV in shoppable videos", "more minor units of GMV in shoppable videos",
    {"gmv_low": 1, "gmv_high": 1, "shop_gmv": 1}, needs="shop_views",
)
LIVE_GMV = Change(
    "one more minor unit of GMV in livestreams", "more minor units of GMV in livestreams",
    {"gmv_low": 1, "gmv_high": 1, "live_gmv": 1}, needs="live_views",
)
GMV = Change("one more minor unit of GMV", "more minor units of GMV", {"gmv_low": 1, "gmv_high": 1})
FOLLOWERS = Change("one more follower", "more followers", {"followers": 1})
VIEWS = Change(
    "one more view of shoppable videos", "more views of shoppable videos",
    {"shop_views": 1}, needs="shop_views",
)
POSTS = Change(
    "one more shoppable video with a product", "more shoppable videos with a product each",
    {"shoppable_posts": 1, "linked_products": 1}, 1_000,
)
LINKS = Change(
    "one more product linked in a video", "more products linked in videos",
    {"linked_products": 1}, 10_000, needs="shoppable_posts",
)
LIVES = Change("one more livestream", "more livestreams", {"livestreams": 1}, 1_000)
FRESH_VIEWS = Change(
    "one more view of fresh videos", "more views of fresh videos", {"fresh_views": 1}, needs="video_contents"
)
LIVE_VIEWS = Change(
    "one more view of livestreams", "more views of livestreams", {"live_views": 1}, needs="live_contents"
)
ENGAGEMENTS = Change(
    "one more like, comment or share of videos", "more likes, comments or shares of videos",
    {"video_engagements": 1}, needs="video_views",
)
LIVE_ENGAGEMENTS = Change(
    "one more like, comment or share of livestreams", "more likes, comments or shares of livestreams",
    {"live_engagements": 1}, needs="live_views",
)
# fmt: on
CHANGES: dict[ListName, tuple[Change, ...]] = {
    "top_sales": (SHOP_GMV, LIVE_GMV),
    "fast_growing": (FOLLOWERS, VIEWS, GMV),
    "popularity_total": (FRESH_VIEWS, ENGAGEMENTS),
    "popularity_live": (LIVE_VIEWS, LIVE_ENGAGEMENTS),
    "popularity_video": (FRESH_VIEWS, ENGAGEMENTS),
    "diligence": (POSTS, LIVES, LINKS),
    "cooperation": (SAMPLE, ANSWER),
    "gmv": (GMV,),
}
"""Per list what may help; caps apply to what is counted, so one more post on a full day does not."""
