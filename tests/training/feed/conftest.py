"""A short-video log small enough to check by eye, with a taste that can be learned."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from training.feed.known import ConfidencesConfig
from training.feed.reading import OUTCOMES, Feed, read_feed
from training.feed.retrieval import FeedRetrieval, FeedRetrievalConfig, fit_retrieval
from training.retrieval.als import AlsConfig
from training.retrieval.blend import BlendConfig
from training.retrieval.popularity import PopularityConfig

USERS, VIDEOS, AUTHORS = 60, 30, 12
DAYS = range(20220425, 20220431)
DAY_MS = 86_400_000
LOG_START_MS = 1_650_816_000_000


def tables_of(seed: int, impressions: int = 1_500) -> dict[str, pa.Table]:
    """Videos differ in appeal, users like one of two tags; nothing else explains a long view."""
    rng = np.random.default_rng(seed)
    appeal, tag, taste = rng.normal(size=VIDEOS), rng.integers(0, 2, VIDEOS), rng.integers(0, 2, USERS)
    return {
        "impressions": shown(rng, appeal, tag, taste, impressions),
        "history": history(rng, appeal, tag, taste),
        "users": pa.table(
            {"user_id": np.arange(USERS) + 1000}
            | {
                name: rng.integers(0, 500, USERS)
                for name in ("follow_user_num", "fans_user_num", "friend_user_num", "register_days")
            }
        ),
        "videos": pa.table(
            {
                "video_id": np.arange(VIDEOS) * 10,
                "author_id": rng.integers(0, AUTHORS, VIDEOS) + 77,
                "tag": [None if place == 0 else str(value) for place, value in enumerate(tag)],
                "video_duration": pa.array([None, *rng.uniform(5e3, 1e5, VIDEOS - 1)]),
                "server_width": np.full(VIDEOS, 720.0),
                "server_height": np.full(VIDEOS, 1280.0),
                "music_type": rng.integers(4, 9, VIDEOS).astype(float),
            }
        ),
    }


def shown(rng, appeal, tag, taste, count) -> pa.Table:
    user, video = rng.integers(0, USERS, count), rng.integers(0, VIDEOS, count)
    since = np.sort(rng.integers(0, len(DAYS) * DAY_MS, count))
    long = rng.random(count) < liked(appeal, tag, taste, user, video)
    click = long | (rng.random(count) < 0.2)
    outcomes = {name: (click & (rng.random(count) < 0.05)).astype(int) for name in OUTCOMES}
    return pa.table(
        {
            "user_id": user + 1000,
            "video_id": video * 10,
            "date": DAYS[0] + since // DAY_MS,
            "time_ms": LOG_START_MS + since,
            "tab": rng.choice([1, 1, 1, 0, 4], count),
            "play_time_ms": np.where(long, 20_000, 1_000),
        }
        | outcomes
        | {"long_view": long.astype(int), "is_click": click.astype(int)}
    )


def history(rng, appeal, tag, taste) -> pa.Table:
    rows = []
    for user in range(USERS - 5):
        watched = rng.choice(VIDEOS, 12, replace=False)
        long = watched[rng.random(12) < liked(appeal, tag, taste, np.full(12, user), watched)]
        rows.append((watched * 10, long[:1] * 10, long * 10))
    columns = [pa.array([row[kind].tolist() for row in rows], pa.list_(pa.int64())) for kind in range(3)]
    return pa.table(
        {
            "user_id": np.arange(USERS - 5) + 1000,
            "history_len": np.full(USERS - 5, 12),
            "last_time_ms": np.full(USERS - 5, LOG_START_MS - 1),
        }
        | dict(zip(("watch_seq", "like_seq", "long_watch_seq"), columns, strict=True))
    )


def liked(appeal, tag, taste, user, video):
    return 1 / (1 + np.exp(-(1.5 * appeal[video] + 2.0 * (tag[video] == taste[user]) - 1.5)))


def written(folder: Path, tables: dict[str, pa.Table]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return folder


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def write_tables() -> Callable[[Path, dict[str, pa.Table]], Path]:
    return written


@pytest.fixture
def tables() -> dict[str, pa.Table]:
    return tables_of(seed=5)


@pytest.fixture(scope="session")
def feed_folder(tmp_path_factory) -> Path:
    return written(tmp_path_factory.mktemp("feed"), tables_of(seed=5))


@pytest.fixture(scope="session")
def feed(feed_folder) -> Feed:
    return read_feed(feed_folder)


@pytest.fixture(scope="session")
def retrieval_config() -> FeedRetrievalConfig:
    return FeedRetrievalConfig(
        confidences=ConfidencesConfig(),
        retrievers={"counts": PopularityConfig(), "als": AlsConfig(factors=4, iterations=3)},
        blend=BlendConfig(),
        blend_date=20220426,
    )


@pytest.fixture(scope="session")
def retrieval(feed, retrieval_config) -> FeedRetrieval:
    return fit_retrieval(feed, retrieval_config, "long_view")
