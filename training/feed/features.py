"""Every feature of a candidate video for a user, as of the query's first impression."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from recsys.arrays import Array
from recsys.config import Config
from recsys.judged import Judged
from training.feed.affinity import affinities
from training.feed.earlier import Columns, Signals, earlier, signals
from training.feed.history import Watches, of_subject, watches
from training.feed.quality import pooled_qualities
from training.feed.queries import Asked, grade
from training.feed.reading import Feed, Outcome
from training.feed.similarity import similarities

VIDEO_WEIGHT, TAG_WEIGHT, USER_WEIGHT = 20, 50, 5
"""Average impressions a video or author, a tag, a user is held to have had before."""

DATE = "date"
"""Query segment: the log's day."""
Block = Literal["subjects", "qualities", "users", "affinities", "similarities", "context"]


class FeedFeaturesConfig(Config):
    """Which features are computed."""

    blocks: tuple[Block, ...] = ("subjects", "qualities", "users", "affinities", "similarities")
    """`context` adds the tab each impression was shown in: the page, not the candidate, so not by default."""
    factors: tuple[int, ...] = (16, 64)
    """Ranks of the truncated SVDs of the long-watch histories."""


def judge(
    feed: Feed,
    asked: Asked,
    grades: Mapping[Outcome, int],
    config: FeedFeaturesConfig,
    done: Callable[[int], None],
) -> Judged:
    """Features and grades of all queries; `done` is told 1 after each block."""
    return judged_of(columns_by_block(feed, asked, config, done), asked, grades)


def columns_by_block(
    feed: Feed, asked: Asked, config: FeedFeaturesConfig, done: Callable[[int], None]
) -> dict[str, Columns]:
    """Block → its columns; `done` is told 1 after each."""
    watched, told, columns = watches(feed), signals(feed), {}
    for block in config.blocks:
        columns[str(block)] = block_of(block, feed, watched, told, asked, config)
        done(1)
    return columns


def judged_of(blocks: Mapping[str, Columns], asked: Asked, grades: Mapping[Outcome, int]) -> Judged:
    """The columns of all blocks as judged rows."""
    columns = {name: column for block in blocks.values() for name, column in block.items()}
    return Judged(
        features=np.stack([np.asarray(column, np.float32) for column in columns.values()], axis=1),
        grades=grade(asked.shown, grades),
        group_sizes=asked.group_sizes,
        feature_names=tuple(columns),
        positions=asked.positions,
        query_segments={DATE: asked.query_dates},
    )


def only(judged: Judged, names: tuple[str, ...]) -> Judged:
    """The same rows with these features alone."""
    places = [judged.feature_names.index(name) for name in names]
    return replace(judged, features=judged.features[:, places], feature_names=names)


def block_of(
    block: Block, feed: Feed, watched: Watches, told: Signals, asked: Asked, config: FeedFeaturesConfig
) -> Columns:
    """The columns of one block."""
    match block:
        case "subjects":
            return subjects(feed, watched, told, asked) | video_facts(feed, asked)
        case "qualities":
            return pooled_qualities(feed, watched, told, asked)
        case "users":
            return users(feed, watched, told, asked)
        case "affinities":
            return affinities(feed, watched, told, asked)
        case "similarities":
            return similarities(watched, asked.shown.user, asked.shown.video, config.factors)
        case "context":
            return {"tab": asked.shown.tab}


def subjects(feed: Feed, watched: Watches, told: Signals, asked: Asked) -> Columns:
    """The video, its author and its tag: in histories and in earlier impressions; `popularity` adds both."""
    columns: Columns = {}
    kinds = {
        "video": (np.arange(len(feed.author)), VIDEO_WEIGHT),
        "author": (feed.author, VIDEO_WEIGHT),
        "tag": (feed.tag, TAG_WEIGHT),
    }
    for name, (keys, weight) in kinds.items():
        of_events, of_rows = keys[feed.impressions.video], keys[asked.shown.video]
        columns |= of_subject(name, keys, asked.shown.video, feed, watched)
        columns |= earlier(name, feed, told, (of_events, of_rows), asked.as_of, weight)
        columns[f"{name}_popularity"] = columns[f"{name}_long_watches"] + columns[f"{name}_long_views"]
    return columns


def users(feed: Feed, watched: Watches, told: Signals, asked: Asked) -> Columns:
    """The user: habits in the history and in earlier impressions, account facts as logarithms."""
    user = asked.shown.user
    facts = {name: np.log1p(np.maximum(values, 0))[user] for name, values in feed.users.items()}
    habits = {
        "user_watches": np.bincount(watched.user, minlength=watched.user_count)[user],
        "user_long_bias": watched.biases[0][user],
    }
    return (
        habits | facts | earlier("user", feed, told, (feed.impressions.user, user), asked.as_of, USER_WEIGHT)
    )


def video_facts(feed: Feed, asked: Asked) -> dict[str, Array]:
    """What is known of a video when it is uploaded."""
    facts = {name: values[asked.shown.video] for name, values in feed.videos.items()}
    return facts | {"aspect": facts["server_height"] / facts["server_width"]}
