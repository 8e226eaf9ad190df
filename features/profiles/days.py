"""A creator's days: followers, GMV and orders, and how steadily followers grew (R3, R16, R17)."""

import ibis

from features.known import Known
from features.portable import real

YESTERDAY = 1


def days(known: Known) -> ibis.Table:
    """Per creator: followers now and 7, 28 and 90 days before, and sums over 7, 28 and 90 days.

    GMV is a range: its bounds are added up apart (R17), in the last day's currency. Followers of a day
    without a row are NULL.
    """
    daily = known["creator_daily"]
    daily = daily.filter(daily.day >= known.day(91))
    return daily.group_by("creator_id").aggregate(
        followers=real(daily.followers.argmax(daily.day)),
        currency=daily.currency.argmax(daily.day),
        **_followers_before(known, daily),
        **_sums(known, daily),
    )


def _followers_before(known: Known, daily: ibis.Table) -> dict[str, ibis.Value]:
    return {
        f"followers_{ago}": real(daily.followers.max(where=daily.day == known.day(ago + YESTERDAY)))
        for ago in (7, 28, 90)
    }


def _sums(known: Known, daily: ibis.Table) -> dict[str, ibis.Value]:
    last_28 = daily.day >= known.day(28)
    before_28 = (daily.day >= known.day(56)) & ~last_28
    last_90 = daily.day >= known.day(90)
    return {
        "gmv_low_28": daily.gmv_low.sum(where=last_28),
        "gmv_high_28": daily.gmv_high.sum(where=last_28),
        "gmv_low_before_28": daily.gmv_low.sum(where=before_28),
        "gmv_high_before_28": daily.gmv_high.sum(where=before_28),
        "gmv_low_90": daily.gmv_low.sum(where=last_90),
        "gmv_high_90": daily.gmv_high.sum(where=last_90),
        "orders_28": daily.orders.sum(where=last_28),
        "orders_before_28": daily.orders.sum(where=before_28),
        "days_28": daily.day.count(where=last_28),
        "withheld_days_28": daily.day.count(where=last_28 & daily.gmv.isnull()),
    }


def gains(known: Known) -> ibis.Table:
    """Per creator, over 28 days: days on which followers rose, all they gained, and the best day's gain.

    `gained_before_28` is what they gained in the 28 days before.
    """
    daily = known["creator_daily"]
    daily = daily.filter(daily.day >= known.day(57))
    before = daily.followers.lag().over(group_by=daily.creator_id, order_by=daily.day)
    daily = daily.mutate(gain=daily.followers - before)
    rose, last_28 = daily.gain > 0, daily.day >= known.day(28)
    return daily.group_by("creator_id").aggregate(
        gain_days_28=(rose & last_28).sum(),
        gained_28=daily.gain.sum(where=rose & last_28),
        gained_before_28=daily.gain.sum(where=rose & ~last_28),
        best_gain_28=daily.gain.max(where=rose & last_28),
    )
