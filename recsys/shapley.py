"""Why this candidate, and not a typical one: exact Shapley values over reason groups (Shapley 1953).

A coalition is a candidate that keeps its own numbers in some reason groups and is typical in the others. All
coalitions are scored in one batch by the graph that ranks, so the parts add up to the difference in score.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import factorial
from typing import get_args

import numpy as np

from recsys.arrays import Features, Flags, Floats, Ints, Scores
from recsys.errors import BundleError
from recsys.vocabulary import REASON_GROUPS, ReasonGroup

Score = Callable[[Features], Scores]


@dataclass(frozen=True)
class Grouping:
    """Which features belong to which group."""

    groups: tuple[str, ...]
    group_of_feature: Ints
    """(features,); index into `groups`."""

    @classmethod
    def of(cls, feature_names: Sequence[str], reason_groups: dict[str, ReasonGroup]) -> "Grouping":
        """The reason groups of these features, in the vocabulary's order.

        Raises BundleError if a feature has none: the parts would not add up.
        """
        missing = [name for name in feature_names if name not in reason_groups]
        if missing:
            known = get_args(ReasonGroup)
            raise BundleError(f"features {missing} have no reason group; expected one of {known}")
        present = {reason_groups[name] for name in feature_names}
        groups = tuple(group for group in get_args(ReasonGroup) if group in present)
        return cls(groups, np.array([groups.index(reason_groups[name]) for name in feature_names], np.int64))


@dataclass(frozen=True)
class Attribution:
    """How far each reason group lifts each candidate's score above the typical candidate's."""

    grouping: Grouping
    candidates: Features
    typical: Features
    """(features,); the typical candidate."""
    parts: Floats
    """(candidates, groups); each row adds up to the candidate's score minus `typical_score`."""
    typical_score: float

    def strongest(self, candidate: int, count: int) -> Ints:
        """The groups with the largest parts by size, whatever their sign; equal ones keep their order."""
        return np.argsort(-np.abs(self.parts[candidate]), kind="stable")[:count].astype(np.int64)

    def features_of(self, groups: Ints) -> Ints:
        """Places of the features that belong to any of these groups."""
        return np.flatnonzero(np.isin(self.grouping.group_of_feature, groups))


def typical_candidate(features: Features) -> Features:
    """Per feature the (lower) median of those known; NaN where more than half of the rows lack the feature.

    The lower median is a value some row has, so that a flag stays 0 or 1. Needs at least one row.
    """
    ordered = np.sort(features, axis=0)  # NaN comes last
    known = np.count_nonzero(~np.isnan(features), axis=0)
    medians = ordered[np.maximum(known - 1, 0) // 2, np.arange(features.shape[1])]
    return np.where(2 * known >= len(features), medians, np.float32(np.nan))


def attribute(score: Score, candidates: Features, typical: Features, grouping: Grouping) -> Attribution:
    """Exact Shapley value of each reason group for each candidate, from one batch of 2^groups rows each."""
    kept = coalitions(len(grouping.groups))[:, grouping.group_of_feature]
    rows = np.where(kept[None, :, :], candidates[:, None, :], typical)
    worth = score(rows.reshape(-1, len(typical))).astype(np.float64).reshape(len(candidates), len(kept))
    # Not a matrix product: that would round a candidate's parts by how many others come along.
    gains = (worth - worth[:, :1])[:, None, :]
    parts = (gains * shapley_weights(len(grouping.groups))).sum(axis=2)
    typical_score = float(worth[0, 0]) if len(candidates) else float(score(typical[None, :])[0])
    return Attribution(grouping, candidates, typical, parts, typical_score)


def single_effects(score: Score, attribution: Attribution, candidate: int, features: Ints) -> Floats:
    """What each feature alone does to a candidate's score: mean of its effect when it joins first and last.

    Joining first is the typical candidate with this one number of the candidate's; last is the candidate with
    and without it. It orders the numbers shown for a reason; unlike the parts, effects need not add up.
    """
    own, typical = attribution.candidates[candidate], attribution.typical
    alone = np.tile(typical, (len(features), 1))
    without = np.tile(own, (len(features), 1))
    places = np.arange(len(features))
    alone[places, features], without[places, features] = own[features], typical[features]
    worth = score(np.vstack([typical, own, alone, without])).astype(np.float64)
    first, last = worth[2 : 2 + len(features)] - worth[0], worth[1] - worth[2 + len(features) :]
    return np.asarray((first + last) / 2)


@lru_cache(maxsize=len(REASON_GROUPS) + 1)
def coalitions(groups: int) -> Flags:
    """(2^groups, groups); whether a group keeps the candidate's numbers: bit i of the row is group i."""
    return np.asarray((np.arange(2**groups)[:, None] >> np.arange(groups)) % 2 == 1)


@lru_cache(maxsize=len(REASON_GROUPS) + 1)
def shapley_weights(groups: int) -> Floats:
    """(groups, 2^groups); times the coalitions' worth gives the Shapley values.

    A group's value is its mean contribution to what was there before, over every order of joining: with `s`
    others before it, `s! (groups - s - 1)! / groups!` of all orders. Each row adds up to 0.
    """
    members = coalitions(groups)
    sizes = members.sum(axis=1)
    joined = np.array([_share_of_orders(groups, size - 1) for size in range(groups + 1)])
    absent = np.array([_share_of_orders(groups, size) for size in range(groups + 1)])
    return np.asarray(np.where(members, joined[sizes][:, None], -absent[sizes][:, None]).T)


def _share_of_orders(groups: int, before: int) -> float:
    """Share of all orders in which exactly a given set of `before` groups joins before a given other one."""
    if not 0 <= before < groups:
        return 0.0
    return factorial(before) * factorial(groups - before - 1) / factorial(groups)
