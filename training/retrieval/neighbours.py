"""A few neighbours of each item: sparse item–item weights."""

import numpy as np
from scipy.sparse import csr_matrix

from recsys.arrays import Scores
from recsys.interactions import Histories
from training.retrieval.forms import Neighbours
from training.retrieval.sparse import csr_of


def largest(matrix: Scores, count: int) -> Neighbours:
    """The `count` largest weights of each row (fewer where there are fewer columns), by absolute value."""
    count = min(count, matrix.shape[1])
    ids = np.sort(np.argpartition(-np.abs(matrix), count - 1, axis=1)[:, :count], axis=1).astype(np.int64)
    return Neighbours(ids, np.take_along_axis(matrix, ids, axis=1))


def lent(histories: Histories, form: Neighbours) -> Scores:
    """(users, items): what the items of a history lend to their neighbours."""
    items, width = form.ids.shape
    weights = csr_matrix(
        (form.weights.ravel(), form.ids.ravel(), np.arange(items + 1) * width), shape=(items, items)
    )
    return np.asarray((csr_of(histories, items) @ weights).todense(), np.float32)
