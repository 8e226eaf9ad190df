"""Interactions as SciPy and `implicit` want them."""

import numpy as np
from scipy.sparse import csr_matrix

from recsys.arrays import Floats, Scores
from recsys.interactions import Histories, Interactions
from recsys.interactions.matrix import NOTHING


def csr(known: Interactions) -> csr_matrix:
    """(users, items) float32 confidences."""
    return csr_matrix((known.confidence, known.items, known.starts), shape=known.shape)


def csr_of(histories: Histories, items: int) -> csr_matrix:
    """(users, items) float32 confidences of histories."""
    rows, places = np.nonzero(histories.items != NOTHING)
    columns, confidence = histories.items[rows, places], histories.confidence[rows, places]
    return csr_matrix((confidence, (rows, columns)), shape=(len(histories), items), dtype=np.float32)


def power(counts: Floats, exponent: float) -> Floats:
    """counts ** exponent, 0 where nothing was counted."""
    return np.where(counts > 0, np.maximum(counts, 1e-30) ** exponent, 0.0)


def degrees(known: Interactions) -> tuple[Floats, Floats]:
    """Summed confidence of each user, and of each item."""
    weights = known.confidence.astype(np.float64)
    users, items = known.shape
    of_users = np.bincount(known.rows, weights, users).astype(np.float64)
    return of_users, np.bincount(known.items, weights, items).astype(np.float64)


def without_diagonal(matrix: Scores) -> Scores:
    """The matrix with 0 on its diagonal: an item says nothing about itself."""
    np.fill_diagonal(matrix, 0)
    return matrix
