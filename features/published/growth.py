"""Growth of followers from month to month, as a published set measured them (R3, R16)."""

import ibis

from features.creators.growth import FOLLOWERS_BASE
from features.known import Known
from features.portable import elapsed_days, end_of_day, log_growth

NEEDS = {"creator_daily": ("followers",)}
FEWEST_DAYS = 7
"""Measurements that lie nearer are not compared: pages round, and a day's growth is mostly rounding."""
STEP = 30.0


def steps(known: Known) -> ibis.Table:
    """Per creator and month with a measurement: log growth since the month with one before.

    Smoothed by 1,000 followers, from the last measurement of the one month (`since`) to that of the other
    (`day`). `growth_30` is growth at that rate over 30 days, so that steps of different lengths compare.
    """
    daily = known["creator_daily"]
    months = daily.group_by("creator_id", month=daily.day.year() * 12 + daily.day.month())
    rows = months.aggregate(followers=daily.followers.argmax(daily.day), day=daily.day.max())
    window = {"group_by": rows.creator_id, "order_by": rows.month}
    rows = rows.select(
        "creator_id",
        "day",
        "followers",
        since=rows.day.lag().over(**window),
        followers_before=rows.followers.lag().over(**window),
    )
    days = elapsed_days(end_of_day(rows.day) - end_of_day(rows.since))
    growth = log_growth(rows.followers, rows.followers_before, FOLLOWERS_BASE)
    rows = rows.mutate(days=days, growth=growth, growth_30=growth * STEP / days, grew=growth > 0)
    return rows.filter(rows.days >= FEWEST_DAYS).order_by("creator_id", "day")
