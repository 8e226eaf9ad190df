"""Lists from the whole catalogue at the start of a day: who asks, and what each stage learns from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pydantic import Field

from recsys.arrays import Flags, Ints
from recsys.config import Config
from recsys.judged import Judged
from training.feed.features import Block, FeedFeaturesConfig, columns_by_block, judged_of
from training.feed.known import day_starts, later_positives
from training.feed.queries import Asked
from training.feed.reading import Feed, Impressions, Outcome
from training.feed.retrieval import FeedRetrieval, retrieved
from training.implicit.lists import best_of
from training.ranking import TreeRankerConfig

RETRIEVED = "retrieved"
"""Block of the retrievers' scores and ranks."""


class CatalogueConfig(Config):
    """Two stages against one, over all videos."""

    learn_dates: tuple[int, ...] = Field(min_length=1)
    """Days both learn from: their positives, and videos drawn from what each will have to order."""
    candidates: int = Field(300, ge=1)
    """Videos of each user that the first stage hands to the second."""
    negatives: int = Field(30, ge=1)
    """Videos drawn for each user of a day, to learn from beside the positives."""
    test_users: int = Field(300, ge=1)
    """One stage has to score all videos of each user: so many users of the test day are drawn."""
    ranker: TreeRankerConfig
    seed: int


@dataclass(frozen=True)
class Day:
    """Who is asked for on a day, and what they turned out to want."""

    feed: Feed
    retrieval: FeedRetrieval
    date: int
    positive: Outcome

    @cached_property
    def wanted(self) -> Ints:
        """Sorted keys (user × videos + video) of the day's positives that were not known before."""
        users, videos = later_positives(self.feed, self.date, self.positive, self.retrieval.known[self.date])
        return users * self.feed.counts[1] + videos

    @property
    def users(self) -> Ints:
        """Those who want anything, rising."""
        return np.unique(self.wanted // self.feed.counts[1])

    def candidates(self, users: Ints, count: int) -> Ints:
        """(users, count): the blend's best of what each has not met, best first, NOTHING behind the last."""
        blocks = [best_of(signals[-1], count) for _, signals in self.retrieval.unseen(self.date, users)]
        return np.concatenate(blocks)

    def asked(self, keys: Ints) -> Asked:
        """Rows for these keys, rising, as of the day's start; what was wanted counts as its outcome."""
        users, videos = keys // self.feed.counts[1], keys % self.feed.counts[1]
        start = day_starts(self.feed)[self.date]
        nothing, none = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
        outcomes = dict.fromkeys(self.feed.impressions.outcomes, none)
        shown = Impressions(
            user=users,
            video=videos,
            date=np.full(len(keys), self.date),
            time_ms=np.full(len(keys), start),
            tab=nothing,
            played_ms=nothing,
            outcomes=outcomes | {self.positive: np.isin(keys, self.wanted)},
        )
        sizes = np.unique(users, return_counts=True)[1]
        return Asked(shown, np.full(len(keys), start), sizes, nothing + 1)

    def judged(self, keys: Ints, config: FeedFeaturesConfig, blocks: Sequence[Block | str]) -> Judged:
        """Features of these rows in the order of `blocks`; grade 1 for what was wanted."""
        asked = self.asked(keys)
        own = tuple(block for block in config.blocks if block in blocks)
        columns = columns_by_block(
            self.feed, asked, config.model_copy(update={"blocks": own}), lambda _: None
        )
        if RETRIEVED in blocks:
            columns[RETRIEVED] = retrieved(self.retrieval, asked)
        return judged_of({block: columns[block] for block in blocks}, asked, {self.positive: 1})


def all_keys(day: Day, users: Ints) -> Ints:
    """Every video for each of these users."""
    width = day.feed.counts[1]
    return (users[:, None] * width + np.arange(width)).ravel()


def handed_on(day: Day, users: Ints, count: int) -> Ints:
    """The keys of the first stage's candidates, rising."""
    candidates = day.candidates(users, count)
    keys = users[:, None] * day.feed.counts[1] + candidates
    return np.sort(keys[candidates >= 0])


def from_everything(day: Day, negatives: int, rng: np.random.Generator) -> Ints:
    """What one stage learns from: all that was wanted, and for each user `negatives` draws of all videos."""
    width = day.feed.counts[1]
    draws = day.users[:, None] * width + rng.integers(0, width, (len(day.users), negatives))
    known = day.retrieval.known[day.date]
    return np.union1d(np.setdiff1d(draws, known.rows * width + known.items), day.wanted)


def from_candidates(day: Day, candidates: int, negatives: int, rng: np.random.Generator) -> Ints:
    """What the second stage learns from: the wanted candidates, and as many draws from the others."""
    keys = handed_on(day, day.users, candidates)
    taken = rng.random(len(keys)) < negatives / candidates
    return keys[taken | np.isin(keys, day.wanted)]


def with_both(judged: Judged) -> Judged:
    """Only the queries that have something wanted and something else: the others teach no order."""
    relevant = np.add.reduceat(judged.grades, judged.starts)
    chosen: Flags = (relevant > 0) & (relevant < judged.group_sizes)
    return judged.take(chosen)
