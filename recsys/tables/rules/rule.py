"""What a rule is: a sentence that must hold, and the expression of the rows that break it.

Expressions keep to what DuckDB and Spark compute alike: comparisons, joins, group-bys and plain windows; no
as-of joins, hashes or engine-specific functions. A comparison with NULL breaks nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import getdoc

import ibis
from ibis.expr.types import BooleanValue

from recsys.tables.marketplace import TABLES

Marketplace = Mapping[str, ibis.Table]
Condition = Callable[[ibis.Table], BooleanValue]
Breaches = Callable[[Marketplace], ibis.Table]
ITS = "its_"
"""Prefix of the columns that a row gets from the row it refers to."""


@dataclass(frozen=True)
class RowRule:
    """A rule about single rows: `breaks` says of each row whether it breaks the rule.

    With `via`, the row is seen together with the row its column `via` refers to, whose columns then are
    prefixed with `its_` and NULL where there is none; a list column gives one row for each element.
    Rules about the same rows are checked in one pass.
    """

    rule_id: str
    table: str
    sentence: str
    breaks: Condition
    via: str = ""

    def broken(self, tables: Marketplace) -> ibis.Table:
        """The rows that break the rule: the key and the columns the rule looks at."""
        rows = seen_rows(tables, self.table, self.via)
        condition = self.breaks(rows)
        looked_at = [name for name in rows.columns if name in _fields_of(condition, rows)]
        return rows.filter(condition).select(*dict.fromkeys([*TABLES[self.table].key, *looked_at]))


@dataclass(frozen=True)
class SetRule:
    """A rule about sets of rows: `broken` gives one row for each breach, with what is needed to find it."""

    rule_id: str
    table: str
    sentence: str
    broken: Breaches


Rule = RowRule | SetRule
REGISTERED: list[Rule] = []
"""The rules written as functions, in the order in which their modules are imported."""


def _fields_of(condition: BooleanValue, rows: ibis.Table) -> set[str]:
    """The names of the columns of `rows` a condition is made of."""
    fields = condition.op().find(ibis.expr.operations.Field)
    return {field.name for field in fields if field.rel == rows.op()}


def seen_rows(tables: Marketplace, name: str, via: str = "") -> ibis.Table:
    """The rows a RowRule looks at: those of the table, joined to what `via` refers to."""
    rows = tables[name]
    if not via:
        return rows
    column = TABLES[name].by_name[via]
    if column.kind in {"ids", "texts"}:
        rows = rows.mutate(**{via: rows[via].unnest()})
    if not column.references:
        return rows
    parent_name, parent_key = column.references.split(".")
    parent = tables[parent_name].rename(f"{ITS}{{name}}")
    return rows.left_join(parent, rows[via] == parent[f"{ITS}{parent_key}"])


def row_rule(table: str, via: str = "") -> Callable[[Condition], Condition]:
    """Register a condition on single rows as the rule `table.function_name`; its docstring must hold."""

    def register(condition: Condition) -> Condition:
        name = condition.__name__
        REGISTERED.append(RowRule(f"{table}.{name}", table, getdoc(condition) or name, condition, via))
        return condition

    return register


def set_rule(table: str) -> Callable[[Breaches], Breaches]:
    """Register an expression of breaches as the rule `table.function_name`; its docstring must hold."""

    def register(broken: Breaches) -> Breaches:
        name = broken.__name__
        REGISTERED.append(SetRule(f"{table}.{name}", table, getdoc(broken) or name, broken))
        return broken

    return register
