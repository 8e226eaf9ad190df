import numpy as np
import pytest
import scipy.sparse
from numpy.testing import assert_allclose

from training.feed.history import Watches
from training.feed.similarity import SHRINKAGE, cosine_score, factor_scores, neighbours_rate, pair_products


def watched(pairs, users=4, videos=4) -> Watches:
    user, video, long = (np.array(column) for column in zip(*pairs, strict=True))
    return Watches(user, video, long.astype(float), users, videos)


def test_products_of_pairs_are_those_of_the_whole_product(rng):
    left = scipy.sparse.csr_matrix(rng.random((2500, 6)) * (rng.random((2500, 6)) < 0.5))
    right = scipy.sparse.csr_matrix(rng.random((6, 6)))
    users, videos = rng.integers(0, 2500, 800), rng.integers(0, 6, 800)

    assert_allclose(pair_products(left, right, users, videos), (left @ right).toarray()[users, videos])


def test_cosine_by_hand():
    long = scipy.sparse.csr_matrix(np.array([[1.0, 1, 0], [1, 1, 0], [1, 0, 0]]))

    score = cosine_score(long, np.array([2, 2]), np.array([1, 0]))

    together, counts = 2, (3, 2)
    expected = together / np.sqrt((counts[0] + SHRINKAGE) * (counts[1] + SHRINKAGE)) / np.sqrt(2)
    assert score == pytest.approx([expected, 0])


def test_a_video_liked_by_those_who_like_the_same_is_expected_to_be_watched_long():
    like_us = [(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1), (2, 0, 0), (2, 1, 0), (2, 3, 1)]
    history = watched([*like_us, (3, 0, 1)])
    long = history.matrix(history.long)
    long.eliminate_zeros()

    ours, stranger = neighbours_rate(long, history, np.array([3, 2]), np.array([1, 1]))

    assert ours > stranger


def test_factors_score_videos_of_the_user_s_own_circle_higher():
    circles = [(user, video, 1) for user in range(20) for video in range(10) if (user + video) % 2 == 0]
    history = watched(circles, users=20, videos=10)

    columns = factor_scores(history.matrix(history.long), np.array([0, 0]), np.array([4, 5]), rank=2)

    assert columns["factors_2_cosine"] == pytest.approx([1, 0], abs=1e-6)
    assert columns["factors_2"][0] > columns["factors_2"][1]
