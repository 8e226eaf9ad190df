"""The aggregates as DuckDB SQL, one query each, written for this engine: QUALIFY, FILTER, native dates."""

from string import Template
from typing import Any

import duckdb
import pyarrow as pa

from training.bench.feature_peers.asked import Answers, Asked
from training.bench.feature_peers.sql_lists import LISTS
from training.bench.feature_peers.sql_profiles import PROFILES

TABLES = ("creators", "creator_daily", "videos", "video_daily", "livestreams")
THRESHOLDS = """
CREATE TABLE thresholds (market VARCHAR, last_videos INTEGER, content_days INTEGER, activity_days INTEGER,
                         links_counted INTEGER, posts_counted INTEGER, live_counted INTEGER)
"""
RULES = """
CREATE VIEW rules AS
SELECT creator_id, thresholds.* EXCLUDE (market)
FROM creators JOIN thresholds USING (market) WHERE created_at < $today
"""
"""Per creator the thresholds of their market."""


def prepare(_asked: Asked) -> None:
    """Nothing: the libraries are there."""


def answers(asked: Asked) -> Answers:
    """All of them, as Arrow tables."""
    connection = duckdb.connect()
    connection.execute(f"SET threads = {asked.threads}")
    connection.execute("SET enable_progress_bar = false")
    for table in TABLES:
        connection.read_parquet(asked.files(table)).create_view(table)
    connection.execute(THRESHOLDS)
    connection.executemany(
        "INSERT INTO thresholds VALUES (?, ?, ?, ?, ?, ?, ?)",
        [list(vars(each).values()) for each in asked.thresholds],
    )
    connection.execute(_query(RULES, asked))
    return {
        name: connection.sql(_query(text, asked)).to_arrow_table()
        for name, text in (PROFILES | LISTS).items()
    }


def as_arrow(answer: Any) -> pa.Table:
    """As it is."""
    return answer


def _query(text: str, asked: Asked) -> str:
    return Template(text).substitute(
        today=_day(asked, 0),
        first=_day(asked, asked.days),
        before=_day(asked, 2 * asked.days),
        now=f"epoch({_day(asked, 0)})::BIGINT",
    )


def _day(asked: Asked, ago: int) -> str:
    return f"DATE '{asked.ago(ago)}'"
