"""Creators, brands and products that are named by id: their rows in a snapshot, or one error for all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

import numpy as np

from recsys.arrays import Array, Ints
from recsys.errors import UnknownIdError
from recsys.snapshot import Columns, Snapshot

EXAMPLES = 3
Entity: TypeAlias = Literal["creator", "brand", "product"]


def known_row(snapshot: Snapshot, what: Entity, number: int) -> int:
    """Row of one id; raises as `known_rows` does."""
    return int(known_rows(snapshot, what, (number,))[0])


def known_rows(snapshot: Snapshot, what: Entity, ids: Sequence[int] | Ints) -> Ints:
    """Rows of all these ids, in their order; raises UnknownIdError that says which ids there are."""
    part: Columns = getattr(snapshot, f"{what}s")
    asked = _numbers(ids)
    rows, there = part.rows_of(asked)
    if there.all():
        return rows
    absent = np.unique(asked[~there])
    where = f"{snapshot.name} {said(snapshot.facts.as_of)} has {len(part):,} {what}s"
    raise unknown(what, absent, f"{where}{_ids(part, absent)}")


def unknown(what: str, absent: Sequence[int] | Array, found: str) -> UnknownIdError:
    """The error about ids that are not there: `unknown creator 7: ` and what was found instead."""
    first = ", ".join(map(str, absent[:EXAMPLES]))
    if len(absent) == 1:
        return UnknownIdError(f"unknown {what} {first}: {found}")
    return UnknownIdError(f"{len(absent):,} unknown {what}s, such as {first}: {found}")


def said(moment: datetime) -> str:
    """The moment of what is known, in words: `as of 2026-06-29 00:00 UTC`."""
    return f"as of {moment:%Y-%m-%d %H:%M} UTC"


def _numbers(ids: Sequence[int] | Ints) -> Array:
    try:
        return np.asarray(ids, np.int64)
    except OverflowError:
        # No id is as large, and as numbers of Python they are found absent.
        return np.asarray(ids, object)


def _ids(part: Columns, absent: Array) -> str:
    """The first and the last id that are there and, where one is not, one near it."""
    if not len(part):
        return ""
    (row,), _ = part.rows_of(absent[:1])
    near = f", near it {part.ids[row]}" if len(absent) == 1 else ""
    return f", with ids {part.ids[0]} to {part.ids[-1]}{near}"
