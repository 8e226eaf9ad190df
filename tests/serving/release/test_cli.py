"""`recsys publish` and `recsys releases`."""

import json
import re

import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.release import Release

RUNNER = CliRunner(env={"COLUMNS": "200"})


def run(*arguments):
    return RUNNER.invoke(app, list(map(str, arguments)))


def test_a_release_is_published_listed_and_taken_back(tmp_path, first, other_snapshot):
    folder = tmp_path / "releases"
    parts = [option for what, path in first.folders.items() for option in (f"--{what}", path)]
    published = json.loads(run("publish", "--to", folder, *parts, "--json").stdout)
    assert published["serving"] == first.name

    later = json.loads(run("publish", "--to", folder, "--snapshot", other_snapshot.path, "--json").stdout)
    listed = json.loads(run("releases", folder, "--json").stdout)
    assert listed == later
    assert listed["releases"][0]["snapshot"] == other_snapshot.name
    assert listed["releases"][0]["match"] == first.match.name

    back = json.loads(run("publish", "--to", folder, "--rollback", "--json").stdout)
    assert back["serving"] == first.name
    table = run("releases", folder).stdout
    assert "rolled back" in table
    assert "served" in table


def test_a_part_is_taken_out(folder, first):
    result = json.loads(run("publish", "--to", folder, "--without", "products", "--json").stdout)

    assert "products" not in result["releases"][0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "expected a part to publish, such as --snapshot, or --rollback; found neither"),
        (("--rollback", "--without", "match"), "expected parts to publish, or --rollback; found both: match"),
        (
            ("--without", "snapshot"),
            "--without expects challenger, index, inspiration, lists, match, products",
        ),
        (("--rollback",), "nothing was served before"),
    ],
)
def test_what_cannot_be_followed_is_refused(folder, options, message):
    result = run("publish", "--to", folder, *options)

    assert result.exit_code == 2
    assert message in result.output


def test_each_part_is_explained():
    told = run("publish", "--help").stdout

    for part in Release.model_fields:
        (said,) = re.findall(rf"^\W+--{part} +<.*?> +(.*?)\.? \[default", told, re.MULTILINE)
        assert len(said.split()) > 2


def test_a_corrupt_part_is_refused(folder, other_bundle, tmp_path):
    broken = tmp_path / other_bundle.name
    broken.mkdir()

    result = run("publish", "--to", folder, "--match", broken)

    assert result.exit_code == 1
    assert "manifest.json" in result.output


def test_a_folder_without_releases_has_none_to_list(tmp_path):
    result = run("releases", tmp_path)

    assert result.exit_code == 1
    assert "is no release folder" in result.output
