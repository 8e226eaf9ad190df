"""The stages of a cascade: a model's trees cut into runs, whose scores add up to the model's score exactly.

The first stage adds to the scores of its trees the least that the other trees can add, less one step of the
grid for each stage to come: a strict lower bound of the row's score, in the order of the first trees. Each
later stage adds what its trees give above their least, and one step: more than 0. After the last stage the
bound is the score. All of it lies on the model's grid, and so is exact in float32.
"""

from itertools import pairwise
from typing import Self

import lightgbm
import numpy as np
from pydantic import Field, model_validator

from recsys.arrays import Features, Floats
from recsys.config import Config
from recsys.errors import BundleError, ConfigError
from training.export.canonical import finest_step
from training.export.graph import require_canonical, write_graph
from training.export.parity import ParityReport, check_scores, predict
from training.export.trees import Tree, Trees, read_trees


class CascadeConfig(Config):
    """Where a model is cut into stages, and how many rows of a query go on at each cut; off by default.

    With `cuts: [20, 60]` and `keep: [150, 50]` trees 1 to 20 score every row, trees 21 to 60 the best 150 of
    them, and the other trees the best 50 of those.
    """

    cuts: tuple[int, ...] = Field(default=(), max_length=7)
    """Trees before each cut, rising; empty is no cascade."""
    keep: tuple[int, ...] = ()
    """Rows that go on at each cut, falling."""

    @property
    def enabled(self) -> bool:
        """Whether there is a cascade at all."""
        return bool(self.cuts)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if len(self.cuts) != len(self.keep):
            raise ValueError(
                f"each cut needs one keep, found {len(self.cuts)} cuts and {len(self.keep)} keeps"
            )
        if any(after <= before for before, after in pairwise((0, *self.cuts))):
            raise ValueError(f"cuts must rise and start above 0, found {self.cuts}")
        if any(before <= after for before, after in pairwise((*self.keep, 0))):
            raise ValueError(f"keep must fall and end above 0, found {self.keep}")
        return self


def stage_graphs(trees: Trees, config: CascadeConfig, name: str) -> tuple[bytes, ...]:
    """A graph for each stage, for `recsys.cascade`; each reads all features, as `tree_graph` does.

    Raises ConfigError if a cut leaves no tree for the last stage, or the trees are not canonical.
    """
    require_canonical(trees)
    stages = zip(parts_of(trees, config), shifts_of(trees, config), strict=True)
    return tuple(
        write_graph(_with_constant(part, shift), f"{name}_{place}")
        for place, (part, shift) in enumerate(stages)
    )


def parts_of(trees: Trees, config: CascadeConfig) -> list[Trees]:
    """The trees of each stage."""
    if config.cuts and config.cuts[-1] >= len(trees.trees):
        raise ConfigError(
            f"the model has {len(trees.trees)} trees, expected more than the cut at {config.cuts[-1]}"
        )
    ends = pairwise((0, *config.cuts, len(trees.trees)))
    return [Trees(trees.trees[start:end], trees.feature_names) for start, end in ends]


def shifts_of(trees: Trees, config: CascadeConfig) -> Floats:
    """What each stage adds to the scores of its trees; they add up to 0."""
    step = finest_step(trees)
    later = np.array([part.least for part in parts_of(trees, config)[1:]]) - step
    return np.array([later.sum(), *-later])


def _with_constant(trees: Trees, value: float) -> Trees:
    none = np.empty(0, np.int32)
    constant = Tree(none, np.empty(0), none, none, np.empty(0, np.bool_), np.array([value]))
    return Trees((*trees.trees, constant), trees.feature_names)


def check_stages(
    booster: lightgbm.Booster, config: CascadeConfig, graphs: tuple[bytes, ...], features: Features
) -> list[ParityReport]:
    """Parity of each stage with the booster, on 1 and 2 threads; `booster` must be canonical.

    Raises BundleError if a stage is not its trees, or if a later one adds nothing to a row.
    """
    trees = read_trees(booster)
    ends = pairwise((0, *config.cuts, len(trees.trees)))
    reports = []
    for (start, end), shift, graph in zip(ends, shifts_of(trees, config), graphs, strict=True):
        expected = predict(booster, features, start, end - start) + np.float32(shift)
        if start > 0 and (expected <= 0).any():
            raise BundleError(f"trees {start + 1} to {end} add nothing to {(expected <= 0).sum()} rows")
        reports.append(check_scores(expected, graph, features))
    return reports
