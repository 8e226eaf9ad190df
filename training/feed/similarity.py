"""How well a video fits what the user's history and the histories of like users say."""

import numpy as np
import scipy.sparse
from scipy.sparse.linalg import svds

from recsys.arrays import Floats, Ints
from training.feed.earlier import Columns
from training.feed.history import Watches

SHRINKAGE = 10
"""Long watches a video is held to have had more: similarities of rare videos are not trusted."""
NEIGHBOUR_WEIGHT = 0.1
BLOCK = 1_000
"""Users whose scores of all videos are in memory at once."""


def similarities(watched: Watches, users: Ints, videos: Ints, factors: tuple[int, ...]) -> Columns:
    """Item–item cosine, like viewers' long-watch rate, and truncated SVD scores of each (user, video)."""
    long = watched.matrix(watched.long)
    long.eliminate_zeros()
    columns: Columns = {
        "similar_to_long_watched": cosine_score(long, users, videos),
        "neighbours_long_rate": neighbours_rate(long, watched, users, videos),
    }
    for rank in factors:
        columns |= factor_scores(long, users, videos, rank)
    return columns


def cosine_score(long: scipy.sparse.csr_matrix, users: Ints, videos: Ints) -> Floats:
    """Summed cosine to the user's long-watched videos, over the root of their number."""
    scale = scipy.sparse.diags(1 / np.sqrt(counts_of(long, 0) + SHRINKAGE))
    cosines = scale @ without_self(long.T @ long) @ scale
    return pair_products(long, cosines, users, videos) / np.sqrt(counts_of(long, 1)[users] + 1)


def neighbours_rate(long: scipy.sparse.csr_matrix, watched: Watches, users: Ints, videos: Ints) -> Floats:
    """Of the viewers of the video who long-watched what the user did, the share who long-watched it.

    Viewers count once for each video shared, rare videos more; shrunk to the video's own rate.
    """
    seen = watched.matrix(np.ones_like(watched.long))
    rarity = (long @ scipy.sparse.diags(1 / np.sqrt(counts_of(seen, 0) + SHRINKAGE))).tocsr()
    liked = pair_products(rarity, without_self(long.T @ long), users, videos)
    met = pair_products(rarity, without_self(long.T @ seen), users, videos)
    prior = (counts_of(long, 0) + SHRINKAGE * watched.mean) / (counts_of(seen, 0) + SHRINKAGE)
    return (liked + NEIGHBOUR_WEIGHT * prior[videos]) / (met + NEIGHBOUR_WEIGHT)


def factor_scores(long: scipy.sparse.csr_matrix, users: Ints, videos: Ints, rank: int) -> Columns:
    """Inner product and cosine of user and video in the first `rank` singular directions."""
    of_users = scipy.sparse.diags(1 / np.sqrt(counts_of(long, 1) + SHRINKAGE))
    of_videos = scipy.sparse.diags(1 / np.sqrt(counts_of(long, 0) + SHRINKAGE))
    # A fixed start makes the iteration, and so the features, repeatable.
    start = np.ones(min(long.shape))
    left, strength, right = svds(of_users @ long @ of_videos, k=rank, v0=start)
    user, video = (left * strength)[users], right.T[videos]
    products = np.einsum("ij,ij->i", user, video)
    lengths = np.linalg.norm(user, axis=1) * np.linalg.norm(video, axis=1)
    return {f"factors_{rank}": products, f"factors_{rank}_cosine": products / np.maximum(lengths, 1e-9)}


def pair_products(
    rows: scipy.sparse.csr_matrix, columns: scipy.sparse.csr_matrix, users: Ints, videos: Ints
) -> Floats:
    """`(rows @ columns)[user, video]` of each pair, without ever holding the whole product."""
    order = np.argsort(users, kind="stable")
    result = np.empty(len(users))
    dense = columns.toarray()
    for first in range(0, rows.shape[0], BLOCK):
        chosen = order[slice(*np.searchsorted(users[order], [first, first + BLOCK]))]
        block = rows[first : first + BLOCK] @ dense
        result[chosen] = block[users[chosen] - first, videos[chosen]]
    return result


def without_self(square: scipy.sparse.csr_matrix) -> scipy.sparse.csr_matrix:
    """The matrix with an empty diagonal: a video says nothing about itself."""
    result = square.tocsr()
    result.setdiag(0)
    result.eliminate_zeros()
    return result


def counts_of(matrix: scipy.sparse.csr_matrix, axis: int) -> Floats:
    """Sums along an axis as a flat array."""
    return np.asarray(matrix.sum(axis=axis), np.float64).ravel()
