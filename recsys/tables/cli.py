"""`recsys check` and `recsys tables`."""

from typing import Annotated

import typer

from recsys.console import print_json, print_table, progress
from recsys.options import AsJson
from recsys.tables.check import Report, passes
from recsys.tables.check import check as check_rules
from recsys.tables.describe import contract_as_json, contract_as_markdown
from recsys.tables.marketplace import TABLES
from recsys.tables.memory import within_memory
from recsys.tables.partial import require_whole
from recsys.tables.read import read_tables


def check(
    source: Annotated[
        str, typer.Argument(metavar="DIR", help="Folder of Parquet tables, or an Ibis connection URL.")
    ],
    memory: Annotated[
        str, typer.Option(help="What DuckDB may hold in memory; the rest is kept in temporary files.")
    ] = "2GB",
    as_json: AsJson = False,
) -> None:
    """Check tables against the data contract: each rule broken, by how many rows, with three examples.

    Exits with 1 if a rule is broken or a table cannot be read.

    Examples: recsys check demo/tables · recsys check duckdb://market.db --json
    """
    tables = read_tables(source)
    require_whole(tables)
    with within_memory(tables.backend, memory), progress("checking", total=len(passes())) as advance:
        report = check_rules(tables, advance=advance)
    if as_json:
        print_json(report.as_json())
    else:
        _print_report(report)
    if report.breaches:
        raise typer.Exit(1)


def tables(
    as_json: AsJson = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the whole contract as docs/data-contract.md has it.")
    ] = False,
) -> None:
    """Describe the data contract: the tables, what a row of each is, and its key.

    Examples: recsys tables · recsys tables --json · recsys tables --markdown
    """
    if as_json:
        print_json(contract_as_json())
    elif markdown:
        typer.echo(contract_as_markdown(), nl=False)
    else:
        rows = [
            (table.name, table.row, " + ".join(table.key), len(table.columns)) for table in TABLES.values()
        ]
        print_table("The data contract", ("table", "a row is", "key", "columns"), rows)


def _print_report(report: Report) -> None:
    if report.breaches:
        rows = [
            (
                breach.rule.rule_id,
                breach.rule.sentence,
                breach.rows,
                "\n".join(_shown(row) for row in breach.examples),
            )
            for breach in report.breaches
        ]
        print_table("Broken rules", ("rule", "what must hold", "rows", "examples"), rows)
    size = f"{sum(report.rows.values()):,} rows of {len(report.rows)} tables"
    verdict = f"{len(report.breaches)} broken" if report.breaches else "all hold"
    typer.echo(f"{report.rules} rules checked on {size}: {verdict}")


def _shown(example: dict[str, object]) -> str:
    return ", ".join(f"{name}={'NULL' if value is None else value}" for name, value in example.items())
