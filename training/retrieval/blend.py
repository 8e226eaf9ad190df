"""A blend of retrievers: per segment a log-linear model, learnt on held-out items by conditional logit.

    score = Σ weight[segment, signal, floor] · log(1 + s / (floor · the user's best s))

P(item | user) = softmax of the score over the candidates (McFadden 1974): the log makes the blend a product
of experts (Hinton 2002), so that popularity can be raised to a power, and a silent signal adds 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field
from scipy.optimize import minimize

from recsys.arrays import Flags, Floats, Ints, Scores
from recsys.config import Config
from recsys.interactions import Histories, Interactions
from recsys.interactions.matrix import NOTHING
from training.retrieval import ItemRetriever

Score = Callable[[Ints], Scores]
"""(users, items) scores of these users, rows of the interactions."""
ROWS = 256
"""Users scored at once."""


class BlendConfig(Config):
    """How a blend is learnt."""

    candidates: int = Field(100, ge=1)
    """Of each signal, for each user; only these compete."""
    floors: tuple[Annotated[float, Field(gt=0)], ...] = Field((1e-3,), min_length=1)
    """Shares of the user's best score below which differences hardly count: a low floor compares scores by
    their ratio, one of 1 by their difference; with both, each signal has two weights."""
    l2: float = Field(1e-3, ge=0)
    """Pulls the weights of all users to 0, on standardised signals."""
    segment_l2: float = Field(1e-2, ge=0)
    """Pulls each segment's weights to those of all users; the fewer its users, the more it is felt."""
    segments: tuple[int, ...] = (1, 4)
    """Where the next segment starts, by number of known items: 0, 1 to 3, 4 and more (R28)."""


@dataclass(frozen=True)
class Choices:
    """Candidates of users with at least one relevant item among them; rows of a user stand together."""

    signals: Floats
    """(rows, signals × floors) logged."""
    chosen: Floats
    """(rows,): above 0 for relevant items: how much each counts among those of its user."""
    starts: Ints
    """(users,): first row of each user."""
    segments: Ints
    """(users,)."""

    @property
    def of_row(self) -> Ints:
        """(rows,): user of each row."""
        sizes = np.diff(np.append(self.starts, len(self.chosen)))
        return np.repeat(np.arange(len(self.starts)), sizes)


def segment_of(lengths: Ints, config: BlendConfig) -> Ints:
    """(users,): segment of users with so many known items."""
    return np.searchsorted(np.array(config.segments), lengths, side="right").astype(np.int64)


def logged(scores: Scores, floors: Sequence[float]) -> Scores:
    """(floors, users, items): log(1 + s / (floor · the user's best)), 0 at or below 0."""
    positive = np.maximum(scores, 0)
    best = np.maximum(positive.max(axis=1, keepdims=True), np.float32(1e-30))
    raised = (positive / best)[None] / np.array(floors, np.float32)[:, None, None]
    return np.asarray(np.log(raised + 1), np.float32)


def of_histories(retriever: ItemRetriever, known: Interactions) -> Score:
    """A retriever's scores of users of `known`, by their histories."""
    return lambda users: retriever.score(known.histories(users))


def learn_blend(
    signals: Sequence[Score],
    known: Interactions,
    relevant: Interactions,
    segments: Ints,
    config: BlendConfig,
) -> Scores:
    """(segments, signals × floors) float32 weights; `relevant` holds what users of `known` met afterwards.

    Each relevant item counts by its confidence among those of its user. `segments` (users,) tells the segment
    of each user. Users without a relevant item among the candidates teach nothing. With none at all, every
    signal counts the same.
    """
    choices = choices_of(signals, known, relevant, segments, config)
    count, width = len(config.segments) + 1, len(signals) * len(config.floors)
    if not len(choices.starts):
        return np.ones((count, width), np.float32)
    spread = choices.signals.std(axis=0)
    scale = np.where(spread > 1e-9, spread, 1.0)
    everybody = fitted(choices, np.zeros(width), config.l2, scale)
    parts = [_of_segment(choices, number, everybody, config, scale) for number in range(count)]
    return (np.stack(parts) / scale).astype(np.float32)


