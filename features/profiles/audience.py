"""A creator's audience as last measured (R13, R15, R16)."""

import ibis

from features.known import Known
from features.portable import real


def measured(known: Known) -> ibis.Table:
    """Per creator, dimension and group: the share at the dimension's last measurement before today."""
    rows = known["audience"]
    last = rows.group_by("creator_id", "dimension").aggregate(day=rows.day.max())
    joined = rows.join(last, ("creator_id", "dimension", "day"))
    return joined.select("creator_id", "dimension", "value", "share")


def audience(shares: ibis.Table) -> ibis.Table:
    """Per creator: the active share of the audience, and the country and state with its largest share.

    Of equal shares the first by name counts; what was not measured is NULL.
    """
    active = shares.filter((shares.dimension == "activity") & (shares.value == "active"))
    active = active.group_by("creator_id").aggregate(active_share=real(active.share.max()))
    country, state = _main(shares, "country"), _main(shares, "state")
    creators = shares.select("creator_id").distinct()
    for part in (active, country, state):
        creators = creators.left_join(part, "creator_id").drop("creator_id_right")
    return creators


def _main(shares: ibis.Table, dimension: str) -> ibis.Table:
    rows = shares.filter(shares.dimension == dimension)
    largest = ibis.row_number().over(group_by=rows.creator_id, order_by=[ibis.desc(rows.share), rows.value])
    rows = rows.mutate(place=largest)
    rows = rows.filter(rows.place == 0)
    names = {f"main_{dimension}_name": rows.value, f"main_{dimension}_share": real(rows.share)}
    return rows.select("creator_id", **names)
