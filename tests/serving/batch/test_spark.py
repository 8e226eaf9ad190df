"""Batch scoring on Spark gives the scores of this process. Needs the extra `spark` and Java."""

import json

import pyarrow.parquet as pq
import pytest

from recsys.errors import ConfigError, RequestError

# Spark leaves its sockets to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
FACTS = {"snapshot": "of a test"}
ORDER = [("brief", "ascending"), ("creator_id", "ascending")]


@pytest.fixture
def spark_scoring(spark):
    return pytest.importorskip("serving.batch.spark")


@pytest.mark.parametrize("with_pairs", [True, False], ids=["pairs", "all eligible"])
def test_scores_are_those_of_this_process(spark_scoring, job, score_to, pairs, tmp_path, with_pairs):
    asked = pairs if with_pairs else None
    written = score_to(tmp_path / "here", asked)

    assert spark_scoring.score_on_spark(job, asked, tmp_path / "spark", FACTS) == written
    found, expected = pq.read_table(tmp_path / "spark"), pq.read_table(tmp_path / "here")
    assert found.sort_by(ORDER).equals(expected.sort_by(ORDER))
    assert json.loads((tmp_path / "spark" / spark_scoring.FACTS).read_text()) == FACTS


def test_what_a_worker_refuses_is_told_and_leaves_nothing(spark_scoring, job, write_pairs, tmp_path):
    asked = write_pairs(tmp_path / "pairs.parquet", ["sales"], [1])

    with pytest.raises(RequestError, match=r"^unknown creator 1: snapshot-"):
        spark_scoring.score_on_spark(job, asked, tmp_path / "spark", FACTS)
    assert not (tmp_path / "spark").exists()


def test_a_folder_that_is_there_is_not_replaced(spark_scoring, job, pairs, tmp_path):
    with pytest.raises(ConfigError, match="is there already"):
        spark_scoring.score_on_spark(job, pairs, tmp_path, FACTS)
