"""The aggregates by the expressions of `features`, as snapshots and ranking lists read them."""

from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from features.known import Known, known
from features.lists import inputs
from features.profiles import content, days, posts, videos
from recsys.periods import Period
from recsys.policy import read_policies
from recsys.tables import read_tables
from recsys.tables.engine import connect_quietly
from training.bench.feature_peers.asked import Answers, Asked


def prepare(_asked: Asked) -> None:
    """Let Ibis load what it loads when it first reads."""
    connect_quietly().to_pyarrow(ibis.memtable(pa.table({"one": [1]})))


def answers(asked: Asked) -> Answers:
    """All of them, as Arrow tables."""
    tables, policies = read_tables(asked.folder), read_policies(Path(asked.policies))
    tables.backend.con.execute(f"SET threads = {asked.threads}")
    profiles = _profiles(known(tables, asked.as_of, policies))
    return profiles | _lists(known(tables, asked.as_of, policies), asked)


def as_arrow(answer: Any) -> pa.Table:
    """As it is."""
    return answer


def _profiles(then: Known) -> dict[str, pa.Table]:
    rows = {
        "days": days.days(then),
        "gains": days.gains(then),
        "windows": videos.windows(videos.video_counts(then)),
        "gmv_by_category": content.gmv_by_category(then),
        "views_by_type": content.views_by_type(then),
        "latest": videos.latest(then),
        "posts": posts.posts(then),
    }
    answers = {name: then.read(each) for name, each in rows.items()}
    then.release()
    return answers


def _lists(then: Known, asked: Asked) -> dict[str, pa.Table]:
    period = Period("week", asked.first_day, asked.days)
    rows = {
        "list_days": inputs.days(then, period),
        "list_videos": inputs.videos(then, period),
        "list_livestreams": inputs.livestreams(then, period),
        "list_posts": inputs.posts(then, period),
        "list_contents": inputs.contents(then),
        "list_activity": inputs.activity(then),
    }
    answers = {name: then.read(each) for name, each in rows.items()}
    then.release()
    return answers
