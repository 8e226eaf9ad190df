"""What a creator is told of a product, for each reason group (R31)."""

from collections.abc import Callable, Mapping

import numpy as np

from recsys.vocabulary import CreatorObjective
from serving.explain import known
from serving.recommending.answers import ProductFacts
from serving.recommending.creator_view import CreatorView, category_name
from serving.recommending.evidence import AnyEvidence
from serving.recommending.evidence.of_creator import CategoryShare, SimilarSold, SimilarViewed
from serving.recommending.evidence.of_item import Commission, Demand, Price, Sales, Trend, TrendMeasure

TREND_DAYS = 28
TRENDS: dict[CreatorObjective, tuple[tuple[TrendMeasure, tuple[str, ...]], ...]] = {
    "gmv": (("units", ("orders",)), ("gmv", ("gmv",)), ("times chosen", ("showcased", "sampled"))),
    "followers": (
        ("followers gained", ("followers_gained",)),
        ("views", ("views",)),
        ("times chosen", ("showcased", "sampled")),
    ),
}
"""Objective → what counts for it, with the products' columns that add up to it."""
Tell = Callable[[CreatorView, int, float], tuple[AnyEvidence, ...]]
"""What is known of the creator and this row of items; the reason's part says which way it goes."""


def product_facts(view: CreatorView, row: int) -> ProductFacts:
    """What the product is."""
    products = view.snapshot.products
    return ProductFacts(
        brand_id=int(products["brand_id"][row]),
        category=category_name(view.snapshot, products["category"][row]),
        price=int(products["price"][row]),
        commission=float(products["commission"][row]),
    )


def similar(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """What followers bought and viewed of the product's category, or of its level 1."""
    return (*_sold(view, row), *_viewed(view, row))


def _sold(view: CreatorView, row: int) -> tuple[AnyEvidence, ...]:
    products, sold = view.snapshot.products, view.sold
    kin = view.kin(products["category"][row], products["category"][sold.products])
    if kin is None:
        return ()
    category, there = kin
    best = sold.units[there].argmax()
    return (
        SimilarSold(
            category=category,
            products=int(there.sum()),
            units=float(sold.units[there].sum()),
            gmv=int(sold.gmv[there].sum()),
            best_product_id=int(products.ids[sold.products[there][best]]),
            best_units=float(sold.units[there][best]),
        ),
    )


def _viewed(view: CreatorView, row: int) -> tuple[AnyEvidence, ...]:
    videos, own = view.snapshot.videos, view.videos
    kin = view.kin(view.snapshot.products["category"][row], videos["category"][own])
    if kin is None:
        return ()
    category, there = kin
    views = int(videos["views"][own[there]].sum())
    return (SimilarViewed(category=category, videos=int(there.sum()), views=views),)


def audience(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """The groups of followers that buy it; of a reason against it, those that buy it and do not follow."""
    products = view.snapshot.products
    buyers = {dimension: products[f"buyers_{dimension}"][row] for dimension in view.market}
    return view.groups(buyers, "its buyers", part)


def category(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """How much of what the creator makes and earns is of its category."""
    return category_share(view, view.snapshot.products["category"][row])


def category_share(view: CreatorView, code: int) -> tuple[AnyEvidence, ...]:
    """How much of what the creator makes is of this category, or of its level 1; nothing if none is."""
    mix, gmv_mix = view.vector("category_mix"), view.vector("category_gmv_mix")
    made = np.flatnonzero(mix > 0)
    kin = view.kin(code, made)
    if kin is None:
        return ()
    name, there = kin
    videos, gmv = float(mix[made[there]].sum()), known(gmv_mix[made[there]].sum())
    return (CategoryShare(category=name, videos=videos, gmv=gmv),)


def sales(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """What everybody's videos sold of it."""
    products = view.snapshot.products
    gmv, views = int(products["gmv_28"][row]), int(products["views_28"][row])
    units = float(products["orders_28"][row])
    return (Sales(days=TREND_DAYS, units=units, gmv=gmv, gpm=1000 * gmv / views if views else None),)


def demand(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """Which creators chose it already."""
    products = view.snapshot.products
    return (
        Demand(
            creators=int(products["creators_28"][row]),
            videos=int(products["videos_28"][row]),
            chosen=int(products["showcased_28"][row] + products["sampled_28"][row]),
        ),
    )


def trend(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """What counts for the objective against the 28 days before: what rose, or against the item what fell."""
    trends = [_trend(view, row, measure, columns) for measure, columns in TRENDS[view.objective]]
    return tuple(each for each in trends if (each.now - each.before) * part > 0)


def _trend(view: CreatorView, row: int, measure: TrendMeasure, columns: tuple[str, ...]) -> Trend:
    products = view.snapshot.products
    now, before = (
        sum(float(products[f"{column}_{period}"][row]) for column in columns)
        for period in ("28", "before_28")
    )
    return Trend(measure=measure, days=TREND_DAYS, now=now, before=before)


def price(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """Its price beside what the creator usually promotes."""
    return (Price(price=int(view.snapshot.products["price"][row]), usual=known(view.number("price_median"))),)


def commission(view: CreatorView, row: int, part: float) -> tuple[AnyEvidence, ...]:
    """Its commission beside what the creator usually gets."""
    rate = float(view.snapshot.products["commission"][row])
    return (Commission(rate=rate, usual=known(view.number("commission_usual"))),)


PRODUCT_EVIDENCE: Mapping[str, Tell] = {
    "similar": similar,
    "audience": audience,
    "category": category,
    "sales": sales,
    "popularity": demand,
    "growth": trend,
    "price": price,
    "commission": commission,
}
