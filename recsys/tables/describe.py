"""The data contract in words, made from the schema and the rules: Markdown for docs, JSON for programs."""

from recsys.tables.marketplace import TABLES
from recsys.tables.rules import RULES
from recsys.tables.rules.rule import REGISTERED
from recsys.tables.schema import ARROW_TYPES, Column, Table

INTRODUCTION = """# The data contract

*Made by `recsys tables --markdown`; do not edit.*

A marketplace is a folder with one Parquet file a table (`creators.parquet`) or any number of them below a
folder of the table's name (`creator_daily/day=2026-01-01/part-0.parquet`; hive partitions are understood), or
a database behind an Ibis connection URL with the same table names. All tables and all columns must be there;
a table may be empty, except creators. Unknown columns are refused; partition keys that are no columns are
ignored. `recsys check DIR` checks everything below.

- Times are UTC without a zone, truncated to seconds; a day is a UTC day. NULL means unknown or not happened;
  NaN is refused.
- Money is integers in minor units (cents) of the row's currency. A share is from 0 to 1.
- Narrower types that widen without loss are accepted (int32 for int64, float32 for float64, large strings,
  times in seconds or milliseconds, times with a zone); nanoseconds, and floats for integers, are refused.

## Rules of every table

| rule | what must hold |
|---|---|
| `<table>.key` | the key is there once |
| `<table>.<column>.present` | not NULL, unless the column is marked optional |
| `<table>.<column>.range` | counts and money are 0 or more, shares from 0 to 1, numbers finite |
| `<table>.<column>.choice` | one of the words listed |
| `<table>.<column>.filled` | a text is not empty |
| `<table>.<column>.code` | a market or country is two, a currency three capital letters |
| `<table>.<column>.levels` | a category is two levels joined by one slash |
| `<table>.<column>.century` | a time or day is from 2000 to 2099, so no stand-in for unknown |
| `<table>.<column>.seconds` | a time is truncated to seconds |
| `<table>.<column>.distinct` | a list holds each element once |
| `<table>.<column>.elements` | a list holds no NULL and no empty text |
| `<table>.<column>.exists` | what the column refers to is there |
| `<table>.<column>.not_before` | nothing happens before what it refers to exists |
"""


def contract_as_markdown() -> str:
    """The whole contract as the page docs/data-contract.md."""
    return "\n".join([INTRODUCTION, *(_section(table) for table in TABLES.values())])


def contract_as_json() -> dict[str, object]:
    """The whole contract as JSON values: tables with their columns, and every rule."""
    return {
        "tables": {
            table.name: {
                "row": table.row,
                "key": list(table.key),
                "columns": {column.name: _column_as_json(column) for column in table.columns},
            }
            for table in TABLES.values()
        },
        "rules": {rule.rule_id: {"table": rule.table, "must_hold": rule.sentence} for rule in RULES},
    }


def _column_as_json(column: Column) -> dict[str, object]:
    return {
        "kind": column.kind,
        "type": str(ARROW_TYPES[column.kind]),
        "meaning": column.meaning,
        "optional": column.optional,
        "choices": list(column.choices),
        "references": column.references or None,
    }


def _section(table: Table) -> str:
    lines = [
        f"## {table.name}",
        "",
        f"A row is {table.row}. Key: {', '.join(f'`{name}`' for name in table.key)}.",
        "",
        "| column | kind | type | meaning |",
        "|---|---|---|---|",
        *(_column_line(column) for column in table.columns),
        "",
    ]
    rules = [rule for rule in REGISTERED if rule.table == table.name]
    if rules:
        lines += ["| rule | what must hold |", "|---|---|"]
        lines += [f"| `{rule.rule_id}` | {rule.sentence} |" for rule in rules]
        lines += [""]
    return "\n".join(lines)


def _column_line(column: Column) -> str:
    optional = " (optional)" if column.optional else ""
    notes = [column.meaning]
    if column.choices:
        notes.append(f"one of {', '.join(column.choices)}")
    if column.references:
        notes.append(f"in `{column.references}`")
    return f"| `{column.name}` | {column.kind}{optional} | {ARROW_TYPES[column.kind]} | {'; '.join(notes)} |"
