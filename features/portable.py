"""The traps between DuckDB and Spark, one helper each: written with these, both give the same numbers.

Features are declared with these helpers, and serving reads the declarations where Ibis is not installed: it
is imported for the type checker only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

Number: TypeAlias = "ir.NumericValue"
"""A numeric column, or an expression of such."""

FIXED_POINT = 1 << 20
GRID = 1 << 10
SECONDS_A_DAY = 86_400


def ratio(part: Number, whole: Number) -> Number:
    """`part / whole`; NULL where the whole is 0 (Spark gives NULL, DuckDB infinity, unless told)."""
    return real(part) / real(whole).nullif(0)


def real(value: Number) -> Number:
    """As a 64-bit float, so that no engine picks integer or decimal arithmetic."""
    return value.cast("float64")


def exact_sum(value: Number) -> Number:
    """Sum of fractions that does not depend on the order of rows: in fixed point, 2⁻²⁰ apart."""
    return real(fixed(value).sum()) / float(FIXED_POINT)


def exact_mean(value: Number) -> Number:
    """Mean of fractions that does not depend on the order of rows: in fixed point, 2⁻²⁰ apart."""
    return ratio(fixed(value).sum(), value.count() * FIXED_POINT)


def rounded(value: Number) -> Number:
    """The nearest multiple of 2⁻²⁰: engines differ in the last bit of logarithms."""
    return real(fixed(value)) / float(FIXED_POINT)


def fixed(value: Number) -> Number:
    """A fraction as an integer number of 2⁻²⁰."""
    return (real(value) * FIXED_POINT).round().cast("int64")


def quantile(value: Number, share: float) -> Number:
    """The interpolated quantile on a grid of 2⁻¹⁰: engines differ in the last bit between neighbours."""
    return real((real(value.quantile(share)) * GRID).round()) / float(GRID)


def log1p(value: Number) -> Number:
    """ln(1 + value), for counts and sums that are never below 0 (engines disagree on log(0))."""
    return (real(value) + 1.0).ln()


def log_ratio(value: Number, to: Number) -> Number:
    """ln(value / to) of two positive numbers; NULL where either is not above 0."""
    valid = (value > 0) & (to > 0)
    return (real(value) / valid.ifelse(real(to), None)).ln()


def log_growth(now: Number, before: Number, base: float) -> Number:
    """ln((now + base) / (before + base)): `base` keeps the tiny from growing fastest by accident (R3)."""
    return ((real(now) + base) / (real(before) + base)).ln()


def shrunk(part: Number, whole: Number, prior: Number, strength: Number | float) -> Number:
    """A rate pulled to its peers' (R11): (part + strength × prior) / (whole + strength)."""
    return (real(part) + strength * prior) / (real(whole) + strength)


def seconds(moment: ir.TimestampValue) -> Number:
    """Whole seconds since 1970: interval arithmetic differs between engines, integers do not."""
    # DuckDB's epoch() is a float whatever Ibis believes, hence the detour.
    return moment.epoch_seconds().cast("float64").floor().cast("int64")


def day_number(moment: ir.TimestampValue | ir.DateValue) -> Number:
    """Whole days since 1970 of a moment or a day in UTC, as int64."""
    return (seconds(moment.cast("timestamp(6)")) / SECONDS_A_DAY).floor().cast("int64")


def end_of_day(day: ir.DateValue) -> Number:
    """The second since 1970 at which a UTC day is over."""
    return seconds(day.cast("timestamp(6)")) + SECONDS_A_DAY


def elapsed_days(length: Number) -> Number:
    """Seconds as days of 24 hours, with a fraction (an integer by a fraction is a decimal on Spark)."""
    return real(length) / float(SECONDS_A_DAY)


def level_1(category: ir.StringValue) -> ir.StringValue:
    """The part of a category before the slash: beauty of beauty/hair_care."""
    return category.split("/")[0]


def level_1_of(category: str) -> str:
    """`level_1` of one word."""
    return category.split("/", 1)[0]


def where_known(
    table: ibis.Table, columns: Collection[str], values: Callable[[ibis.Table], dict[str, ibis.Value]]
) -> dict[str, ibis.Value]:
    """The `values` of a table that has these columns; none of one that lacks some: absent stays absent."""
    return values(table) if set(columns) <= set(table.columns) else {}


def fill_counts(table: ibis.Table) -> ibis.Table:
    """0 for every integer that an outer join left empty: counts and sums are integers, and none means 0.

    Measurements are floats, and stay NULL where nothing was measured.
    """
    names = [name for name, kind in table.schema().items() if kind.is_integer()]
    return table.mutate(**{name: table[name].fill_null(0) for name in names})