def _of_segment(
    choices: Choices, number: int, everybody: Floats, config: BlendConfig, scale: Floats
) -> Floats:
    inside = choices.segments == number
    if not inside.any():
        return everybody
    rows = inside[choices.of_row]
    sizes = np.bincount(choices.of_row[rows], minlength=len(inside))[inside]
    part = Choices(
        choices.signals[rows], choices.chosen[rows], np.cumsum(sizes) - sizes, choices.segments[inside]
    )
    share = len(inside) / inside.sum()
    return fitted(part, everybody, config.segment_l2 * share, scale)


def choices_of(
    signals: Sequence[Score],
    known: Interactions,
    relevant: Interactions,
    segments: Ints,
    config: BlendConfig,
) -> Choices:
    """The candidates of every user with a relevant item, block by block."""
    users = np.flatnonzero(relevant.lengths > 0)
    blocks = [users[start : start + ROWS] for start in range(0, len(users), ROWS)]
    parts = [_block(signals, known, relevant, block, config) for block in blocks]
    if not parts:
        nobody = np.empty(0, np.int64)
        return Choices(np.empty((0, len(signals) * len(config.floors))), np.empty(0), nobody, nobody)
    values, chosen, sizes, chooser = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Choices(values, chosen, np.cumsum(sizes) - sizes, segments[chooser])


def _block(
    signals: Sequence[Score], known: Interactions, relevant: Interactions, users: Ints, config: BlendConfig
) -> tuple[Floats, Floats, Ints, Ints]:
    """Logged signals and relevance of the candidates, and how many each of which users has."""
    values = np.concatenate([logged(score(users), config.floors) for score in signals])
    shape = values.shape[1:]
    free = (dense(known.histories(users), shape) == 0) & (values.max(axis=0) > 0)
    wanted = dense(relevant.histories(users), shape)
    candidate = _best(values[:: len(config.floors)], free, config.candidates) & free
    candidate &= (candidate & (wanted > 0)).any(axis=1)[:, None]
    sizes = candidate.sum(axis=1)
    rows, items = np.nonzero(candidate)
    return (
        values[:, rows, items].T.astype(np.float64),
        wanted[rows, items].astype(np.float64),
        sizes[sizes > 0],
        users[sizes > 0],
    )


def _best(values: Scores, free: Flags, count: int) -> Flags:
    """(users, items): whether any signal has the item among its best of those that are free."""
    result = np.zeros(free.shape, np.bool_)
    for signal in values:
        order = np.argpartition(np.where(free, -signal, 1), min(count, free.shape[1]) - 1, axis=1)
        np.put_along_axis(result, order[:, :count], values=True, axis=1)
    return result


def dense(histories: Histories, shape: tuple[int, ...]) -> Scores:
    """(users, items): confidences, 0 where an item is not in the history."""
    result = np.zeros((shape[0], shape[1] + 1), np.float32)
    places = np.where(histories.items == NOTHING, shape[1], histories.items)
    np.put_along_axis(result, places, histories.confidence, axis=1)
    return result[:, :-1]


def fitted(choices: Choices, prior: Floats, l2: float, scale: Floats) -> Floats:
    """Weights of standardised signals at the greatest likelihood, less l2 × their distance from the prior."""
    signals, of_row = choices.signals / scale, choices.of_row
    per_user = np.add.reduceat(choices.chosen, choices.starts)
    target = choices.chosen / per_user[of_row] / len(choices.starts)

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = signals @ weights
        scores -= np.maximum.reduceat(scores, choices.starts)[of_row]
        odds = np.exp(scores)
        total = np.add.reduceat(odds, choices.starts)
        share = odds / total[of_row] / len(choices.starts)
        away = weights - prior
        value = -target @ (scores - np.log(total)[of_row]) + l2 * away @ away
        return float(value), signals.T @ (share - target) + 2 * l2 * away

    return np.asarray(minimize(loss, prior, jac=True, method="L-BFGS-B").x)
