"""Batch scoring in this process."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.errors import RequestError
from serving.batch.here import read_pairs, score_here
from serving.batch.pairs import SCORED, Job
from serving.filters import eligible_creators
from serving.matching.engine import MatchEngine

FACTS = {"snapshot": "of a test"}


@pytest.fixture
def score(job, tmp_path):
    """Pairs → the table that was written."""

    def of(pairs=None, job=job):
        score_here(job, pairs, tmp_path / "scores.parquet", FACTS, lambda _: None)
        return pq.read_table(tmp_path / "scores.parquet")

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


def test_the_file_says_where_it_comes_from(score, pairs):
    schema = score(pairs).schema

    assert schema.equals(SCORED)
    assert schema.metadata[b"snapshot"] == b"of a test"


@pytest.mark.parametrize(
    ("names", "ids", "complaint"),
    [
        (["sale"], [1], "unknown creators, such as \\[1\\]"),
        (["sales", None], [1, 1], "found NULL"),
        (["sales", "sales"], [1, None], "found NULL"),
    ],
)
def test_pairs_that_are_not_known_are_refused_and_leave_no_file(
    job, write_pairs, tmp_path, names, ids, complaint
):
    asked = write_pairs(tmp_path / "pairs.parquet", names, ids)

    with pytest.raises(RequestError, match=complaint):
        score_here(job, asked, tmp_path / "scores.parquet", FACTS, lambda _: None)
    assert [file.name for file in tmp_path.iterdir()] == ["pairs.parquet"]


def test_a_brief_that_was_not_given_is_refused(job, write_pairs, snapshot, tmp_path):
    asked = write_pairs(tmp_path / "pairs.parquet", ["reach"], snapshot.creators.ids[:1])

    with pytest.raises(RequestError, match="unknown brief 'reach'; expected one of sales, views"):
        score_here(job, asked, tmp_path / "scores.parquet", FACTS, lambda _: None)


def test_a_file_without_the_columns_is_refused(tmp_path):
    pq.write_table(pa.table({"brief": ["sales"], "creator": [1]}), tmp_path / "pairs.parquet")

    with pytest.raises(RequestError, match="expected columns brief \\(text\\) and creator_id \\(integer\\)"):
        list(read_pairs(tmp_path / "pairs.parquet"))
