"""The samples of one creator: what became of each, and what is still needed (R7)."""

from dataclasses import replace

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from features.known import Known
from features.profiles.fulfilment import fulfilment
from recsys.known_ids import said, unknown

READ = ("creators", "samples", "videos", "video_visibility", "livestreams", "livestream_segments")
"""The tables that fulfilment is worked out from."""
TIMES = ("since", "opens", "closes", "needed_until")


def creator_samples(known: Known, creator_id: int) -> pa.Table:
    """A row for each sample of `fulfilment`: those whose window is not open yet, then latest window first.

    `needed` is what an undecided sample waits for: `receipt`, `post` (before `needed_until`) or `stay_public`
    (of the video that is the cause, until then); NULL where nothing is needed. Times are timestamps in UTC.
    Raises UnknownIdError for a creator who was not there before `as_of`.
    """
    _refuse_unknown(known, creator_id)
    samples = known["samples"]
    own = replace(known, tables={**known.tables, "samples": samples.filter(samples.creator_id == creator_id)})
    rows = fulfilment(own)
    needed = _needed(rows)
    until = needed.cases(("post", rows.closes), ("stay_public", rows.due))
    rows = rows.mutate(needed=needed, needed_until=until).select(
        "sample_id",
        "product_id",
        "brand_id",
        "state",
        "since",
        "cause",
        "cause_id",
        "opens",
        "closes",
        "needed",
        "needed_until",
    )
    rows = rows.order_by([rows.opens.desc(nulls_first=True), rows.sample_id])
    return _with_times(known.read(rows))


def _refuse_unknown(known: Known, creator_id: int) -> None:
    creators = known["creators"]
    if not len(known.read(creators.filter(creators.creator_id == creator_id).select("creator_id"))):
        raise unknown("creator", [creator_id], f"expected one of the table creators {said(known.as_of)}")


def _needed(rows: ibis.Table) -> ibis.Value:
    return ibis.cases(
        ((rows.state == "pending") & rows.opens.isnull(), "receipt"),
        (rows.state == "pending", "post"),
        (rows.state == "provisional", "stay_public"),
    )


def _with_times(rows: pa.Table) -> pa.Table:
    for name in TIMES:
        moments = pc.cast(rows[name], pa.timestamp("s"))
        rows = rows.set_column(rows.column_names.index(name), name, moments)
    return rows
