"""The priors of a quarter: what rates are pulled to, how strongly, and how sure counts are (R11).

They are fitted to what was known when the quarter began, and hold for all its lists: nothing that happens in
a quarter moves them, and so R8 holds. Strength and noise are a market's, means are of each of its industries.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from features.lists.catalogue import MEASURES
from features.lists.credibility import Fit, Moments, fit_rate, noise_of
from features.lists.measures import Rate
from recsys.arrays import Array
from recsys.list_rules import UnfittedStrengths

HISTORIES: dict[str, tuple[str, ...]] = {
    "orders_per_viewer": ("video_orders", "live_orders"),
    "views_per_content": ("video_views_per_content", "live_views_per_content"),
    "watch_seconds": ("video_watch_seconds", "live_watch_seconds"),
    "engagement_rate": ("video_engagement_rate", "live_engagement_rate"),
    "gmv_growth": ("gmv",),
}
"""Measures whose history has another name, or several that are added up."""
BY_VIEWER = ("orders_per_viewer", "watch_seconds", "live_watch_seconds")
BY_CONTENT = ("views_per_content", "live_views_per_content", "video_views_per_content")
BY_MESSAGE = ("response_rate", "response_time")
WITHOUT_HISTORY = ("shoppable_posts", "livestreams", "linked_products", "active_days")
"""Counts taken to vary as Poisson's do."""
SUMS = ("n", "part", "whole", "square")
POISSON = Fit(None, 0.0, 1.0)


def priors_of_market(histories: Mapping[str, Array], unfitted: UnfittedStrengths) -> dict[str, Fit]:
    """Measure → prior of a market, from its creators' rows of `features.lists.history`."""
    return {name: _fit(name, _moments(name, histories), unfitted) for name in MEASURES}


def priors_of_industry(of_market: Mapping[str, Fit], histories: Mapping[str, Array]) -> dict[str, Fit]:
    """The market's priors with the means of these peers; the market's own where they have no history."""
    found = dict(of_market)
    for name, fit in of_market.items():
        if fit.mean is not None:
            mean = _moments(name, histories).mean
            found[name] = fit if mean is None else replace(fit, mean=mean)
    return found


def _fit(name: str, moments: Moments, unfitted: UnfittedStrengths) -> Fit:
    if name in WITHOUT_HISTORY:
        return POISSON
    measure = MEASURES[name]
    if not isinstance(measure, Rate):
        return Fit(None, 0.0, noise_of(moments, measure.power))
    return fit_rate(moments, measure.power) or Fit(None, _unfitted(name, unfitted), np.nan)


def _unfitted(name: str, strengths: UnfittedStrengths) -> float:
    for names, strength in (
        (BY_VIEWER, strengths.viewers),
        (BY_CONTENT, strengths.contents),
        (BY_MESSAGE, strengths.messages),
        (("fulfilment_rate",), strengths.samples),
    ):
        if name in names:
            return strength
    return strengths.views


def _moments(name: str, histories: Mapping[str, Array]) -> Moments:
    if name in WITHOUT_HISTORY:
        nothing = np.zeros(len(histories["creator_id"]), np.int64)
        return Moments(nothing, nothing, nothing, nothing)
    first, *rest = (
        Moments(*(np.nan_to_num(histories[f"{history}_{part}"]) for part in SUMS))
        for history in HISTORIES.get(name, (name,))
    )
    return sum(rest, start=first)
