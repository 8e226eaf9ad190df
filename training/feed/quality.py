"""How good a video is for anybody: histories and earlier impressions, each level held to the one above."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Floats, Ints
from training.feed.affinity import LENGTH_BANDS, length_bands
from training.feed.earlier import Columns, Signals
from training.feed.history import Watches
from training.feed.past import Past
from training.feed.queries import Asked
from training.feed.reading import Feed


@dataclass(frozen=True)
class Level:
    """A subject of each video."""

    subjects: Ints
    weight: float
    """Watches a subject is held to have had more, of the quality of the level above."""


def pooled_qualities(feed: Feed, watched: Watches, told: Signals, asked: Asked) -> Columns:
    """Columns `length_pooled_quality`, `tag_…`, `kind_…`, `author_…`, `video_…`, and `video_pooled_seen`.

    Quality is the share of long watches beyond what the viewer gives everything (in histories) or beyond what
    the tab sees (in earlier impressions). Where little is known of a video its author's counts, then that of
    videos of its tag and length (kind), and so on (empirical Bayes: Efron and Morris 1975).
    """
    columns: Columns = {}
    quality, seen = np.zeros(len(asked.shown)), np.zeros(len(asked.shown))
    for name, level in levels(feed).items():
        quality, seen = shrunk_to(quality, level, feed, watched, told, asked)
        columns[f"{name}_pooled_quality"] = quality
    return columns | {"video_pooled_seen": seen}


def levels(feed: Feed) -> dict[str, Level]:
    """From what says least of a video to the video itself."""
    lengths = length_bands(feed)
    return {
        "length": Level(lengths, 50),
        "tag": Level(feed.tag, 50),
        "kind": Level(feed.tag * LENGTH_BANDS + lengths, 30),
        "author": Level(feed.author, 15),
        "video": Level(np.arange(len(feed.author)), 8),
    }


def shrunk_to(
    prior: Floats, level: Level, feed: Feed, watched: Watches, told: Signals, asked: Asked
) -> tuple[Floats, Floats]:
    """Quality of each row's subject, held to `prior`, and the watches and impressions it rests on."""
    rows, count = level.subjects[asked.shown.video], int(level.subjects.max()) + 1
    of_watches = level.subjects[watched.video]
    past = Past(level.subjects[feed.impressions.video], feed.impressions.time_ms)
    in_histories = np.bincount(of_watches, watched.beyond_user, count)[rows]
    beyond = in_histories + past.total(told.lifts["long_lift"], rows, asked.as_of)
    seen = np.bincount(of_watches, minlength=count)[rows] + past.count(rows, asked.as_of)
    return (beyond + level.weight * prior) / (seen + level.weight), seen
