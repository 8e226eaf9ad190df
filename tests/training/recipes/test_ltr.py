"""The benchmark end to end on made-up files, and on the published example where it is present."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.errors import ConfigError, TableError
from training.recipes.ltr import LtrExperiment, candidates, choose, folds, run, steps

ROOT = Path(__file__).parents[3]
CONFIG = ROOT / "configs" / "ltr.yaml"
SMALL = (
    "search.candidates=3",
    "search.repeats=1",
    "search.folds=3",
    "search.keep=2",
    "ranker.rounds=15",
    "ranker.min_data_in_leaf=5",
    "members=2",
)


def experiment(*settings: str) -> LtrExperiment:
    return LtrExperiment.load(CONFIG, [*SMALL, *settings])


def write(path: Path, queries: int, seed: int) -> Path:
    """Two features, of which the second decides the grade; grouped by qid."""
    rng = np.random.default_rng(seed)
    lines = []
    for query in range(queries):
        for noise, signal in rng.normal(size=(8, 2)):
            grade = int(np.digitize(signal + 0.5 * rng.normal(), [0, 1]))
            lines.append(f"{grade} qid:{query} 1:{noise:.4f} 2:{signal:.4f}")
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("letor")
    return write(folder / "a.train.gz", 60, seed=1), write(folder / "a.test.gz", 40, seed=2)


@pytest.fixture(scope="module")
def result(files):
    return run(experiment(), *files, lambda _: None)


def test_the_ranker_beats_chance_and_the_file_s_order(result):
    for baseline in ("random", "file_order"):
        assert result.report.differences["ndcg_at_5"][baseline].above_zero


def test_the_judged_scores_are_the_graph_s_and_equal_lightgbm_s(result):
    assert all(report.passed and report.bit_exact for report in result.proven.parity)


def test_all_kept_candidates_and_seeds_are_in_the_one_model(result):
    trees = [member.rounds for each in result.chosen for member in each.members(2)]

    assert len(trees) == 4
    assert result.proven.booster.num_trees() == sum(trees)


def test_the_best_candidates_are_kept_best_first(files, result):
    everything = choose(result.train, experiment("search.keep=3"), lambda _: None)
    scores = [each.ndcg for each in everything]

    assert scores == sorted(scores, reverse=True)
    assert [each.ranker for each in result.chosen] == [each.ranker for each in everything[:2]]


def test_the_test_file_chooses_nothing(files, result, tmp_path):
    other = write(tmp_path / "other.test.gz", 10, seed=9)

    again = run(experiment(), files[0], other, lambda _: None)

    assert [each.ranker for each in again.chosen] == [each.ranker for each in result.chosen]
    assert again.proven.graph == result.proven.graph


def test_it_tells_of_as_many_steps_as_it_promised(files):
    told: list[int] = []

    run(experiment(), *files, told.append)

    assert sum(told) == steps(experiment())


def test_the_first_candidate_is_the_configured_one_and_the_others_come_from_the_space():
    drawn = list(candidates(experiment("search.candidates=20")))

    assert drawn[0] == experiment().ranker
    assert len(drawn) == 20
    for name, values in experiment().search.space.items():
        assert {getattr(ranker, name) for ranker in drawn[1:]} <= set(values)


def test_a_setting_in_the_space_that_does_not_exist_is_refused():
    with pytest.raises(ConfigError, match=r"search\.space is not a valid LambdaMartConfig: leaves"):
        list(candidates(experiment("search.space={leaves: [3]}")))


def test_every_query_is_left_out_once_a_repeat():
    left_out = np.array(list(folds(20, experiment("search.repeats=2"))))

    assert left_out.shape == (6, 20)
    assert (left_out[:3].sum(axis=0) == 1).all()
    assert (left_out[3:].sum(axis=0) == 1).all()
    assert (left_out[:3] != left_out[3:]).any()


def test_too_few_queries_for_the_folds_are_refused(tmp_path):
    few = write(tmp_path / "few.train.gz", 2, seed=1)

    with pytest.raises(TableError, match="2 queries cannot make 3 folds"):
        run(experiment(), few, few, lambda _: None)


def test_a_test_file_without_any_relevant_row_is_refused(files, tmp_path):
    train, _ = files
    test = tmp_path / "test.txt"
    test.write_text("0 qid:1 1:1 2:2\n0 qid:1 1:2 2:1\n", "utf-8")

    with pytest.raises(TableError, match=r"test\.txt: expected a row with a grade above 0, found none"):
        run(experiment(), train, test, lambda _: None)


def test_queries_without_a_relevant_row_are_left_out_and_counted(files, tmp_path):
    path = tmp_path / "b.test"
    path.write_text("0 qid:1 1:1\n0 qid:1 1:2\n1 qid:2 2:9\n0 qid:2 2:-9\n")

    report = run(experiment(), files[0], path, lambda _: None).report

    assert (report.queries, report.queries_without_relevant) == (2, 1)
    assert report.metrics["ndcg_at_1"]["ranker"].count == 1


def invoke(*arguments: object):
    options = [f"--set={setting}" for setting in SMALL]
    return CliRunner().invoke(
        app, ["benchmark", "ltr", "--config", str(CONFIG), *map(str, arguments), *options]
    )


def test_the_command_prints_one_json_document(files, tmp_path):
    graph = tmp_path / "ltr.onnx"

    ran = invoke("--train", files[0], "--test", files[1], "--graph", graph, "--json")

    document = json.loads(ran.stdout)
    assert ran.exit_code == 0
    for cutoff in (1, 3, 5, 10):
        name = f"ndcg_at_{cutoff}"
        assert document[name] == document["metrics"][name]["ranker"]["mean"]
    assert document["parity"]["boundary"]["bit_exact"]
    assert document["features"] == 2
    assert graph.stat().st_size > 1_000


def test_the_command_shows_tables(files):
    ran = invoke("--train", files[0], "--test", files[1])

    assert ran.exit_code == 0
    assert "40 test queries, 0 without a relevant row" in ran.stdout
    assert "file_order" in ran.stdout


def test_bad_data_ends_in_exit_code_1_and_names_the_line(files, tmp_path):
    bad = tmp_path / "bad.test"
    bad.write_text("1 qid:1 1:1\nx qid:1 1:1\n")

    ran = invoke("--train", files[0], "--test", bad)

    assert ran.exit_code == 1
    assert "line 2: the line must start with a grade" in " ".join(ran.stderr.split())


def test_a_misspelt_setting_ends_in_exit_code_2(files):
    ran = invoke("--train", files[0], "--test", files[1], "--set", "ranker.leaves=3")

    assert ran.exit_code == 2
    assert "ranker.leaves" in ran.stderr
