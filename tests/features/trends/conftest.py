"""A market of 140 days in which one hashtag doubles, one stops, and more is posted on weekends."""

from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from features.known import known

START = datetime.fromisoformat("2024-01-01")
DAYS = 140
AS_OF = START + timedelta(days=DAYS)
DOUBLED = DAYS - 28
"""The day from which `up` is posted twice as often, and `down` no more."""


def posts(tag: str, day: int) -> int:
    usual = 6 if day % 7 >= 5 else 3
    if day >= DOUBLED:
        return {"up": 2 * usual, "down": 0}.get(tag, usual)
    return usual


def videos_of(tags: list[str], days: int = DAYS) -> list[dict]:
    rows = []
    for day in range(days):
        for place, tag in enumerate(tags):
            for number in range(posts(tag, day)):
                rows.append(
                    {
                        "video_id": len(rows) + 1,
                        "creator_id": 1 + place % 2,
                        "posted_at": START + timedelta(days=day, hours=number),
                        "category": "beauty/skin" if place % 2 else "home/kitchen",
                        "hashtags": [tag, tag],
                    }
                )
    return rows


@pytest.fixture(scope="session")
def market_rows():
    tags = ["up", "down", *(f"steady{number}" for number in range(22))]
    return {
        "creators": [
            {"creator_id": 1, "created_at": START, "market": "US", "category": "home/kitchen"},
            {"creator_id": 2, "created_at": START, "market": "GB", "category": "beauty/skin"},
        ],
        "videos": videos_of(tags),
        "video_daily": [
            {"video_id": video, "day": (AS_OF - timedelta(days=video)).date(), "views": 1_000 * video}
            for video in (1, 2, 3)
        ],
    }


@pytest.fixture(scope="session")
def market(market_rows, tables_of, policies):
    """What is known of that market after its last day."""
    return known(tables_of(market_rows), AS_OF, policies)


@pytest.fixture(scope="session")
def market_folder(market_rows, arrow, tables_of, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("market")
    for name in tables_of(market_rows):
        pq.write_table(arrow(name, market_rows.get(name, [])), folder / f"{name}.parquet")
    return folder
