import json
import sys

import pytest
import typer
from typer.testing import CliRunner

from recsys.console import exit_on_error, print_error, print_json, print_table, progress, sparkline
from recsys.errors import BundleError, ConfigError, RequestError, TableError


def test_json_is_one_document_on_stdout(capsys):
    print_json({"name": "é", "values": [1, 2.5, None]})

    assert json.loads(capsys.readouterr().out) == {"name": "é", "values": [1, 2.5, None]}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_json_refuses_what_it_cannot_say(value, capsys):
    with pytest.raises(ValueError, match="not JSON compliant"):
        print_json([value])

    assert capsys.readouterr().out == ""


def test_a_table_shows_every_value_as_it_is(capsys):
    print_table("Title [x]", ("name", "count"), [("[red]a", 1234), (None, 0.12345), ("b", True)])

    shown = capsys.readouterr().out

    assert "Title [x]" in shown
    assert [value for value in ("[red]a", "1,234", "–", "0.1235", "True") if value not in shown] == []


def test_a_table_without_rows_shows_its_columns(capsys):
    print_table("Empty", ("name", "count"), [])

    assert "count" in capsys.readouterr().out


def test_progress_stays_out_of_pipes(capsys):
    with progress("working", total=2) as advance:
        advance(1)
        advance(1)

    captured = capsys.readouterr()

    assert (captured.out, captured.err) == ("", "")


def test_progress_shows_on_stderr_in_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")

    with progress("working", total=2) as advance:
        advance(2)

    captured = capsys.readouterr()

    assert captured.out == ""
    assert "working" in captured.err
    assert "2/2" in captured.err


def test_an_error_is_one_line_on_stderr_however_long(capsys):
    print_error(TableError("first\n  second [bold] " + "word " * 100))

    captured = capsys.readouterr()

    assert captured.out == ""
    assert captured.err.startswith("error: first second [bold] word")
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code"), [(TableError, 1), (BundleError, 1), (ConfigError, 2), (RequestError, 2)]
)
def test_an_error_ends_in_its_exit_code(error, code):
    app = typer.Typer()

    @app.command()
    @exit_on_error
    def fail(name: str, times: int = 1) -> None:
        raise error(f"{name} {times}")

    done = CliRunner().invoke(app, ["oops", "--times", "3"])

    assert (done.exit_code, done.stdout, done.stderr) == (code, "", "error: oops 3\n")


def test_a_command_without_errors_gives_its_result():
    assert exit_on_error(lambda value: value + 1)(1) == 2


def test_a_fault_of_the_program_is_not_hidden():
    @exit_on_error
    def fail() -> None:
        raise KeyError("a fault")

    with pytest.raises(KeyError, match="a fault"):
        fail()


def test_a_file_the_system_refuses_is_one_line(tmp_path):
    app = typer.Typer()

    @app.command()
    @exit_on_error
    def fail() -> None:
        (tmp_path / "file").touch()
        (tmp_path / "file" / "folder").mkdir()

    done = CliRunner().invoke(app)

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"error: cannot use {tmp_path}/file/folder: Not a directory\n"


def test_an_error_of_the_system_about_no_file_is_not_hidden():
    @exit_on_error
    def fail() -> None:
        raise BrokenPipeError(32, "Broken pipe")

    with pytest.raises(BrokenPipeError):
        fail()


def test_a_piped_table_is_not_folded_at_80_characters(capsys, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)

    print_table("Wide", ("rule", "sentence"), [("messages.brand_id.exists", "x" * 90)])

    shown = capsys.readouterr().out
    assert "messages.brand_id.exists" in shown
    assert "x" * 90 in shown


@pytest.mark.parametrize(
    ("values", "marks", "floor", "line"),
    [
        ([0, 0, 7, 7], 2, None, "▁█"),
        ([0, 2, 7, 7, 3, 5], 3, None, "▁█▅"),
        ([0, 0, 1], 2, None, "▁█"),
        ([None, None, 1, 3, 2, None], 3, None, "·▁▁"),
        ([5, 5], 2, None, "▁▁"),
        ([5, 5], 2, 0, "██"),
        ([0, 1, 8], 28, 0, "▁▂█"),
        ([0, 1, 80], 28, 0, "▁▂█"),
        ([0, 0], 28, 0, "▁▁"),
        ([None, None], 1, None, "·"),
        ([], 28, None, ""),
    ],
)
def test_a_mark_is_the_mean_of_its_values_from_the_floor_or_the_lowest_to_the_highest(
    values, marks, floor, line
):
    assert sparkline(values, marks, floor) == line


def test_a_long_sparkline_has_no_more_marks_than_were_asked_for():
    assert len(sparkline(range(112), 28)) == 28
