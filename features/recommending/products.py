"""How products are doing, and who buys them (R31)."""

import ibis
import numpy as np
import pyarrow as pa

from features.arrow import numbers, rows_of
from features.known import Known
from features.portable import SECONDS_A_DAY, exact_sum
from features.recommending.links import TREND_DAYS, WINDOWED
from recsys.arrays import Array, Features, Ints
from recsys.ratio import ratio
from recsys.snapshot import Columns
from recsys.vocabulary import DIMENSIONS

LOGGED = ("shown", "clicked", "showcased", "sampled")


def results(linked: ibis.Table) -> ibis.Table:
    """Per product: views, orders, GMV and followers of the videos that link it, in 28 days and those before.

    `linked` is `links.linked`, which says how results are split.
    """
    names = [f"{name}_{window}" for window in ("28", "before_28") for name in WINDOWED]
    sums = {name: _sum(linked[name]) for name in names}
    return linked.group_by("product_id").aggregate(**sums)


def _sum(column: ibis.Value) -> ibis.Value:
    return exact_sum(column) if column.type().is_floating() else column.sum()


def meetings(known: Known, log: ibis.Table) -> ibis.Table:
    """Per product: how often it was shown, clicked, showcased and sampled, in 28 days and those before.

    `log` is `events.product_log`.
    """
    month = TREND_DAYS * SECONDS_A_DAY
    last_28 = log["at"] >= known.now - month
    before_28 = (log["at"] >= known.now - 2 * month) & ~last_28
    counts = {f"{event}_28": ((log.event == event) & last_28).sum() for event in LOGGED}
    counts |= {f"{event}_before_28": ((log.event == event) & before_28).sum() for event in LOGGED}
    return log.group_by(product_id=log.item_id).aggregate(**counts)


def sales(linked: ibis.Table) -> ibis.Table:
    """Creators, products and `orders_90` of what was sold in 90 days, in their order."""
    sold = linked.filter(linked.orders_90 > 0)
    return sold.select("creator_id", "product_id", "orders_90").order_by("creator_id", "product_id")


def buyers(sold: pa.Table, creators: Columns, product_ids: Ints) -> dict[str, Features]:
    """Per dimension the buyers' profile of each product: (products, groups), NaN where nobody sold it.

    It is the mean audience of the creators who sold the product, weighted by orders; `sold` is
    `sales`, read. Creators without a measured audience are left out.
    """
    makers, products = rows_of(sold, "creator_id", creators.ids), rows_of(sold, "product_id", product_ids)
    there = (makers >= 0) & (products >= 0)
    orders = numbers(sold, "orders_90")[there]
    return {
        f"buyers_{dimension}": _mean_audience(
            creators[f"audience_{dimension}"][makers[there]], products[there], orders, len(product_ids)
        )
        for dimension in DIMENSIONS
    }


def _mean_audience(audience: Features, products: Ints, orders: Array, count: int) -> Features:
    measured = ~np.isnan(audience).any(axis=1)
    audience, products, orders = audience[measured], products[measured], orders[measured]
    totals = np.bincount(products, orders, count)
    wide = np.empty((count, audience.shape[1]))
    for group, share in enumerate(audience.T):
        wide[:, group] = np.bincount(products, orders * share, count)
    return ratio(wide, totals[:, None]).astype(np.float32)
