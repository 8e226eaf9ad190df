"""All-rank evaluation of several models' lists: intervals, paired differences, segments, beyond accuracy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from recsys.beyond_accuracy import catalogue_coverage, cold_share, exposure_gini, full_list, novelty
from recsys.evaluation import Interval, Report, bootstrap_mean, differences, intervals
from recsys.interactions import Interactions
from training.implicit.metrics import measured
from training.implicit.relevant import Answers, Relevant, of_users

Values = dict[str, dict[str, Floats]]
"""Metric → model → (users,)."""
Lists = Mapping[str, Ints]
"""Model → (users, places) item columns."""
HISTORY_LADDER = {"0": 0, "1-3": 1, "4+": 4}
"""Segments by the fewest items known of a user, as R28 draws them for shoppable videos."""
COLD = "cold_items"


@dataclass(frozen=True)
class BeyondAccuracy:
    """What one model's lists do to the catalogue, above one cutoff (see `recsys.beyond_accuracy`)."""

    coverage: float
    gini: float
    novelty: Interval
    cold_share: Interval
    full: Interval
    """Share of users whose list is full."""


def history_segments(lengths: Ints) -> Ints:
    """The place in HISTORY_LADDER of users with so many known items."""
    fewest = list(HISTORY_LADDER.values())
    return np.searchsorted(fewest, lengths, side="right").astype(np.int64) - 1


def evaluate_lists(
    lists: Lists, cold_lists: Lists, answers: Answers, known: Interactions, cutoffs: Sequence[int], seed: int
) -> Report:
    """Every metric of every model; the first model is compared with each other one.

    `lists` rank all items, `cold_lists` only those that nobody met; the segment `cold_items` is what the
    latter find of the relevant cold items. Other segments go by how many items were known of a user.
    """
    relevant = answers.relevant
    values = _values(lists, relevant, cutoffs)
    of_cold = _values(cold_lists, relevant.only(known.item_counts == 0), cutoffs)
    everybody = np.ones(len(relevant), np.bool_)
    segments = {
        f"history={name}": intervals(values, users, seed)
        for name, users in _by_history(of_users(known, relevant.user_ids).lengths).items()
    }
    return Report(
        metrics=intervals(values, everybody, seed),
        segments={**segments, COLD: intervals(of_cold, everybody, seed)},
        differences=differences(values, seed),
        exposure={},
        queries=len(relevant) + answers.users_without_relevant,
        queries_without_relevant=answers.users_without_relevant,
    )


def beyond_accuracy(lists: Lists, known: Interactions, cutoff: int, seed: int) -> dict[str, BeyondAccuracy]:
    """Of each model's first `cutoff` places."""
    users, items = known.shape
    is_cold = known.item_counts == 0
    mean = partial(bootstrap_mean, seed=seed)

    def of_model(shown: Ints) -> BeyondAccuracy:
        return BeyondAccuracy(
            coverage=catalogue_coverage(shown, items),
            gini=exposure_gini(shown, items),
            novelty=mean(novelty(shown, known.item_counts, users)),
            cold_share=mean(cold_share(shown, is_cold)),
            full=mean(full_list(shown)),
        )

    return {name: of_model(ranked[:, :cutoff]) for name, ranked in lists.items()}


def _values(lists: Lists, relevant: Relevant, cutoffs: Sequence[int]) -> Values:
    by_model = {name: measured(ranked, relevant, cutoffs) for name, ranked in lists.items()}
    metrics = next(iter(by_model.values()))
    return {metric: {name: values[metric] for name, values in by_model.items()} for metric in metrics}


def _by_history(lengths: Ints) -> dict[str, Flags]:
    segment = history_segments(lengths)
    return {name: segment == place for place, name in enumerate(HISTORY_LADDER)}
