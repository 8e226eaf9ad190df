"""Choosing a cascade: where to cut the trees, and how many rows to keep at each cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from operator import itemgetter

import lightgbm
import numpy as np
from pydantic import Field

from recsys.arrays import Features, Floats, GroupSizes, Scores
from recsys.cascade import cascade
from recsys.config import Config
from recsys.errors import TableError
from recsys.evaluation import per_query
from recsys.judged import Judged
from recsys.metrics import ndcg
from training.export.cascade import CascadeConfig, shifts_of
from training.export.parity import predict
from training.export.trees import read_trees


class CascadeSearch(Config):
    """Which cascades are tried, and how far one may move NDCG on validation queries."""

    cuts: tuple[int, ...] = Field(default=(15, 30, 60, 100, 150), min_length=1)
    """Trees before a cut, rising."""
    keep: tuple[int, ...] = Field(default=(20, 30, 60, 100, 180), min_length=1)
    """Rows that go on, rising."""
    stages: int = Field(default=4, ge=2, le=8)
    """At most this many."""
    cutoff: int = Field(default=10, ge=1)
    """The NDCG cutoff that is guarded; a cascade keeps at least this many rows."""
    tolerance: float = Field(default=0.0005, ge=0)
    """Mean absolute change of a query's NDCG that is allowed: a query that gains does not pay for others."""


@dataclass(frozen=True)
class CascadeChoice:
    """The chosen cascade, what it costs in NDCG, and its share of the whole model's work."""

    config: CascadeConfig
    loss: float
    """Mean NDCG lost on the validation queries; negative where the cascade happens to rank better."""
    change: float
    """Mean absolute change of a query's NDCG."""
    work: float
    """Trees that rows visit, over what they visit without a cascade; 0 to 1."""


NO_CASCADE = CascadeChoice(CascadeConfig(), loss=0.0, change=0.0, work=1.0)


def choose_cascade(booster: lightgbm.Booster, valid: Judged, search: CascadeSearch) -> CascadeChoice:
    """The cascade with the least work that changes the NDCG of `valid` by no more than the tolerance.

    Work is counted in trees, not timed, so the choice is repeatable. It is `NO_CASCADE` where none within the
    tolerance saves work. `booster` must be canonical, so that stages are exact. Raises TableError if no query
    of `valid` has a relevant row.
    """
    trees = read_trees(booster)
    upto = scores_upto(booster, valid.features, [cut for cut in search.cuts if cut < len(trees.trees)])
    best = per_query(upto[len(trees.trees)], valid, ndcg, search.cutoff)
    graded = ~np.isnan(best)
    if not graded.any():
        raise TableError("a cascade is chosen by its NDCG loss, and no validation query has a relevant row")
    for work, config in cheapest_first(search, len(trees.trees), valid.group_sizes):
        scores = _cascaded(upto, shifts_of(trees, config), config, valid)
        lost = (best - per_query(scores, valid, ndcg, search.cutoff))[graded]
        change = float(np.abs(lost).mean())
        if change <= search.tolerance:
            return CascadeChoice(config, float(lost.mean()), change, work)
    return NO_CASCADE


def scores_upto(booster: lightgbm.Booster, features: Features, cuts: Sequence[int]) -> dict[int, Scores]:
    """Scores of the first trees up to each cut, and of all trees."""
    ends = [*cuts, booster.num_trees()]
    parts = [predict(booster, features, start, end - start) for start, end in pairwise((0, *ends))]
    return dict(zip(ends, np.cumsum(parts, axis=0), strict=True))


def cheapest_first(
    search: CascadeSearch, trees: int, group_sizes: GroupSizes
) -> list[tuple[float, CascadeConfig]]:
    """Every cascade of the search that saves work, with its share of the work."""
    cuts = [cut for cut in search.cuts if cut < trees]
    keep = [count for count in search.keep if count >= search.cutoff]
    configs = [
        CascadeConfig(cuts=chosen, keep=kept[::-1])
        for stages in range(2, search.stages + 1)
        for chosen, kept in product(combinations(cuts, stages - 1), combinations(keep, stages - 1))
    ]
    priced = [(work_share(config, trees, group_sizes), config) for config in configs]
    return sorted((pair for pair in priced if pair[0] < 1), key=itemgetter(0))


def work_share(config: CascadeConfig, trees: int, group_sizes: GroupSizes) -> float:
    """Trees that rows visit under the cascade, over what they visit without one."""
    lengths = np.diff((0, *config.cuts, trees))
    rows = [group_sizes.sum(), *(np.minimum(group_sizes, count).sum() for count in config.keep)]
    return float(lengths @ rows / (trees * group_sizes.sum()))


def _cascaded(upto: dict[int, Scores], shifts: Floats, config: CascadeConfig, valid: Judged) -> Scores:
    """The cascade's scores of all rows, each query by itself; rows are named by their number."""
    ends = [upto[end] for end in (*config.cuts, max(upto))]
    parts = np.diff(ends, axis=0, prepend=0) + shifts.astype(np.float32)[:, None]
    whole, stages = upto[max(upto)].__getitem__, [part.__getitem__ for part in parts]
    queries = np.split(np.arange(len(valid.grades)), valid.starts[1:])
    return np.concatenate([cascade(rows, whole, stages, config.keep) for rows in queries])
