"""The rules that follow from the schema: presence, range, choices, form, keys, references and time."""

from collections.abc import Callable, Iterator
from functools import partial

import ibis
from ibis.expr.types import BooleanValue

from recsys.tables.marketplace import TABLES
from recsys.tables.rules.rule import ITS, Condition, Marketplace, RowRule, Rule, SetRule
from recsys.tables.schema import Column, Table

EXISTS_SINCE = {
    "creators": "created_at",
    "brands": "created_at",
    "products": "created_at",
    "campaigns": "created_at",
    "videos": "posted_at",
    "livestreams": "started_at",
}
"""The column that says since when an entity exists."""
HAPPENS_AT = {
    "creator_daily": "day",
    "audience": "day",
    "products": "created_at",
    "campaigns": "created_at",
    "invitations": "shown_at",
    "messages": "sent_at",
    "samples": "requested_at",
    "showcase": "added_at",
    "videos": "posted_at",
    "video_visibility": "public_from",
    "video_daily": "day",
    "livestreams": "started_at",
    "livestream_segments": "starts_at",
    "interactions": "at",
}
"""The column that says when the earliest event of a row happened; campaign_targets have no moment."""
CODE_LENGTHS = {"market": 2, "country": 2, "currency": 3}
"""Columns of upper-case codes."""
CENTURY = (2000, 2100)
"""The first year in which anything can have happened, and the first in which nothing can."""


def generated_rules() -> Iterator[Rule]:
    """Every rule the schema implies, table by table."""
    for table in TABLES.values():
        yield SetRule(
            f"{table.name}.key",
            table.name,
            f"{' + '.join(table.key)} is there once",
            partial(_repeated_keys, table),
        )
        for column in table.columns:
            yield from _column_rules(table, column)
            yield from _reference_rules(table, column)


def _repeated_keys(table: Table, tables: Marketplace) -> ibis.Table:
    rows = suspects = tables[table.name]
    *others, last = table.key
    if others and table.by_name[last].kind == "day":
        suspects = rows.semi_join(_with_a_day_twice(rows, others, last), others)
    counted = suspects.group_by(list(table.key)).aggregate(rows=suspects.count())
    repeated = counted.filter(counted.rows > 1)
    return rows.semi_join(repeated, list(table.key)).select(*table.key)


def _with_a_day_twice(rows: ibis.Table, others: list[str], day: str) -> ibis.Table:
    """The other keys that hold a day more than once, at a sixth of the cost of counting each day.

    A month is a number, a day a bit of it: days that differ add up to the bits that are set, others to more.
    """
    month = rows[day].truncate("M").name("month")
    bit = ibis.literal(1) << (rows[day].day() - 1)
    months = rows.group_by([*others, month]).aggregate(set=_bit_or(bit), added=bit.sum())
    return months.filter(months.added > months.set)


def _bits_set(bits: int) -> int:
    """The bits set in any row."""
    raise NotImplementedError


# Every engine has it under this name; Ibis knows it for some of them only.
_bit_or = ibis.udf.agg.builtin(_bits_set, name="bit_or")


def _column_rules(table: Table, column: Column) -> Iterator[RowRule]:
    for name, sentence, condition in _conditions(column):
        yield RowRule(
            f"{table.name}.{column.name}.{name}", table.name, f"{column.name} {sentence}", condition
        )
    if column.kind in {"texts", "ids"}:
        yield RowRule(
            f"{table.name}.{column.name}.elements",
            table.name,
            f"{column.name} holds no NULL and no empty text",
            partial(_empty_element, column.name),
            via=column.name,
        )


