"""Samples and whether their creators kept the promise (R7)."""

import ibis

from features.known import Known
from features.portable import seconds
from features.profiles.rules import rules

STATES = ("void", "pending", "provisional", "fulfilled", "failed")
DAYS = 180
"""Samples whose window opened longer ago are history."""
ASKED_DAYS = 90


def samples(states: ibis.Table) -> ibis.Table:
    """Per creator, over samples of 180 days: decided, fulfilled, received, and posted about at any time.

    Void, pending and provisional samples are undecided: they are in no denominator.
    """
    fulfilled = states.state == "fulfilled"
    return states.group_by("creator_id").aggregate(
        samples_decided=(fulfilled | (states.state == "failed")).sum(),
        samples_fulfilled=fulfilled.sum(),
        samples_received=states.received.sum(),
        samples_used=(states.received & states.used).sum(),
    )


def asked(known: Known) -> ibis.Table:
    """Per creator, over 90 days: samples asked for on their own account, not as part of a campaign."""
    rows = known["samples"]
    rows = rows.filter((rows.requested_at >= known.moment(ASKED_DAYS)) & rows.campaign_id.isnull())
    return rows.group_by("creator_id").aggregate(samples_asked_90=rows.sample_id.count())


def sample_states(known: Known) -> ibis.Table:
    """Per sample opened in the last 180 days: its state under the policy in force (R7), and if it was used.

    A video must link the product, be posted inside the window, and from a moment inside the window stay
    public for as long as the policy says without a break; until those days are over it is provisional.
    A livestream counts by its longest single segment: segments do not add up. A sample that was not shipped,
    or was cancelled by the seller, is void.
    """
    opened = _windows(known)
    proof = _proofs(known, opened)
    rows = opened.left_join(proof, "sample_id").drop("sample_id_right")
    state = ibis.cases(
        (rows.cancelled_at.notnull() | rows.shipped_at.isnull(), "void"),
        (rows.fulfilled.fill_null(0) > 0, "fulfilled"),
        (rows.provisional.fill_null(0) > 0, "provisional"),
        (rows.opens.isnull() | (rows.closes > known.now), "pending"),
        else_="failed",
    )
    used = rows.used.fill_null(0) > 0
    return rows.select(
        "sample_id", "creator_id", "brand_id", state=state, used=used, received=rows.received_at.notnull()
    )


def _windows(known: Known) -> ibis.Table:
    """Samples with the second their window opens and closes, and the rules that apply."""
    sent = known["samples"].join(rules(known), "creator_id")
    start = sent.from_shipping.ifelse(sent.shipped_at, sent.received_at)
    sent = sent.filter(start.isnull() | (start >= known.moment(DAYS)))
    opens = seconds(sent.from_shipping.ifelse(sent.shipped_at, sent.received_at))
    closes = opens + sent.window + sent.extended_at.notnull().ifelse(sent.extension, 0)
    return sent.mutate(opens=opens, closes=closes)


def _proofs(known: Known, opened: ibis.Table) -> ibis.Table:
    """Per sample with any post about it: how many fulfil it, may still do so, or merely mention it."""
    proofs = ibis.union(_video_proofs(known, opened), _live_proofs(known, opened))
    return proofs.group_by("sample_id").aggregate(
        fulfilled=proofs.fulfilled.sum(), provisional=proofs.provisional.sum(), used=proofs.sample_id.count()
    )


def _video_proofs(known: Known, opened: ibis.Table) -> ibis.Table:
    videos = known["videos"]
    links = videos.select("video_id", "creator_id", "posted_at", product_id=videos.product_ids).unnest(
        "product_id"
    )
    links = links.filter(links.posted_at >= known.moment(DAYS))
    posts = opened.join(links, ("creator_id", "product_id")).join(known["video_visibility"], "video_id")
    posted, public = seconds(posts.posted_at), seconds(posts.public_from)
    until = seconds(posts.public_until).fill_null(known.now)
    inside = (
        (posted >= posts.opens) & (posted < posts.closes) & (public >= posts.opens) & (public < posts.closes)
    )
    long_enough = until - public >= posts.public
    posts = posts.mutate(
        fulfilled=(inside & long_enough).cast("int64"),
        provisional=(inside & ~long_enough & posts.public_until.isnull()).cast("int64"),
    )
    return posts.filter(posted >= posts.opens).select("sample_id", "fulfilled", "provisional")


def _live_proofs(known: Known, opened: ibis.Table) -> ibis.Table:
    streams = known["livestreams"].select("livestream_id", "creator_id")
    segments = known["livestream_segments"].join(streams, "livestream_id")
    segments = segments.filter(segments.starts_at >= known.moment(DAYS))
    shown = opened.join(segments, ("creator_id", "product_id"))
    starts, ends = seconds(shown.starts_at), seconds(shown.ends_at)
    done = (ends - starts >= shown.live) & (starts >= shown.opens) & (starts + shown.live <= shown.closes)
    shown = shown.mutate(fulfilled=done.cast("int64"), provisional=ibis.literal(0, "int64"))
    return shown.filter(starts >= shown.opens).select("sample_id", "fulfilled", "provisional")
