"""Vectors of items and creators, one a row."""

import numpy as np

from recsys.arrays import Features, Floats


def unit_vectors(vectors: Features) -> Floats:
    """(rows, factors): each row at length 1, so that dot products are cosines.

    A row that is all 0 or holds NaN or infinity says nothing: it becomes 0, whose cosine with any other is 0.
    """
    rows = vectors.astype(np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    known = np.isfinite(lengths) & (lengths > 0)
    return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows), where=known))
