"""Targets as a table and in a report's JSON."""

from dataclasses import dataclass

from training.bench.retrieve import CatalogueTarget
from training.bench.targets import Target, as_json, show_targets


@dataclass(frozen=True)
class Report:
    sizes: tuple[int, ...]


def test_the_json_of_a_report_ends_with_its_targets():
    document = as_json(Report((1, 2)), [Target("twice as fast", 1.5, kept=False)])

    assert document == {
        "sizes": [1, 2],
        "targets": [{"promise": "twice as fast", "found": 1.5, "kept": False}],
    }


def test_the_table_says_what_was_kept_and_of_what(capsys):
    show_targets([CatalogueTarget("fast", 2.5, kept=True, items=1_000)], "Of a catalogue")
    printed = capsys.readouterr().out

    assert all(word in printed for word in ("Of a catalogue", "items", "1,000", "2.5", "yes"))


def test_nothing_is_printed_where_nothing_was_promised(capsys):
    show_targets([])

    assert not capsys.readouterr().out
