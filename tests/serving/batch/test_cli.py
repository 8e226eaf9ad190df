"""`recsys score`."""

import json
import subprocess
import sys
import time

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
        options["--output"] = tmp_path / "scores"
        arguments = [str(word) for option in options.items() for word in option]
        return CliRunner().invoke(app, ["score", *arguments, *map(str, more)])

    return of


def test_it_writes_the_scores_and_says_with_what(run, job, pairs, tmp_path):
    result = run("--input", pairs, "--part-rows", 200, "--json")
    told = json.loads(result.stdout)

    assert (result.exit_code, told["rows"]) == (0, 500)
    assert (told["bundle"], told["snapshot"]) == (job.bundle.name, job.snapshot.name)
    facts = pq.read_schema(tmp_path / "scores" / "part-00002.parquet").metadata
    assert facts[b"as_of"] == b"2026-04-01T00:00:00+00:00"
    assert {b"policies", b"data"} <= set(facts)


def test_what_is_scored_without_pairs_is_in_the_help(run):
    assert "(all eligible)" in run("--help").stdout


def test_one_brief_is_named_by_its_file(run, tmp_path):
    assert run(briefs=tmp_path / "briefs" / "views.yaml").exit_code == 0
    assert set(pq.read_table(tmp_path / "scores")["brief"].to_pylist()) == {"views"}


def test_a_folder_without_briefs_is_told(run, tmp_path):
    (tmp_path / "none").mkdir()
    result = run(briefs=tmp_path / "none")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "expected briefs as .yaml files" in result.stderr


def test_a_master_without_spark_is_told(run):
    assert "a master is Spark's" in run("--master", "local[2]").stderr


def test_a_job_of_other_pairs_is_told_apart_and_started_over_when_asked_to(run, pairs, tmp_path):
    assert run("--input", pairs).exit_code == 0
    refused = run()

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "holds another job: input is" in refused.stderr
    assert run("--restart").exit_code == 0


def test_spark_is_not_continued(run):
    assert "Spark writes all or nothing" in run("--engine", "spark", "--restart").stderr


def test_a_killed_job_is_continued_to_the_same_bytes(run, job, pairs, tmp_path):
    """Killed by the kernel between any two parts, or within one."""
    words = ["--briefs", tmp_path / "briefs", "--bundle", job.bundle, "--snapshot", job.snapshot]
    words += ["--input", pairs, "--part-rows", 4, "--output", tmp_path / "scores"]
    process = subprocess.Popen([sys.executable, "-m", "recsys", "score", *map(str, words)])
    while not (tmp_path / "scores" / "part-00003.parquet").exists():
        assert process.poll() is None
        time.sleep(0.005)
    process.kill()
    process.wait()
    done = len(list((tmp_path / "scores").glob("part-*.parquet")))

    assert 4 <= done < 125
    assert not (tmp_path / "scores" / "_manifest.json").exists()
    assert run("--input", pairs, "--part-rows", 4).exit_code == 0
    assert run("--input", pairs, "--part-rows", 4, "--output", tmp_path / "at once").exit_code == 0
    assert contents(tmp_path / "scores") == contents(tmp_path / "at once")


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}
