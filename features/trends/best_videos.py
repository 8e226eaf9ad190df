"""The best-performing videos of a slice: by views, by engagement rate or by GMV (R35)."""

from typing import Literal

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.known import Known
from features.trends.counts import Slice
from recsys.arrays import Floats
from recsys.errors import ConfigError
from recsys.tables import require

By = Literal["views", "engagement", "gmv"]
NEEDS = {
    "videos": ("video_id", "creator_id", "posted_at", "category"),
    "creators": ("creator_id", "market"),
    "video_daily": ("video_id", "day", "views", "likes", "comments", "shares", "gmv", "currency"),
}
"""Table → columns it takes."""
FLOOR = 1_000
"""Fewest views for which an engagement rate is listed."""
STRONGEST, WEAKEST = 1e6, 1.0
"""Limits of a prior's strength, in views."""


def best_videos(known: Known, within: Slice, days: int, by: By, count: int) -> pa.Table:
    """The videos of the slice that brought most in the last `days` days that are over, ranked.

    Columns `rank`, `video_id`, `creator_id`, `market`, `category`, `posted_at`, `views`, `engagements`,
    `engagement_rate` (see `shrunk_rates`), `gmv` (minor units), `currency` and `score`, which is what is
    asked for. Equal scores go by views, then by id. For engagement a video needs FLOOR views. Raises
    ConfigError where GMV of several currencies would be compared, TableError where a column of NEEDS is not
    there.
    """
    require(known.tables, NEEDS)
    rows = known.read(within.of(performance(known, days)).order_by("video_id"))
    currencies = sorted(rows["currency"].drop_null().unique().to_pylist())
    if by == "gmv" and len(currencies) > 1:
        raise ConfigError(f"GMV in {', '.join(currencies)} cannot be compared; choose a market")
    rates = shrunk_rates(rows["engagements"].to_numpy(), rows["views"].to_numpy())
    rows = rows.append_column("engagement_rate", [rates])
    score = rates if by == "engagement" else rows[by].to_numpy().astype(np.float64)
    order = [("score", "descending"), ("views", "descending"), ("video_id", "ascending")]
    rows = rows.append_column("score", [score])
    if by == "engagement":
        rows = rows.filter(pc.field("views") >= FLOOR)
    best = rows.sort_by(order).slice(0, count)
    return best.add_column(0, "rank", [np.arange(1, 1 + len(best))])


def performance(known: Known, days: int) -> ibis.Table:
    """Per video with a count in the last `days` days: who made it, and what the days brought."""
    videos, creators, daily = known["videos"], known["creators"], known["video_daily"]
    last = (daily.day >= known.day(days)) & (daily.day < known.day(0))
    daily = daily.filter(last)
    brought = daily.group_by("video_id").aggregate(
        views=daily.views.sum(),
        engagements=(daily.likes + daily.comments + daily.shares).sum(),
        gmv=daily.gmv.sum(),
        currency=daily.currency.max(),
    )
    made = videos.select("video_id", "creator_id", "category", "posted_at")
    placed = made.join(creators.select("creator_id", "market"), "creator_id")
    return placed.join(brought, "video_id")


def shrunk_rates(engagements: Floats, views: Floats) -> Floats:
    """Engagements per view, each pulled to the pooled rate by a prior fitted by moments (R11).

    As in `profiles.peers` (Kleinman, 1973), but views are too many to be squared as integers. The pooled rate
    where a video has no views; 0 where none has.
    """
    engagements, views = engagements.astype(np.float64), views.astype(np.float64)
    if not views.sum() > 0:
        return np.zeros(len(views))
    rate, strength = _prior(engagements[views > 0], views[views > 0])
    return np.asarray((engagements + strength * rate) / (views + strength))


def _prior(parts: Floats, wholes: Floats) -> tuple[float, float]:
    """Pooled rate, and the number of views that it weighs."""
    total = wholes.sum()
    rate = parts.sum() / total
    chance = rate * (1 - rate)
    excess = (parts**2 / wholes).sum() - parts.sum() * rate - (len(wholes) - 1) * chance
    most = chance * (total - (wholes**2).sum() / total - (len(wholes) - 1))
    alike = max(excess / most if most > 0 else 0.0, 1 / (1 + STRONGEST))
    return float(rate), float(max(1 / alike - 1, WEAKEST))
