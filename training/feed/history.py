"""What histories before the log say: counts, rates, and how much a user or a video adds to the rate."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse

from recsys.arrays import Array, Floats, Ints
from training.feed.earlier import Columns
from training.feed.reading import LIKED, LONG_WATCHED, WATCHED, Feed

VIDEO_WEIGHT, USER_WEIGHT = 20, 5
"""Watches a video, a user must have before their own rate counts as much as the mean."""
SWEEPS = 10


@dataclass(frozen=True)
class Watches:
    """Each user's distinct videos watched before the log; `long` is 1 where they were also long-watched."""

    user: Ints
    video: Ints
    long: Floats
    user_count: int
    video_count: int

    @cached_property
    def mean(self) -> float:
        """Share of the watches that were long."""
        return float(self.long.mean())

    @cached_property
    def biases(self) -> tuple[Floats, Floats]:
        """How much each user, each video adds to the share of long watches: alternating ridge regressions."""
        of_user, of_video = np.zeros(self.user_count), np.zeros(self.video_count)
        beyond = self.long - self.mean
        for _ in range(SWEEPS):
            of_video = shrunk_means(self.video, beyond - of_user[self.user], self.video_count, VIDEO_WEIGHT)
            of_user = shrunk_means(self.user, beyond - of_video[self.video], self.user_count, USER_WEIGHT)
        return of_user, of_video

    @property
    def beyond_user(self) -> Floats:
        """What of each watch neither the mean nor the user explains."""
        return np.asarray(self.long - self.mean - self.biases[0][self.user])

    @property
    def beyond_both(self) -> Floats:
        """What of each watch neither user nor video explains."""
        return np.asarray(self.beyond_user - self.biases[1][self.video])

    def matrix(self, values: Array) -> scipy.sparse.csr_matrix:
        """(users, videos) with one value per watch."""
        shape = (self.user_count, self.video_count)
        return scipy.sparse.csr_matrix((values, (self.user, self.video)), shape=shape)


def watches(feed: Feed) -> Watches:
    """The watched sequences, each video once a user."""
    user_count, video_count = feed.counts
    watched = distinct_pairs(feed, WATCHED)
    long = np.isin(watched, distinct_pairs(feed, LONG_WATCHED))
    return Watches(watched // video_count, watched % video_count, long.astype(float), user_count, video_count)


def distinct_pairs(feed: Feed, kind: str) -> Ints:
    """Each (user, video) of the sequences as one sorted number."""
    sequence = feed.sequences[kind]
    return np.unique(sequence.user * feed.counts[1] + sequence.video)


def counts_by(keys: Ints, feed: Feed, kind: str) -> Floats:
    """How often the videos of each key stand in the sequences of this kind; `keys` has one per video."""
    return np.bincount(keys[feed.sequences[kind].video], minlength=int(keys.max()) + 1).astype(float)


def shrunk_means(keys: Ints, values: Floats, count: int, weight: float) -> Floats:
    """Mean of the values under each key, as if `weight` zeros had been seen before."""
    total = np.bincount(keys, values, count)
    return np.asarray(total / (np.bincount(keys, minlength=count) + weight))


def of_subject(name: str, keys: Ints, videos: Ints, feed: Feed, watched: Watches) -> Columns:
    """Columns `{name}_watches`, `{name}_long_watch_rate` …: a video, its author or its tag in all histories.

    `keys` has the subject of each video. `quality` is what the subject adds to the rate beyond its viewers'.
    """
    of_rows, count = keys[videos], int(keys.max()) + 1
    rate = shrunk_means(keys[watched.video], watched.long - watched.mean, count, VIDEO_WEIGHT)
    return {
        f"{name}_watches": counts_by(keys, feed, WATCHED)[of_rows],
        f"{name}_long_watches": counts_by(keys, feed, LONG_WATCHED)[of_rows],
        f"{name}_likes": counts_by(keys, feed, LIKED)[of_rows],
        f"{name}_long_watch_rate": (watched.mean + rate)[of_rows],
        f"{name}_quality": shrunk_means(keys[watched.video], watched.beyond_user, count, VIDEO_WEIGHT)[
            of_rows
        ],
    }
