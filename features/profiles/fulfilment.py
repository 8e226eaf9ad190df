"""What became of each sample, as known at a moment: a state machine over samples and posts (R7).

Every state names the event that caused it and the second at which that happened. Nothing is stored: states
are a function of the known tables, so that any moment can be replayed. docs/fulfilment.md: the transitions.
"""

import ibis

from features.known import Known
from features.portable import seconds
from features.profiles.rules import rules

STATE_OF = {
    "not_shipped": "void",
    "cancelled": "void",
    "shipped": "pending",
    "received": "pending",
    "extended": "pending",
    "video_hidden": "pending",
    "video_public": "provisional",
    "video_public_long_enough": "fulfilled",
    "live_featured": "fulfilled",
    "window_over": "failed",
    "video_hidden_after_window": "failed",
}
"""Every cause, and the state that it puts a sample in."""
FULFILLING = ("video_public_long_enough", "live_featured")
DAYS = 180
"""Samples whose window opened longer ago are history."""


def fulfilment(known: Known) -> ibis.Table:
    """Per sample that waits or whose window opened in the last 180 days: where it stands, and why (R7).

    `state` and `cause` are words of `STATE_OF`; `cause_id` is the video or livestream where the cause is a
    post, else NULL; `since` is when the cause happened. `opens` and `closes` (exclusive) bound the window and
    `due` is when a provisional video will have been public for long enough. Times are seconds since 1970,
    NULL where there is none. `used` says that the product was posted about after the window opened, in time
    or not; `received` that the sample arrived. All samples are judged by the policies of `known`.
    """
    opened = _windows(known)
    rows = opened.left_join(_decisive(_posts(known, opened)), "sample_id").drop("sample_id_right")
    rows = rows.mutate(cause=_cause(rows, known.now))
    return rows.select(
        "sample_id",
        "creator_id",
        "brand_id",
        "product_id",
        state=rows.cause.cases(*STATE_OF.items()),
        cause=rows.cause,
        cause_id=_rests_on_a_post(rows).ifelse(rows.post_id, ibis.null("int64")),
        since=_since(rows),
        opens=rows.opens,
        closes=rows.closes,
        due=(rows.cause == "video_public").ifelse(rows.post_due, ibis.null("int64")),
        used=rows.used.fill_null(False),
        received=rows.received.notnull(),
    )


def _windows(known: Known) -> ibis.Table:
    """Samples with the seconds of their events, those their window opens and closes, and the rules."""
    sent = known["samples"].join(rules(known), "creator_id")
    start = sent.from_shipping.ifelse(sent.shipped_at, sent.received_at)
    sent = sent.filter(start.isnull() | (start >= known.moment(DAYS)))
    steps = ("requested", "shipped", "received", "cancelled", "extended")
    sent = sent.mutate(**{step: seconds(sent[f"{step}_at"]) for step in steps})
    sent = sent.mutate(opens=sent.from_shipping.ifelse(sent.shipped, sent.received))
    sent = sent.mutate(first_close=sent.opens + sent.window)
    # An extension given when even the longer window would be over changes nothing.
    helps = (sent.extension > 0) & (sent.extended < sent.first_close + sent.extension)
    return sent.mutate(
        extended=helps.ifelse(sent.extended, ibis.null("int64")),
        closes=sent.first_close + helps.ifelse(sent.extension, 0),
    )


def _cause(rows: ibis.Table, now: int) -> ibis.Value:
    """The event that put each sample in its state: only a promise kept before outlasts a cancellation."""
    kept = rows.post_cause.isin(FULFILLING) & (rows.cancelled.isnull() | (rows.post_at <= rows.cancelled))
    hidden_late = (rows.post_at >= rows.closes).ifelse("video_hidden_after_window", "window_over")
    return ibis.cases(
        (rows.shipped.isnull() & rows.cancelled.isnull(), "not_shipped"),
        (kept, rows.post_cause),
        (rows.cancelled.notnull(), "cancelled"),
        (rows.post_cause == "video_public", rows.post_cause),
        (rows.opens.isnull(), "shipped"),
        (rows.closes > now, _waiting_for(rows)),
        else_=hidden_late,
    )


def _waiting_for(rows: ibis.Table) -> ibis.Value:
    """The last event of a sample with an open window: a chance gained, or a video that went too early."""
    return ibis.cases(
        (rows.extended >= ibis.greatest(rows.opens, rows.post_at.fill_null(0)), "extended"),
        (rows.post_cause.notnull(), rows.post_cause),
        (rows.from_shipping, "shipped"),
        else_="received",
    )


