"""Checking a marketplace against every rule of the data contract, in few passes over each table."""

import datetime
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import ibis

from recsys.tables.marketplace import TABLES
from recsys.tables.rules import RULES, RowRule, Rule, SetRule, seen_rows
from recsys.tables.rules.rule import Marketplace

EXAMPLES = 3


@dataclass(frozen=True)
class Breach:
    """A rule that is broken: by how many rows (elements, for a rule on lists), and some of them."""

    rule: Rule
    rows: int
    examples: tuple[dict[str, object], ...]

    def as_json(self) -> dict[str, object]:
        """The breach as JSON values."""
        return {
            "rule": self.rule.rule_id,
            "table": self.rule.table,
            "must_hold": self.rule.sentence,
            "rows": self.rows,
            "examples": list(self.examples),
        }


@dataclass(frozen=True)
class Report:
    """What was checked, and what broke: rows of each table, number of rules, breaches in the rules' order."""

    rows: dict[str, int]
    rules: int
    breaches: tuple[Breach, ...]

    def as_json(self) -> dict[str, object]:
        """The report as JSON values."""
        return {
            "ok": not self.breaches,
            "rules": self.rules,
            "tables": self.rows,
            "broken": [breach.as_json() for breach in self.breaches],
        }


def passes(rules: Sequence[Rule] = RULES) -> list[tuple[Rule, ...]]:
    """The rules in groups that one query answers: RowRules that look at the same rows, and each SetRule."""
    by_rows = sorted((rule for rule in rules if isinstance(rule, RowRule)), key=_what_it_sees)
    groups: list[tuple[Rule, ...]] = [tuple(group) for _, group in groupby(by_rows, key=_what_it_sees)]
    return groups + [(rule,) for rule in rules if isinstance(rule, SetRule)]


def check(
    tables: Marketplace,
    rules: Sequence[Rule] = RULES,
    advance: Callable[[int], None] = lambda _: None,
) -> Report:
    """Every rule checked against the tables; `advance` is called with 1 after each of the `passes`."""
    broken: dict[str, int] = {}
    for group in passes(rules):
        broken |= dict(_counts(tables, group))
        advance(1)
    breaches = [
        Breach(rule, broken[rule.rule_id], _examples(tables, rule))
        for rule in rules
        if broken[rule.rule_id] > 0
    ]
    rows = {name: _number(tables[name].count()) for name in tables}
    return Report(rows, len(rules), tuple(breaches))


def _what_it_sees(rule: RowRule) -> tuple[str, str]:
    return rule.table, rule.via


def _counts(tables: Marketplace, group: tuple[Rule, ...]) -> Iterator[tuple[str, int]]:
    """How many rows break each rule of a group."""
    row_rules = [rule for rule in group if isinstance(rule, RowRule)]
    for rule in group:
        if isinstance(rule, SetRule):
            yield rule.rule_id, _number(rule.broken(tables).count())
    if row_rules:
        rows = seen_rows(tables, row_rules[0].table, row_rules[0].via)
        counted = rows.aggregate(
            **{f"rule_{place}": rule.breaks(rows).ifelse(1, 0).sum() for place, rule in enumerate(row_rules)}
        ).to_pyarrow()
        for rule, column in zip(row_rules, counted.columns, strict=True):
            yield rule.rule_id, column[0].as_py() or 0


def _number(count: ibis.expr.types.IntegerScalar) -> int:
    return int(count.to_pyarrow().as_py())


def _examples(tables: Marketplace, rule: Rule) -> tuple[dict[str, object], ...]:
    """The first breaking rows in the order of the table's key, then of what else the rule shows."""
    broken = rule.broken(tables)
    key = TABLES[rule.table].key
    sortable = [name for name in broken.columns if not broken[name].type().is_array()]
    order = sorted(sortable, key=lambda name: key.index(name) if name in key else len(key))
    rows = broken.order_by(order).limit(EXAMPLES).to_pyarrow().to_pylist()
    return tuple({name: _as_json(value) for name, value in row.items()} for row in rows)


def _as_json(value: object) -> object:
    """A value as JSON has it: moments in ISO form, and NaN and infinities as text."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