def _conditions(column: Column) -> Iterator[tuple[str, str, Condition]]:
    """What makes a value of this column wrong, each as (name, sentence that must hold, condition)."""
    name = column.name
    if not column.optional:
        yield "present", "is not NULL", lambda rows: rows[name].isnull()
    if column.choices:
        allowed = list(column.choices)
        yield "choice", f"is one of {', '.join(allowed)}", lambda rows: rows[name].notin(allowed)
    yield from _KIND_CONDITIONS.get(column.kind, _no_conditions)(name)
    if name in CODE_LENGTHS:
        yield (
            "code",
            f"is a code of {CODE_LENGTHS[name]} capital letters",
            lambda rows: ~rows[name].re_search(rf"^[A-Z]{{{CODE_LENGTHS[name]}}}$"),
        )
    if name == "category":
        yield (
            "levels",
            "is level 1 and level 2 joined by one slash",
            lambda rows: ~rows[name].like("%_/_%") | rows[name].like("%/%/%"),
        )


def _no_conditions(_: str) -> Iterator[tuple[str, str, Condition]]:
    yield from ()


def _amount_conditions(name: str) -> Iterator[tuple[str, str, Condition]]:
    yield "range", "is 0 or more", lambda rows: rows[name] < 0


def _share_conditions(name: str) -> Iterator[tuple[str, str, Condition]]:
    yield (
        "range",
        "is a number from 0 to 1 (NULL, never NaN, where unknown)",
        lambda rows: rows[name].isnan() | ~rows[name].between(0, 1),
    )


def _number_conditions(name: str) -> Iterator[tuple[str, str, Condition]]:
    yield (
        "range",
        "is a finite number (NULL, never NaN, where unknown)",
        lambda rows: rows[name].isnan() | rows[name].isinf(),
    )


def _text_conditions(name: str) -> Iterator[tuple[str, str, Condition]]:
    yield "filled", "is not the empty text", lambda rows: rows[name] == ""


def _time_conditions(name: str) -> Iterator[tuple[str, str, Condition]]:
    yield from _day_conditions(name)
    yield "seconds", "is truncated to seconds", lambda rows: rows[name] != rows[name].truncate("s")


def _day_conditions(name: str) -> Iterator[tuple[str, str, Condition]]:
    yield (
        "century",
        f"is from {CENTURY[0]} to {CENTURY[1] - 1} (NULL where unknown, never 1970-01-01 or 9999-12-31)",
        lambda rows: (
            (rows[name] < _new_year(rows, name, CENTURY[0]))
            | (rows[name] >= _new_year(rows, name, CENTURY[1]))
        ),
    )


def _new_year(rows: ibis.Table, name: str, year: int) -> ibis.Value:
    return ibis.date(year, 1, 1).cast(rows[name].type())


def _list_conditions(name: str) -> Iterator[tuple[str, str, Condition]]:
    yield (
        "distinct",
        "holds each element once",
        lambda rows: rows[name].unique().length() < rows[name].length(),
    )


_KIND_CONDITIONS: dict[str, Callable[[str], Iterator[tuple[str, str, Condition]]]] = {
    "count": _amount_conditions,
    "money": _amount_conditions,
    "share": _share_conditions,
    "number": _number_conditions,
    "text": _text_conditions,
    "day": _day_conditions,
    "time": _time_conditions,
    "texts": _list_conditions,
    "ids": _list_conditions,
}


def _empty_element(name: str, rows: ibis.Table) -> BooleanValue:
    missing = rows[name].isnull()
    return missing | (rows[name] == "") if rows[name].type().is_string() else missing


def _reference_rules(table: Table, column: Column) -> Iterator[RowRule]:
    if not column.references:
        return
    parent, parent_key = column.references.split(".")
    yield RowRule(
        f"{table.name}.{column.name}.exists",
        table.name,
        f"{column.name} is in {column.references}",
        lambda rows: rows[column.name].notnull() & rows[f"{ITS}{parent_key}"].isnull(),
        via=column.name,
    )
    if table.name not in HAPPENS_AT:
        return
    event, since = HAPPENS_AT[table.name], EXISTS_SINCE[parent]
    yield RowRule(
        f"{table.name}.{column.name}.not_before",
        table.name,
        f"{event} is not before {parent}.{since}",
        partial(_happens_before, event, f"{ITS}{since}"),
        via=column.name,
    )


def _happens_before(event: str, since: str, rows: ibis.Table) -> BooleanValue:
    start = rows[since].date() if rows[event].type().is_date() else rows[since]
    return rows[event] < start
