"""From raw scores to expected results: the line that makes them honest on validation rows (R20).

Trees that stop early and a heavy tail leave a log-linked model too low where results are largest. A second
fit of two numbers, E[result] = exp(offset + slope · raw), on rows the trees never saw puts that right (the
smearing of Duan 1983, with a slope; Manning and Mullahy 2001). Both are folded into the leaves.
"""

from dataclasses import replace

import lightgbm
import numpy as np
from sklearn.linear_model import TweedieRegressor

from recsys.arrays import Floats, Scores
from training.export.trees import ModelText, Trees, read_trees

FEWEST = 50
"""Results above 0 that two numbers need; with fewer the trees are left as they are."""


def log_line(raw: Scores, results: Floats, power: float) -> tuple[float, float]:
    """Slope and offset of ln E[result] in the raw score, by Tweedie deviance of this variance power.

    Slope 1 and offset 0 with fewer than `FEWEST` results above 0, or where higher scores brought less.
    """
    if (results > 0).sum() < FEWEST or np.ptp(raw) == 0:
        return 1.0, 0.0
    mean = results.mean()
    centred = raw.astype(np.float64) - raw.mean()
    line = TweedieRegressor(power=power, link="log", alpha=0, max_iter=1_000).fit(
        centred[:, None], results / mean
    )
    slope = float(line.coef_[0])
    if slope <= 0:
        return 1.0, 0.0
    return slope, float(line.intercept_ + np.log(mean) - slope * raw.mean())


def on_line(booster: lightgbm.Booster, slope: float, offset: float) -> lightgbm.Booster:
    """The booster whose raw score is `slope · raw + offset`."""
    trees = read_trees(booster)
    leaves = [slope * tree.leaf for tree in trees.trees]
    leaves[0] = leaves[0] + offset
    moved = tuple(replace(tree, leaf=leaf) for tree, leaf in zip(trees.trees, leaves, strict=True))
    return lightgbm.Booster(model_str=ModelText.of(booster).with_numbers(Trees(moved, trees.feature_names)))
