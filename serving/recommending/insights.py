"""Insights for a creator (R28 to R33): one call says where they stand, what to do next, and with what."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import numpy as np

from features.recommending.surfaces import SEGMENTS, segment_of_creators
from recsys.bundle import Bundle
from recsys.snapshot import Snapshot
from recsys.vocabulary import CreatorObjective
from serving.answers import Part
from serving.explain import known
from serving.opening import check_recipe
from serving.recommending.answers import ItemAnswer
from serving.recommending.creator_view import CreatorView
from serving.recommending.engine import ItemEngine
from serving.recommending.own_results import OwnTotal, OwnVideo, Sort, own_totals, own_videos
from serving.recommending.prompts import ActionCode, Prompt, next_action

SHOWN = 10
"""Products, and videos, unless the caller says otherwise."""


class Action(Part):
    """What the creator is led to, and with which item of the answer."""

    code: ActionCode
    item_id: int | None
    """The first product for ADD_TO_SHOWCASE, the first video for WATCH_VIDEO; None where there is none."""


class CreatorInsights(Part):
    """Everything a creator is told, for one objective."""

    creator_id: int
    objective: CreatorObjective
    snapshot: str
    as_of: datetime
    """Nothing later than this moment was known."""
    currency: str | None
    """ISO 4217 code: every amount here is in its minor units. None where the snapshot does not know it."""
    segment: str
    """By shoppable videos ever posted (R28): `0 videos`, `1-3 videos` or `4+ videos`."""
    shoppable_videos: int
    prompt: Prompt
    action: Action
    totals: tuple[OwnTotal, ...]
    products: ItemAnswer
    inspiration: ItemAnswer
    sort: Sort
    own_videos: tuple[OwnVideo, ...]
    """The latest public ones, as many as the policy in force says (R14)."""
    degraded: tuple[str, ...] = ()
    """What this answer lacks, and why; empty in a complete one."""


@dataclass(frozen=True)
class InsightsEngine:
    """Two engines on one snapshot. Immutable, so any number of threads may ask it at once."""

    products: ItemEngine
    inspiration: ItemEngine

    @classmethod
    def open(cls, products: Path, inspiration: Path, snapshot: Path) -> Self:
        """Open and prove all three; raises BundleError as `ItemEngine.of` does."""
        opened = Snapshot.open(snapshot)
        return cls.of(Bundle.open(products), Bundle.open(inspiration), opened)

    @classmethod
    def of(cls, products: Bundle, inspiration: Bundle, snapshot: Snapshot) -> Self:
        """An engine on what is opened already; raises BundleError, as for bundles in each other's place."""
        check_recipe(products, "products")
        check_recipe(inspiration, "inspiration")
        return cls(ItemEngine.of(products, snapshot), ItemEngine.of(inspiration, snapshot))

    def insights(
        self, creator_id: int, objective: CreatorObjective, count: int = SHOWN, sort: Sort = "recency"
    ) -> CreatorInsights:
        """Where the creator stands, what to do next, and `count` products and videos for it.

        Raises RequestError for an unknown creator, objective or order, and for a count below 1.
        """
        view = self.products.view(creator_id, objective)
        videos = own_videos(view, sort)
        products = self.products.recommend(creator_id, objective, count, explain=count)
        inspiration = self.inspiration.recommend(creator_id, objective, count, explain=count)
        place = int(segment_of_creators(view.snapshot, np.array([view.row]))[0])
        prompt, action = next_action(SEGMENTS[place], objective, numbers_of(view))
        return CreatorInsights(
            creator_id=creator_id,
            objective=objective,
            snapshot=view.snapshot.name,
            as_of=view.snapshot.facts.as_of,
            currency=products.currency,
            segment=SEGMENTS[place],
            shoppable_videos=int(view.number("n_shoppable")),
            prompt=prompt,
            action=Action(code=action, item_id=_item_of(action, products, inspiration)),
            totals=own_totals(view),
            products=products,
            inspiration=inspiration,
            sort=sort,
            own_videos=videos,
            degraded=tuple(
                f"{items.surface}: {lack}" for items in (products, inspiration) for lack in items.degraded
            ),
        )


def numbers_of(view: CreatorView) -> dict[str, float | None]:
    """The numbers that rules ask for; None where one is not known."""
    change = {total.measure: total.change for total in own_totals(view)}
    return {
        "may_sell": view.number("has_ecommerce"),
        "videos": view.number("n_videos"),
        "shoppable_videos": view.number("n_shoppable"),
        "showcased": float(len(view.showcased)),
        "days_since_post": known(view.number("days_since_post")),
        "posts_28": view.number("posts_28"),
        "units_28": view.number("orders_28"),
        "followers_28": view.number("gained_28"),
        "units_change": change["units"],
        "followers_change": change["followers gained"],
    }


def _item_of(action: ActionCode, products: ItemAnswer, inspiration: ItemAnswer) -> int | None:
    """The item that an action is about."""
    answers = {"ADD_TO_SHOWCASE": products.items, "WATCH_VIDEO": inspiration.items}
    return next((item.item_id for item in answers.get(action, ())), None)
