"""The parity gate: a graph that does not rank as its booster does is not let out."""

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np

from recsys.arrays import Array, Features, Scores
from recsys.errors import BundleError
from recsys.stages import best_first
from training.export.canonical import ZERO, floor32, next_down, next_up
from training.export.running import open_graph
from training.export.trees import Trees

TOLERANCE = 1e-5
THREADS = (1, 2)
TINY = np.finfo(np.float32).smallest_subnormal
NORMAL = np.finfo(np.float32).smallest_normal
LARGEST = np.finfo(np.float32).max
SPECIAL = np.array([0, TINY, NORMAL, ZERO, np.nextafter(ZERO, LARGEST), 1, LARGEST, np.inf], np.float32)
"""Values at which float arithmetic or LightGBM's reading of 0 could part ways; used with both signs."""
PROBED_SHARE = 0.5
"""Share of a boundary row's features that are set to a value at, beside or beyond a threshold."""


@dataclass(frozen=True)
class ParityReport:
    """How a graph's scores compare with its booster's, over all numbers of threads tried."""

    rows: int
    threads: tuple[int, ...]
    largest_difference: float
    differing: int
    """Scores further than 1e-5 from the booster's."""
    order_changes: int
    """Neighbours in the graph's order that stand against the booster's scores; ties are not counted."""
    bit_exact: bool
    """Whether every score equals the booster's to the last bit."""

    @property
    def passed(self) -> bool:
        """Whether no score differs and no order changed."""
        return self.differing == 0 and self.order_changes == 0


def check_parity(
    booster: lightgbm.Booster, graph: bytes, features: Features, threads: Sequence[int] = THREADS
) -> ParityReport:
    """Compare the graph with the booster on these rows.

    Raises BundleError if a score differs by more than 1e-5 or two rows change places that are not a tie.
    """
    return check_scores(predict(booster, features, 0, booster.num_trees()), graph, features, threads)


def predict(booster: lightgbm.Booster, features: Features, start: int, count: int) -> Scores:
    """Raw scores by LightGBM itself of `count` trees from tree `start` (0 is the first)."""
    scores = booster.predict(features, start, count, raw_score=True, num_threads=1)
    return np.asarray(scores, np.float32)


def check_scores(
    expected: Scores, graph: bytes, features: Features, threads: Sequence[int] = THREADS
) -> ParityReport:
    """The same gate for scores that are known already."""
    report = compare(expected, graph, features, threads)
    if not report.passed:
        raise BundleError(
            f"the graph is not its booster: of {report.rows} rows {report.differing} scores differ by up to "
            f"{report.largest_difference:.3g} (at most {TOLERANCE} is let through), "
            f"{report.order_changes} order changes"
        )
    return report


def compare(expected: Scores, graph: bytes, features: Features, threads: Sequence[int]) -> ParityReport:
    """How the graph's scores compare with these, without a gate."""
    found = np.stack([open_graph(graph, count)(features) for count in threads])
    differences = np.abs(found - expected)
    return ParityReport(
        rows=len(features),
        threads=tuple(threads),
        largest_difference=float(differences.max(initial=0)),
        differing=int((~(differences <= TOLERANCE)).sum()),
        order_changes=sum(order_changes(expected, scores) for scores in found),
        bit_exact=bool((found == expected).all()),
    )


def order_changes(expected: Scores, found: Scores) -> int:
    """Neighbours in the order of `found` whose expected scores rise, so that they stand the wrong way."""
    return int((np.diff(expected[best_first(found)]) > 0).sum())


def boundary_rows(trees: Trees, base: Features, count: int, seed: int) -> Features:
    """At least `count` rows at the places where an inexact graph goes wrong.

    Each row is a row of `base` with half of its features set to a *probe*: the values just below, at and just
    above a threshold of that feature, NaN, and the zeros, subnormals, ±1e-35, largest numbers and infinities.
    There are rows enough that each probe of each feature is the subject of at least one.
    """
    rng = np.random.default_rng(seed)
    probes = [probes_of(trees, feature) for feature in range(len(trees.feature_names))]
    subjects = [(feature, value) for feature, values in enumerate(probes) for value in values]
    rows = base[rng.integers(0, len(base), max(count, len(subjects)))]
    for feature, values in enumerate(probes):
        probed = rng.random(len(rows)) < PROBED_SHARE
        rows[probed, feature] = rng.choice(values, probed.sum())
    for row, (feature, value) in enumerate(subjects):
        rows[row, feature] = value
    return rows


def probes_of(trees: Trees, feature: int) -> Array:
    """Every float32 at which a split on the feature may change its mind, and the special values."""
    at = np.unique(floor32(trees.thresholds[trees.features == feature]))
    beside = [next_down(at), at, next_up(at)]
    return np.concatenate([*beside, SPECIAL, -SPECIAL, np.array([np.nan], np.float32)])
