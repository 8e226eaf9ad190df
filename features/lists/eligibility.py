"""Who may stand on a ranking list, and the ledger of who may not (R9)."""

from dataclasses import dataclass

import numpy as np

from features.lists.measures import Inputs
from features.portable import SECONDS_A_DAY
from recsys.arrays import Flags, Floats
from recsys.policy import Eligibility
from recsys.ratio import ratio

EXPECTED = {
    "followers_floor": "{:,.0f} followers or more",
    "active_within_days": "a video or livestream within {:,.0f} days",
    "sample_use_floor": "a share of {:.0%} or more of received samples posted about, or enough fulfilled",
    "fulfilment_floor": "a share of {:.0%} or more of decided samples fulfilled, or enough posted about",
}
"""What each rule asks for, given its threshold."""


@dataclass(frozen=True)
class FailedCondition:
    """One condition that some creators of a market fail."""

    rule: str
    excluded: Flags
    """(creators,) who is left out for it."""
    value: Floats
    """(creators,) what was measured; NaN where nothing was."""
    threshold: float


def exclusions(inputs: Inputs, now: int, rules: Eligibility) -> tuple[FailedCondition, ...]:
    """Every condition with the creators it leaves out; `now` is the period's end in seconds since 1970.

    Sample use and fulfilment exclude only together, and only on samples received and decided.
    """
    followers = inputs["followers"].astype(np.float64)
    idle = np.where(inputs["last_active"] > 0, (now - inputs["last_active"]) / SECONDS_A_DAY, np.nan)
    use = ratio(inputs["samples_used"], inputs["samples_received"])
    fulfilment = ratio(inputs["samples_fulfilled"], inputs["samples_decided"])
    broken = (use < rules.sample_use_floor) & (fulfilment < rules.fulfilment_floor)
    return (
        FailedCondition(
            "followers_floor", followers < rules.followers_floor, followers, rules.followers_floor
        ),
        FailedCondition(
            "active_within_days", ~(idle <= rules.active_within_days), idle, rules.active_within_days
        ),
        FailedCondition("sample_use_floor", broken, use, rules.sample_use_floor),
        FailedCondition("fulfilment_floor", broken, fulfilment, rules.fulfilment_floor),
    )


def eligible(found: tuple[FailedCondition, ...]) -> Flags:
    """(creators,) who is left out by none."""
    return np.asarray(~np.logical_or.reduce([exclusion.excluded for exclusion in found]))
