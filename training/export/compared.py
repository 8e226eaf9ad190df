"""Splits as comparisons: `x <= bound` on the features and, behind them, the mirrored features -x.

NaN is never `<=`, so a split that sends NaN left looks at the mirrored feature instead: `x <= t` is
`not (-x <= -next(t))`. Its left child is then the one where the comparison fails.
"""

import numpy as np
from numpy.typing import NDArray

from recsys.arrays import Ints
from training.export.canonical import floor32, next_up
from training.export.trees import Trees

INFINITY = np.float32(np.inf)


def comparisons(trees: Trees) -> tuple[Ints, NDArray[np.float32]]:
    """Per split the column of [features, -features] it compares, and the bound; tree after tree."""
    nan_left = np.concatenate([np.empty(0, np.bool_), *(tree.nan_left for tree in trees.trees)])
    threshold = floor32(trees.thresholds)
    # Everything is at most infinity, and nothing is at most NaN.
    mirrored = np.where(threshold == INFINITY, np.float32(np.nan), -next_up(threshold))
    columns = trees.features.astype(np.int64) + len(trees.feature_names) * nan_left
    return columns, np.where(nan_left, mirrored, threshold)
