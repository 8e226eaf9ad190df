"""Metrics by segments of rows: are the good creators of each tier, and the new ones, found (R21, R28)?"""

from collections.abc import Mapping, Sequence

import numpy as np

from recsys.arrays import Flags, Grades, GroupSizes, Scores
from recsys.evaluation import Interval, bootstrap_mean, per_query
from recsys.judged import Judged
from recsys.metrics import ndcg, recall


def by_row_segment(
    scores: Mapping[str, Scores], judged: Judged, cutoffs: Sequence[int], seed: int
) -> dict[str, dict[str, dict[str, Interval]]]:
    """`tier=nano` → metric → scorer → interval, for every value of every row segment.

    `found_at_10` is the share of the segment's relevant rows above the cutoff of the whole list;
    `ndcg_at_10` is the order of the segment's rows among themselves.
    """
    return {
        f"{name}={value}": _of_segment(scores, judged, of_row == value, cutoffs, seed)
        for name, of_row in judged.row_segments.items()
        for value in np.unique(of_row)
    }


def _of_segment(
    scores: Mapping[str, Scores], judged: Judged, inside: Flags, cutoffs: Sequence[int], seed: int
) -> dict[str, dict[str, Interval]]:
    sizes = np.add.reduceat(inside.astype(np.int64), judged.starts)
    whole = ranked_only(np.where(inside, judged.grades, 0), judged.group_sizes)
    part = ranked_only(judged.grades[inside], sizes[sizes > 0])
    result: dict[str, dict[str, Interval]] = {}
    for cutoff in cutoffs:
        found = {name: per_query(scored, whole, recall, cutoff) for name, scored in scores.items()}
        within = {name: per_query(scored[inside], part, ndcg, cutoff) for name, scored in scores.items()}
        result[f"found_at_{cutoff}"] = {name: bootstrap_mean(values, seed) for name, values in found.items()}
        result[f"ndcg_at_{cutoff}"] = {name: bootstrap_mean(values, seed) for name, values in within.items()}
    return result


def ranked_only(grades: Grades, group_sizes: GroupSizes) -> Judged:
    """Judged rows without features: enough to measure scores that exist already."""
    return Judged(
        np.empty((len(grades), 0), np.float32), grades.astype(np.int32), group_sizes, feature_names=()
    )
