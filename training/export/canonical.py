"""The canonical form of a model: the one in which LightGBM and float32 onnxruntime agree to the last bit.

Two things keep a LightGBM model from being exact in float32, and both are moved into the model itself:

- *Thresholds* are float64. Each is floored to float32, which no float32 feature can tell from the original.
  LightGBM also reads every |x| <= 1e-35 as 0, onnxruntime does not: thresholds in that range are moved to
  the end of it on their side of 0, where both send every value the same way. No row changes its leaf.
- *Sums* of float32 leaves depend on their order. Leaves are rounded to multiples of a power of two so coarse
  that every partial sum is a float32, and so every order, split or number of threads gives the same sum. This
  rounds the score: by at most half a grid step a tree, where a step is at most 2^-21 of the largest score.

The promise, for any float32 features (NaN, infinities, subnormals, both zeros): `Booster.predict` of the
canonical booster, cast to float32, equals the graph of `training.export.graph` bit for bit.
"""

from dataclasses import replace

import lightgbm
import numpy as np
from numpy.typing import NDArray

from recsys.arrays import Floats
from recsys.errors import ConfigError
from training.export.trees import ModelText, Tree, Trees, read_trees

ZERO = np.float32(1e-35)
"""LightGBM's kZeroThreshold: values no larger than this are read as 0."""
BELOW_ZERO = np.nextafter(-ZERO, np.float32(-np.inf))
FLOAT32_BITS = 24
SPARE = 2.0**-20
"""Room for 8 steps or more beyond the largest sum."""


def canonical(booster: lightgbm.Booster) -> lightgbm.Booster:
    """The booster in canonical form (see the module); the same leaves for every row, scores rounded.

    Raises ConfigError for models that `read_trees` refuses. A canonical booster is returned equal.
    """
    trees = canonical_trees(read_trees(booster))
    return lightgbm.Booster(model_str=ModelText.of(booster).with_numbers(trees))


def canonical_trees(trees: Trees) -> Trees:
    """The same on plain arrays."""
    if is_canonical(trees):
        return trees
    step = finest_step(trees)
    rounded = _rounded(trees, step)
    # Rounding may lift the largest score over a power of two, beyond which steps are twice as long.
    return rounded if is_canonical(rounded) else _rounded(trees, 2 * step)


def _rounded(trees: Trees, step: float) -> Trees:
    return replace(trees, trees=tuple(_canonical_tree(tree, step) for tree in trees.trees))


def _canonical_tree(tree: Tree, step: float) -> Tree:
    # Adding 0 turns -0 into 0.
    leaf = np.round(tree.leaf / step) * step + 0.0
    return replace(tree, threshold=canonical_thresholds(tree.threshold), leaf=leaf)


def canonical_thresholds(thresholds: Floats) -> Floats:
    """Thresholds that part all float32 values as LightGBM parts them with the given ones."""
    floored = floor32(thresholds)
    ends = np.where(thresholds >= 0, ZERO, BELOW_ZERO)
    moved = np.where(np.abs(floored) <= ZERO, ends, floored)
    # A threshold below the float32 range stays: its floor is -inf, which is no threshold for LightGBM.
    return np.where(np.isfinite(moved), moved.astype(np.float64), thresholds)


def floor32(values: Floats) -> NDArray[np.float32]:
    """The largest float32 that is not above each value: -inf below the float32 range."""
    with np.errstate(over="ignore"):
        nearest = values.astype(np.float32)
    return np.where(nearest > values, next_down(nearest), nearest)


def next_up(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The next larger float32: infinity after the largest number."""
    with np.errstate(over="ignore", under="ignore"):
        return np.nextafter(values, np.float32(np.inf))


def next_down(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The next smaller float32."""
    return -next_up(-values)


def finest_step(trees: Trees) -> float:
    """The finest grid on which float32 holds every sum of leaves exactly.

    Also those of leaves above the least of their tree, which are up to twice as large, and some steps more:
    that is what the stages of a cascade add up (`training.export.cascade`). Raises ConfigError for leaves
    that float32 cannot hold.
    """
    _, exponent = np.frexp(2 * trees.largest * (1 + SPARE))
    if exponent > np.finfo(np.float32).maxexp:
        raise ConfigError(f"leaves add up to {trees.largest:.3g}, more than float32 holds")
    return float(np.ldexp(1.0, max(int(exponent) - FLOAT32_BITS, int(np.finfo(np.float32).minexp))))


def is_canonical(trees: Trees) -> bool:
    """Whether a float32 graph of these trees is exact."""
    on_grid = np.fmod(trees.leaves, finest_step(trees)) == 0
    return bool(on_grid.all() and (canonical_thresholds(trees.thresholds) == trees.thresholds).all())
