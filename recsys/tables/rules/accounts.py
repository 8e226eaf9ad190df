"""Rules about creators' days, audiences and money. Each function gives what breaks its sentence."""

from functools import reduce

import ibis
from ibis.expr.types import BooleanValue

from recsys.tables.rules.rule import Marketplace, row_rule, set_rule

ROUNDING = 1e-6
"""What shares that add up to 1 may exceed it by."""


@row_rule("creator_daily")
def gmv_bounds_in_order(day: ibis.Table) -> BooleanValue:
    """Withheld GMV is a range: gmv_low is at most gmv_high (R17)."""
    return day.gmv_low > day.gmv_high


@row_rule("creator_daily")
def known_gmv_is_its_bounds(day: ibis.Table) -> BooleanValue:
    """Where gmv is known, gmv_low and gmv_high equal it (R17)."""
    return (day.gmv != day.gmv_low) | (day.gmv != day.gmv_high)


@row_rule("creator_daily")
def daily_gmv_needs_orders(day: ibis.Table) -> BooleanValue:
    """A day without orders has no GMV."""
    return (day.orders == 0) & (day.gmv_low > 0)


@set_rule("creator_daily")
def starts_on_the_first_day(tables: Marketplace) -> ibis.Table:
    """A creator's first row is the day of created_at, or the table's first day if that is later."""
    daily = tables["creator_daily"]
    spans = _spans(daily).join(tables["creators"], "creator_id")
    spans = spans.cross_join(daily.aggregate(data_starts=daily.day.min()))
    expected = ibis.greatest(spans.created_at.date(), spans.data_starts)
    broken = spans.filter(spans.first_day != expected)
    return broken.select("creator_id", "first_day", "created_at", "data_starts")


@set_rule("creator_daily")
def without_gaps(tables: Marketplace) -> ibis.Table:
    """A creator has a row for every day from the first to the last."""
    spans = _spans(tables["creator_daily"])
    return spans.filter(spans.days < spans.last_day.delta(spans.first_day, unit="day") + 1)


def _spans(daily: ibis.Table) -> ibis.Table:
    return daily.group_by("creator_id").aggregate(
        first_day=daily.day.min(), last_day=daily.day.max(), days=daily.count()
    )


@set_rule("audience")
def audience_shares_add_up(tables: Marketplace) -> ibis.Table:
    """The shares of a creator's audience in a dimension add up to at most 1."""
    return _shares_above_one(tables["audience"], ["creator_id", "day", "dimension"])


@set_rule("campaign_targets")
def target_shares_add_up(tables: Marketplace) -> ibis.Table:
    """The wanted shares in a dimension add up to at most 1."""
    return _shares_above_one(tables["campaign_targets"], ["campaign_id", "dimension"])


def _shares_above_one(rows: ibis.Table, group: list[str]) -> ibis.Table:
    summed = rows.group_by(group).aggregate(share=rows.share.sum())
    return summed.filter(summed.share > 1 + ROUNDING)


@set_rule("creators")
def one_currency_in_a_market(tables: Marketplace) -> ibis.Table:
    """All money in a market is in one currency."""
    pairs = reduce(ibis.Table.union, _markets_and_currencies(tables)).distinct()
    counted = pairs.group_by("market").aggregate(currencies=pairs.count())
    return pairs.semi_join(counted.filter(counted.currencies > 1), "market")


def _markets_and_currencies(tables: Marketplace) -> list[ibis.Table]:
    """The (market, currency) pairs of every table with money; a row without a market has its creator's."""
    of_creator = tables["creators"].select("creator_id", "market")
    of_campaign = tables["campaigns"].select("campaign_id", "market")
    of_video = tables["videos"].select("video_id", "creator_id")
    by_creator = _currencies(_currencies(tables["video_daily"], "video_id").join(of_video, "video_id"))
    money = (
        tables["products"],
        tables["campaigns"],
        _currencies(tables["creator_daily"]).join(of_creator, "creator_id"),
        _currencies(tables["livestreams"]).join(of_creator, "creator_id"),
        by_creator.join(of_creator, "creator_id"),
        _currencies(tables["invitations"], "campaign_id").join(of_campaign, "campaign_id"),
    )
    return [rows.select("market", "currency").distinct() for rows in money]


def _currencies(rows: ibis.Table, of: str = "creator_id") -> ibis.Table:
    """Each entity with its currencies, once: far fewer rows to join than days."""
    return rows.select(of, "currency").distinct()
