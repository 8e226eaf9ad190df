"""Samples counted by what became of them (R6, R7)."""

import ibis

from features.known import Known
from features.profiles.fulfilment import fulfilment

ASKED_DAYS = 90


def samples(states: ibis.Table) -> ibis.Table:
    """Per creator, over samples of 180 days: decided, fulfilled, received, and posted about at any time.

    Void, pending and provisional samples are undecided: they are in no denominator. Sample use counts
    provisional ones, which were posted about.
    """
    fulfilled = states.state == "fulfilled"
    counted = states.received & ~states.state.isin(("void", "pending"))
    return states.group_by("creator_id").aggregate(
        samples_decided=(fulfilled | (states.state == "failed")).sum(),
        samples_fulfilled=fulfilled.sum(),
        samples_received=counted.sum(),
        samples_used=(counted & states.used).sum(),
    )


def asked(known: Known) -> ibis.Table:
    """Per creator, over 90 days: samples asked for on their own account, not as part of a campaign."""
    rows = known["samples"]
    rows = rows.filter((rows.requested_at >= known.moment(ASKED_DAYS)) & rows.campaign_id.isnull())
    return rows.group_by("creator_id").aggregate(samples_asked_90=rows.sample_id.count())


def sample_states(known: Known) -> ibis.Table:
    """Per sample of `fulfilment`: its state (R7), whether it arrived and whether it was ever posted about."""
    return fulfilment(known).select("sample_id", "creator_id", "brand_id", "state", "used", "received")
