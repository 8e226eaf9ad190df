"""Retrievers over the whole catalogue: fitted on histories, asked with what is known as each day starts."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from recsys.arrays import Ints, Scores
from recsys.config import Config
from recsys.interactions import Histories, Interactions
from training.feed.earlier import Columns
from training.feed.known import ConfidencesConfig, day_starts, known_before, later_positives
from training.feed.queries import Asked
from training.feed.reading import Feed, Outcome
from training.implicit.contenders import Contender
from training.implicit.lists import SILENT
from training.retrieval import ItemRetriever, RetrieverConfig
from training.retrieval.blend import BlendConfig, learn_blend, logged, of_histories, segment_of

BLEND = "blend"
USERS_AT_ONCE = 512
"""Whose scores of all videos are in memory."""


class FeedRetrievalConfig(Config):
    """The first stage."""

    confidences: ConfidencesConfig
    retrievers: dict[str, RetrieverConfig] = Field(min_length=1)
    blend: BlendConfig
    blend_date: int
    """The day whose positives teach the blend its weights; the second stage does not learn from it."""


@dataclass(frozen=True)
class FeedRetrieval:
    """Fitted retrievers and their blend, and what is known of all users as each day starts.

    Models see histories alone, which end before every query. What a user did since is folded in: a day's
    scores rest on what was known when it started, and so nothing of that day or later is in any of them.
    """

    contender: Contender
    known: dict[int, Interactions]
    """Date → (users, videos)."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the signals: each retriever, then the blend."""
        return (*self.contender.retrievers, BLEND)

    def signals(self, histories: Histories) -> Scores:
        """(signals, users, videos): each retriever `logged` with the blend's first floor, then the blend."""
        blend = self.contender.blend
        said = np.stack(
            [logged(model.score(histories), blend.floors) for model in self.contender.retrievers.values()]
        )
        weights = self.contender.weights[segment_of(histories.lengths, blend)]
        blended = np.einsum("us,sui->ui", weights, said.reshape(-1, *said.shape[2:]))
        return np.concatenate([said[:, 0], blended[None]])

    def unseen(self, date: int, users: Ints) -> Iterator[tuple[Ints, Scores]]:
        """Users, some at a time, with their signals; SILENT for what each is known to have met already."""
        for start in range(0, len(users), USERS_AT_ONCE):
            some = users[start : start + USERS_AT_ONCE]
            known = self.known[date].take(some)
            signals = self.signals(known.histories())
            signals[:, known.rows, known.items] = SILENT
            yield some, signals


def fit_retrieval(feed: Feed, config: FeedRetrievalConfig, positive: Outcome) -> FeedRetrieval:
    """Fit every retriever on the histories, then the blend on what `blend_date` brought."""
    known = {date: known_before(feed, start, config.confidences) for date, start in day_starts(feed).items()}
    histories = known_before(feed, 0, config.confidences)
    fitted: dict[str, ItemRetriever] = {
        name: retriever.build().fit(histories) for name, retriever in config.retrievers.items()
    }
    before = known[config.blend_date]
    later = later_positives(feed, config.blend_date, positive, before)
    relevant = Interactions.of_pairs(before.user_ids, before.item_ids, later)
    scores = [of_histories(retriever, before) for retriever in fitted.values()]
    weights = learn_blend(scores, before, relevant, segment_of(before.lengths, config.blend), config.blend)
    return FeedRetrieval(Contender(fitted, weights, config.blend), known)


def retrieved(retrieval: FeedRetrieval, asked: Asked) -> Columns:
    """Columns `als_score`, `als_rank` …: what each retriever says, and log(1 + videos it puts above it).

    Ranks are over the whole catalogue, so they do not depend on what else is asked. The blend is left out:
    its weights know the outcomes of `blend_date`, which rows of that day and before must not.
    """
    names = tuple(retrieval.contender.retrievers)
    scores = np.zeros((len(names), len(asked.shown)), np.float32)
    ranks = np.zeros_like(scores)
    for date in np.unique(asked.shown.date).tolist():
        of_day = np.flatnonzero(asked.shown.date == date)
        for rows in in_blocks(asked.shown.user, of_day):
            users, place = np.unique(asked.shown.user[rows], return_inverse=True)
            signals = retrieval.signals(retrieval.known[date].histories(users))
            found = signals[: len(names), place, asked.shown.video[rows]]
            scores[:, rows] = found
            for signal, values in enumerate(found):
                ranks[signal, rows] = places_above(signals[signal], place, values)
    return {
        f"{name}_{kind}": values[number]
        for number, name in enumerate(names)
        for kind, values in (("score", scores), ("rank", np.log1p(ranks)))
    }


def in_blocks(users: Ints, rows: Ints) -> list[Ints]:
    """The rows in blocks of whole users, in order of user."""
    ordered = rows[np.argsort(users[rows], kind="stable")]
    block = np.unique(users[ordered], return_inverse=True)[1] // USERS_AT_ONCE
    return np.split(ordered, np.flatnonzero(np.diff(block)) + 1)


def places_above(scores: Scores, users: Ints, values: Scores) -> Ints:
    """For each row the number of videos its user, a row of `scores`, has above the value."""
    ordered = np.sort(scores, axis=1)
    above = [
        scores.shape[1] - np.searchsorted(ordered[user], value, side="right")
        for user, value in zip(users, values, strict=True)
    ]
    return np.array(above, np.int64)
