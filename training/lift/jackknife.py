"""How far coefficients would move without some of the creators."""

import numpy as np

from recsys.arrays import Floats, Ints
from training.lift.regression import Fit, inverse


def jackknife(fit: Fit, creators: Ints, most: int) -> Floats:
    """(groups, columns): how far leaving out each group of creators moves the coefficients, scaled.

    So that moves.T @ moves is their covariance. Groups are left out whole: what a creator's videos have in
    common is not taken for evidence (delete-a-group jackknife: Kott, 2001). Exact for least squares, one
    Newton step for rates.
    """
    group = np.unique(creators, return_inverse=True)[1] % most
    count = int(group.max()) + 1
    order = np.argsort(group, kind="stable")
    ends = np.searchsorted(group[order], np.arange(1, count))
    designs = np.split(fit.design[order], ends)
    weights, scores = np.split(fit.weights[order], ends), np.split(fit.scores[order], ends)
    information = np.stack(
        [rows.T @ (rows * weight[:, None]) for rows, weight in zip(designs, weights, strict=True)]
    )
    slopes = np.stack([rows.T @ score for rows, score in zip(designs, scores, strict=True)])
    moved = -(inverse(information.sum(axis=0) - information) @ slopes[:, :, None])[:, :, 0]
    return np.asarray(np.sqrt((count - 1) / count) * (moved - moved.mean(axis=0)))


def degrees_of(moves: Floats) -> Floats:
    """(columns,): degrees of freedom of the errors that these moves give: few where few creators decide.

    Satterthwaite's (1946), (Σ v)² / Σ v² for moves of variances v; a normal move to the fourth is 3 v² on
    average. 0 where nothing moves.
    """
    squares = moves**2
    fourths = (squares**2).sum(axis=0)
    return np.asarray(3 * squares.sum(axis=0) ** 2 / np.where(fourths > 0, fourths, np.inf))
