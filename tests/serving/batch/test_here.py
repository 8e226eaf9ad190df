"""Batch scoring in this process."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import ConfigError, RequestError
from serving.batch import here
from serving.batch.here import behind, pairs_in, read_pairs, regrouped
from serving.batch.pairs import PAIRS, SCORED, Job
from serving.filters import eligible_creators
from serving.matching.engine import MatchEngine


@pytest.fixture
def score(job, score_to, tmp_path):
    """Pairs → the table that was written."""

    def of(pairs=None, job=job):
        score_to(tmp_path / "scores", pairs, job=job, restart=True)
        return pq.read_table(tmp_path / "scores")

    return of


@pytest.mark.parametrize("name", ["sales", "views"])
def test_scores_are_the_engines_to_the_bit(score, cascaded, snapshot, briefs, name):
    engine = MatchEngine.of(cascaded, snapshot)
    ranked = engine.match(briefs[name], count=len(snapshot.creators), explain=0).items

    scored = score(job=Job(cascaded.path, snapshot.path, {name: briefs[name]}))
    found = dict(zip(scored["creator_id"].to_pylist(), scored["score"].to_pylist(), strict=True))

    assert len(ranked) > 20
    assert found == {item.creator_id: item.score for item in ranked}


def test_pairs_keep_their_order_and_their_repeats(score, pairs):
    asked = pq.read_table(pairs)

    assert score(pairs).select(asked.column_names).equals(asked)


def test_a_score_does_not_depend_on_the_pairs_beside_it(score, pairs, write_pairs, tmp_path):
    asked = pq.read_table(pairs)
    order = np.random.default_rng(1).permutation(len(asked))
    shuffled = asked.take(order)
    again = write_pairs(tmp_path / "again.parquet", shuffled["brief"], shuffled["creator_id"])

    assert score(again)["score"].to_pylist() == score(pairs)["score"].take(order).to_pylist()


def test_without_pairs_every_brief_meets_who_passes_its_filters(score, snapshot, briefs):
    scored = score()

    for name, brief in briefs.items():
        found = scored.filter(pa.compute.equal(scored["brief"], name))["creator_id"].to_pylist()
        assert found == snapshot.creators.ids[eligible_creators(brief, snapshot).rows].tolist()


def test_a_folder_of_pairs_is_read_in_order_of_name(pairs, write_pairs, tmp_path):
    for name, ids in {"b": [3], "a": [1, 2]}.items():
        write_pairs(tmp_path / f"{name}.parquet", ["sales"] * len(ids), ids)

    assert [id_ for batch in read_pairs(tmp_path) for id_ in batch["creator_id"].to_pylist()] == [1, 2, 3]


def test_a_part_says_where_it_comes_from(score, pairs, tmp_path):
    score(pairs)
    schema = pq.read_schema(tmp_path / "scores" / "part-00000.parquet")

    assert schema.equals(SCORED)
    assert schema.metadata[b"snapshot"] == b"of a test"


@pytest.mark.parametrize(
    ("names", "ids", "complaint"),
    [
        (["sale"], [1], "^unknown creator 1: snapshot-"),
        (["sale"] * 3, [2, 1, 1], "^2 unknown creators, such as 1, 2: snapshot-"),
        (["sales", None], [1, 1], "found NULL"),
        (["sales", "sales"], [1, None], "found NULL"),
    ],
)
def test_pairs_that_are_not_known_are_refused_and_leave_no_scores(
    score, write_pairs, tmp_path, names, ids, complaint
):
    asked = write_pairs(tmp_path / "pairs.parquet", names, ids)

    with pytest.raises(RequestError, match=complaint):
        score(asked)
    assert not list((tmp_path / "scores").glob("*part*"))


def test_a_brief_that_was_not_given_is_refused(score, write_pairs, snapshot, tmp_path):
    asked = write_pairs(tmp_path / "pairs.parquet", ["reach"], snapshot.creators.ids[:1])

    with pytest.raises(RequestError, match="unknown brief 'reach'; expected one of sales, views"):
        score(asked)


def test_a_file_without_the_columns_is_refused(tmp_path):
    pq.write_table(pa.table({"brief": ["sales"], "creator": [1]}), tmp_path / "pairs.parquet")

    with pytest.raises(RequestError, match="expected columns brief \\(text\\) and creator_id \\(integer\\)"):
        list(read_pairs(tmp_path / "pairs.parquet"))


def test_a_folder_without_pairs_is_refused_and_nothing_is_written(score, tmp_path):
    (tmp_path / "pairs").mkdir()
    (tmp_path / "pairs" / "pairs.csv").write_text("brief,creator_id\n")

    with pytest.raises(RequestError, match=r"pairs: expected pairs as \.parquet files, found none"):
        score(tmp_path / "pairs")
    assert not (tmp_path / "scores").exists()


def test_parts_of_another_version_of_the_code_are_not_gone_on_with(score_to, pairs, tmp_path, monkeypatch):
    score_to(tmp_path, pairs)
    monkeypatch.setattr(here, "__version__", "0.0.9")

    with pytest.raises(ConfigError, match="holds another job: code is"):
        score_to(tmp_path, pairs)


def test_pairs_without_rows_give_a_part_without_rows(score, write_pairs, tmp_path):
    scored = score(write_pairs(tmp_path / "none.parquet", [], []))

    assert (len(scored), scored.schema.names) == (0, SCORED.names)


@pytest.mark.parametrize("start", [0, 1, 99, 100, 250, 499, 500, 600])
def test_pairs_are_read_from_any_one_on(pairs, start):
    found = pa.Table.from_batches(read_pairs(pairs, start), schema=PAIRS)

    assert pairs_in(pairs) == 500
    assert found.equals(pq.read_table(pairs).slice(start))


def test_pairs_are_read_from_a_later_file_on(write_pairs, tmp_path):
    for name, ids in {"a": [1, 2], "b": [3, 4]}.items():
        write_pairs(tmp_path / f"{name}.parquet", ["sales"] * len(ids), ids)

    assert [batch["creator_id"].to_pylist() for batch in read_pairs(tmp_path, 3)] == [[4]]


@pytest.mark.parametrize("size", [1, 3, 7, 10, 50])
def test_regrouped_rows_are_the_same_rows(size):
    table = pa.table({"row": range(20)})
    tables = list(regrouped(table.to_batches(max_chunksize=6), size))

    assert [len(each) for each in tables[:-1]] == [size] * (len(tables) - 1)
    assert pa.concat_tables(tables).equals(table)


def test_what_is_behind_some_rows_is_the_rest():
    table = pa.table({"row": range(20)})

    for rows in (0, 5, 6, 19, 20, 30):
        rest = pa.Table.from_batches(behind(rows, table.to_batches(max_chunksize=6)), schema=table.schema)
        assert rest.equals(table.slice(rows))


@pytest.mark.parametrize("with_pairs", [True, False], ids=["pairs", "all eligible"])
def test_an_interrupted_job_is_continued_to_the_same_bytes(score_to, pairs, tmp_path, with_pairs):
    asked = pairs if with_pairs else None
    whole = score_to(tmp_path / "at once", asked, rows=30)
    done = []

    def interrupt(rows):
        done.append(rows)
        if sum(done) > whole / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_to(tmp_path / "twice", asked, rows=30, advance=interrupt)
    told = []
    assert score_to(tmp_path / "twice", asked, rows=30, advance=told.append) == whole
    assert contents(tmp_path / "twice") == contents(tmp_path / "at once")
    assert sum(told) == whole


def test_a_complete_job_is_not_done_again(score_to, pairs, tmp_path):
    score_to(tmp_path, pairs)
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("part-*")}

    assert score_to(tmp_path, pairs) == 500
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("part-*")} == times


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}
