"""What a benchmark promised and what was found, as a table and in its JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pydantic import TypeAdapter

from recsys.console import print_table


@dataclass(frozen=True)
class Target:
    """A promise, what was found, and whether it was kept."""

    promise: str
    found: float
    kept: bool


def as_json(report: object, targets: Sequence[Target]) -> dict[str, object]:
    """A report, which is a dataclass, and its targets as JSON values."""
    document: dict[str, object] = TypeAdapter(type(report)).dump_python(report, mode="json")
    return document | {"targets": [asdict(target) for target in targets]}


def show_targets(targets: Sequence[Target], title: str = "Targets") -> None:
    """The targets as a table; all are of one class. Nothing where there are none."""
    if not targets:
        return
    rows = [asdict(target) | {"kept": "yes" if target.kept else "no"} for target in targets]
    print_table(title, list(rows[0]), [list(row.values()) for row in rows])