def _since(rows: ibis.Table) -> ibis.Value:
    return rows.cause.cases(
        ("not_shipped", rows.requested),
        ("cancelled", rows.cancelled),
        ("shipped", rows.shipped),
        ("received", rows.received),
        ("extended", rows.extended),
        ("window_over", rows.closes),
        else_=rows.post_at,
    )


def _rests_on_a_post(rows: ibis.Table) -> ibis.Value:
    return rows.cause.startswith("video_") | (rows.cause == "live_featured")


def _decisive(posts: ibis.Table) -> ibis.Table:
    """Per sample with any post about it the one that its state may rest on.

    That is the earliest that fulfils it, else the earliest that still may, else the last that could have.
    """
    weight = posts.post_cause.cases(
        *((cause, 0) for cause in FULFILLING), ("video_public", 1), ("video_hidden", 2), else_=3
    )
    order = (posts.post_cause == "video_hidden").ifelse(-posts.post_at, posts.post_at)
    place = ibis.row_number().over(
        group_by=posts.sample_id, order_by=[weight, order, posts.post_cause, posts.post_id]
    )
    return posts.mutate(place=place, used=True).filter(lambda row: row.place == 0).drop("place")


def _posts(known: Known, opened: ibis.Table) -> ibis.Table:
    """Per stretch of a video or segment of a livestream about a sample's product: what it does to the sample.

    `post_cause` is NULL where it came too late or was too short; `post_at` is when it had its effect.
    """
    return ibis.union(_video_posts(known, opened), _live_posts(known, opened))


def _video_posts(known: Known, opened: ibis.Table) -> ibis.Table:
    """A video must be posted inside the window and, from a moment inside it, stay public without a break."""
    videos = known["videos"]
    # Here, because DuckDB takes 20 times as long for a filter behind unnest.
    videos = videos.filter(videos.posted_at >= known.moment(DAYS))
    links = videos.select("video_id", "creator_id", "posted_at", product_id=videos.product_ids).unnest(
        "product_id"
    )
    rows = opened.join(links, ("creator_id", "product_id")).join(known["video_visibility"], "video_id")
    posted, public, hidden = (seconds(rows[name]) for name in ("posted_at", "public_from", "public_until"))
    due, last = public + rows.public, ibis.greatest(posted, public)
    cause = ibis.cases(
        ((posted < rows.opens) | (public < rows.opens) | (last >= rows.closes), ibis.null("string")),
        (due <= hidden.fill_null(known.now), "video_public_long_enough"),
        (hidden.isnull(), "video_public"),
        else_="video_hidden",
    )
    at = cause.cases(("video_public_long_enough", due), ("video_public", public), else_=hidden)
    in_extension = last >= rows.first_close
    told = rows.mutate(post_cause=cause, post_id=rows.video_id, post_at=at, post_due=due, late=in_extension)
    return _told(told.filter(posted >= rows.opens))


def _live_posts(known: Known, opened: ibis.Table) -> ibis.Table:
    """A livestream counts by its longest single segment: segments do not add up."""
    streams = known["livestreams"].select("livestream_id", "creator_id")
    segments = known["livestream_segments"].join(streams, "livestream_id")
    segments = segments.filter(segments.starts_at >= known.moment(DAYS))
    rows = opened.join(segments, ("creator_id", "product_id"))
    starts, ends = seconds(rows.starts_at), seconds(rows.ends_at)
    done = starts + rows.live
    long_enough = (done <= ends) & (done <= rows.closes)
    cause, in_extension = long_enough.ifelse("live_featured", ibis.null("string")), done > rows.first_close
    told = rows.mutate(
        post_cause=cause, post_id=rows.livestream_id, post_at=done, post_due=done, late=in_extension
    )
    return _told(told.filter(starts >= rows.opens))


def _told(rows: ibis.Table) -> ibis.Table:
    """A post in an extension that was given only afterwards has its effect from when it was given."""
    at = rows.late.ifelse(ibis.greatest(rows.post_at, rows.extended), rows.post_at)
    at = rows.post_cause.notnull().ifelse(at, ibis.null("int64"))
    return rows.select("sample_id", "post_cause", "post_id", "post_due", post_at=at)
