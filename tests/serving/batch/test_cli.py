"""`recsys score`."""

import json

import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from recsys.cli import app


@pytest.fixture
def run(job, tmp_path):
    (tmp_path / "briefs").mkdir()
    for name, brief in job.briefs.items():
        content = yaml.safe_dump(brief.model_dump(mode="json", exclude_defaults=True))
        (tmp_path / "briefs" / f"{name}.yaml").write_text(content)

    def of(*more, briefs=tmp_path / "briefs"):
        options = {"--briefs": briefs, "--bundle": job.bundle, "--snapshot": job.snapshot}
        options["--out"] = tmp_path / "scores.parquet"
        arguments = [str(word) for option in options.items() for word in option]
        return CliRunner().invoke(app, ["score", *arguments, *map(str, more)])

    return of


def test_it_writes_the_scores_and_says_with_what(run, job, pairs, tmp_path):
    result = run("--pairs", pairs, "--json")
    told = json.loads(result.stdout)

    assert (result.exit_code, told["rows"]) == (0, 500)
    assert (told["bundle"], told["snapshot"]) == (job.bundle.name, job.snapshot.name)
    facts = pq.read_schema(tmp_path / "scores.parquet").metadata
    assert facts[b"as_of"] == b"2026-04-01T00:00:00+00:00"
    assert {b"policies", b"data"} <= set(facts)


def test_what_is_scored_without_pairs_is_in_the_help(run):
    assert "(all eligible)" in run("--help").stdout


def test_one_brief_is_named_by_its_file(run, tmp_path):
    assert run(briefs=tmp_path / "briefs" / "views.yaml").exit_code == 0
    assert set(pq.read_table(tmp_path / "scores.parquet")["brief"].to_pylist()) == {"views"}


def test_a_folder_without_briefs_is_told(run, tmp_path):
    (tmp_path / "none").mkdir()
    result = run(briefs=tmp_path / "none")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "expected briefs as .yaml files" in result.stderr


def test_a_master_without_spark_is_told(run):
    assert "a master is Spark's" in run("--master", "local[2]").stderr
