"""`recsys match`: a table for people, one JSON document for programs, and errors that end in an exit code."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from recsys.brief import Brief
from recsys.cli import app
from serving.matching.engine import MatchEngine

BRIEFS = sorted((Path(__file__).parents[3] / "configs" / "briefs").glob("*.yaml"))


@pytest.fixture
def asked(brief, tmp_path):
    """The brief as a file whose keys can be changed."""

    def write(**changes):
        path = tmp_path / "brief.yaml"
        path.write_text(yaml.safe_dump(brief.model_dump(mode="json") | changes))
        return path

    return write


@pytest.fixture
def recsys(bundle, snapshot):
    """Runs the command on the bundle and the snapshot."""

    def run(brief, *arguments, **folders):
        folders = {"bundle": bundle.path, "snapshot": snapshot.path} | folders
        options = [text for name, folder in folders.items() for text in (f"--{name}", str(folder))]
        return CliRunner().invoke(
            app,
            ["match", "--brief", str(brief), *options, *arguments],
            env={"COLUMNS": "200", "TERM": "dumb"},
        )

    return run


def test_the_table_shows_creators_with_their_numbers_and_reasons(recsys, asked, engine_answer):
    done = recsys(asked())

    first = engine_answer.items[0]
    assert done.exit_code == 0, done.output
    assert f"for gmv in minor units of {engine_answer.currency}" in done.stdout
    assert str(first.creator_id) in done.stdout
    assert f" {100 * first.p_accept:.0f} " in done.stdout
    assert first.reasons[0].phrase[:30] in done.stdout
    assert f"146 creators → market (US) {engine_answer.eligible}" in done.stdout
    assert engine_answer.bundle in done.stdout


@pytest.mark.parametrize(("stage", "told"), [("lower", False), ("ideation", True)])
def test_a_kind_of_campaign_that_does_not_suit_the_funnel_stage_is_told(recsys, asked, stage, told):
    done = recsys(asked(campaign_type="review", funnel_stage=stage), "--no-explain")

    assert done.exit_code == 0, done.output
    assert ("suggests challenge, duet, not review" in done.stdout) == told


@pytest.fixture
def engine_answer(bundle, snapshot, brief):
    return MatchEngine.of(bundle, snapshot).match(brief)


@pytest.mark.parametrize("path", BRIEFS, ids=lambda path: path.stem)
def test_the_shipped_briefs_are_briefs(path):
    brief = Brief.load(path)

    assert brief.target
    assert brief.filters != type(brief.filters)()


def test_json_is_one_document_that_equals_the_engines_answer(recsys, asked, engine_answer):
    done = recsys(asked(), "--json")

    assert done.exit_code == 0
    assert json.loads(done.stdout) == engine_answer.model_dump(mode="json")
    assert done.stderr == ""


def test_count_and_no_explain_are_followed(recsys, asked):
    answer = json.loads(recsys(asked(), "--count", "3", "--no-explain", "--json").stdout)

    assert len(answer["items"]) == 3
    assert all(item["reasons"] is None for item in answer["items"])


def test_an_impossible_filter_is_an_answer_that_names_it(recsys, asked):
    impossible = asked(filters={"followers": {"low": 1e15}})

    table, document = recsys(impossible), recsys(impossible, "--json")

    assert table.exit_code == document.exit_code == 0
    assert "No creator is left: the filter followers removed the last one." in table.stdout
    assert json.loads(document.stdout)["emptied_by"] == "followers"


def test_what_no_model_predicts_is_shown_as_degraded(recsys, asked):
    done = recsys(asked(objective="views"))

    assert "degraded: no model predicts result_views: what needs it is null" in done.stdout


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"objectiv": "gmv"}, "objectiv: Extra inputs are not permitted"),
        ({"objective": "fame"}, "objective: Input should be 'gmv'"),
        ({"brand_id": 999_999}, "unknown brand 999999: snapshot-"),
        ({"target": {"country": {"ZZ": 1.0}}}, "unknown country 'ZZ'"),
        ({"filters": {"countries": ["ZZ"]}}, "unknown countries filter 'ZZ'"),
        ({"filters": {"country": ["US"]}}, "filters.country: Extra inputs are not permitted"),
    ],
)
def test_a_brief_that_cannot_be_followed_ends_with_2(recsys, asked, changes, message):
    done = recsys(asked(**changes), "--json")

    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert message in done.stderr


def test_a_brief_that_is_not_there_or_not_yaml_ends_with_2(recsys, tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("brand_id: [")

    assert recsys(tmp_path / "absent.yaml").exit_code == 2
    assert recsys(broken).exit_code == 2
    assert "broken.yaml is not valid YAML" in recsys(broken).stderr


@pytest.mark.parametrize("arguments", [["--count", "0"], ["--count", "many"], ["--shoes"]])
def test_a_wrong_option_ends_with_2(recsys, asked, arguments):
    assert recsys(asked(), *arguments).exit_code == 2


def test_a_corrupt_or_foreign_bundle_ends_with_1(recsys, asked, bundle, snapshot, tmp_path):
    (tmp_path / bundle.name).mkdir()
    for name, content in bundle.files.items():
        (tmp_path / bundle.name / name).write_bytes(content[:-1])
    (tmp_path / bundle.name / "manifest.json").write_bytes((bundle.path / "manifest.json").read_bytes())

    corrupt = recsys(asked(), "--json", bundle=tmp_path / bundle.name)
    foreign = recsys(asked(), "--json", bundle=snapshot.path)

    assert (corrupt.exit_code, foreign.exit_code) == (1, 1)
    assert corrupt.stdout == foreign.stdout == ""
    assert "expected sha256" in corrupt.stderr
    assert "expected a bundle, found 'snapshot'" in foreign.stderr


def test_a_snapshot_that_is_not_there_ends_with_1(recsys, asked, tmp_path):
    assert recsys(asked(), snapshot=tmp_path / "absent").exit_code == 1
