"""What a creator can do about a place (R12): changes of the inputs, one unit at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from features.lists.measures import Inputs
from recsys.arrays import Array
from recsys.list_rules import ListName, ListRules

HOUR = 3_600
Room = Callable[[Inputs, ListRules, int], int]
"""How many more of something count for the creator in a row of a peer group's inputs."""


def _any_number(inputs: Inputs, rules: ListRules, row: int) -> int:
    return 10**12


def _a_thousand(inputs: Inputs, rules: ListRules, row: int) -> int:
    return 1_000


@dataclass(frozen=True)
class Change:
    """Something more of which moves inputs: by so much a unit."""

    one: str
    """In words: `one more fulfilled sample`."""
    many: str
    """In words, after a number: `more fulfilled samples`."""
    adds: Mapping[str, int]
    keeps: Mapping[str, str] = field(default_factory=dict)
    """Inputs that grow with another, as they do for this creator: likes with views."""
    most: Room = _any_number
    """How many units can count."""
    needs: str | None = None
    """An input that must be above 0: GMV of livestreams needs a livestream."""

    def named(self, units: int) -> str:
        """`one more fulfilled sample`, `2 more fulfilled samples`."""
        return self.one if units == 1 else f"{units:,} {self.many}"

    def room(self, inputs: Inputs, rules: ListRules, row: int) -> int:
        """How many units the creator can do that count; 0 where none can."""
        possible = self.needs is None or inputs[self.needs][row] > 0
        return self.most(inputs, rules, row) if possible else 0

    def applied(self, inputs: Inputs, row: int, units: int) -> dict[str, Array]:
        """The peer group's inputs after so many units for one creator."""
        changed = dict(inputs)
        for name, amount in self.adds.items():
            changed[name] = _with(inputs[name], row, units * amount)
        for part, whole in self.keeps.items():
            rate = inputs[part][row] / max(inputs[whole][row], 1)
            changed[part] = _with(inputs[part], row, round(units * rate))
        return changed


def _with(values: Array, row: int, more: int) -> Array:
    changed = np.array(values)
    changed[row] += more
    return changed


def _posts_left(inputs: Inputs, rules: ListRules, row: int) -> int:
    most = inputs["days"][row] * rules.posts_counted_a_day
    return max(int(most - inputs["shoppable_posts"][row]), 0)


def _links_left(inputs: Inputs, rules: ListRules, row: int) -> int:
    most = inputs["shoppable_posts"][row] * rules.links_counted
    return max(int(most - inputs["linked_products"][row]), 0)


# fmt: off
SAMPLE = Change(
    "one more fulfilled sample", "more fulfilled samples",
    {"samples_decided": 1, "samples_fulfilled": 1}, most=_a_thousand,
)
ANSWER = Change(
    "one more message answered within the hour", "more messages answered within the hour",
    {"messages_90": 1, "answers_90": 1, "waited_90": HOUR}, most=_a_thousand,
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
    {"shoppable_posts": 1, "linked_products": 1}, most=_posts_left,
)
LINKS = Change(
    "one more product linked in a video", "more products linked in videos",
    {"linked_products": 1}, most=_links_left,
)
LIVES = Change("one more livestream", "more livestreams", {"livestreams": 1}, most=_a_thousand)
FRESH_VIEWS = Change(
    "one more view of fresh videos", "more views of fresh videos, watched and liked as usual",
    {"fresh_views": 1, "video_views": 1},
    {"video_watch": "video_views", "video_engagements": "video_views"}, needs="video_contents",
)
LIVE_VIEWS = Change(
    "one more view of livestreams", "more views of livestreams, watched and liked as usual",
    {"live_views": 1},
    {"live_viewers": "live_views", "live_watch": "live_views", "live_engagements": "live_views"},
    needs="live_views",
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
"""Per list what may help; all else stays as it is."""
