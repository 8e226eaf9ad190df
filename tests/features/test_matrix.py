"""The match matrix: a row is a pure function of brief, snapshot and creator, bit for bit."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from features.catalogue import FEATURES
from features.matrix import match_features
from recsys.errors import BundleError


@pytest.fixture(scope="session")
def rows(snapshot):
    """A thousand rows, every creator many times over."""
    return np.random.default_rng(0).integers(len(snapshot.creators), size=1000)


def test_chunks_give_the_same_bits_as_the_whole(brief, snapshot, rows):
    whole = match_features(brief, snapshot, rows)

    for size in (1, 3, 7, 64, 500):
        chunks = [
            match_features(brief, snapshot, rows[start : start + size]) for start in range(0, len(rows), size)
        ]
        assert_array_equal(np.concatenate(chunks).view(np.uint32), whole.view(np.uint32))


def test_the_order_of_rows_does_not_matter(brief, snapshot, rows):
    order = np.random.default_rng(1).permutation(len(rows))

    shuffled = match_features(brief, snapshot, rows[order])

    assert_array_equal(shuffled.view(np.uint32), match_features(brief, snapshot, rows)[order].view(np.uint32))


def test_a_written_snapshot_gives_the_same_bits_as_one_in_memory(brief, snapshot, rows, tmp_path):
    opened = snapshot.write(tmp_path)

    matrix = match_features(brief, opened, rows)

    assert_array_equal(matrix.view(np.uint32), match_features(brief, snapshot, rows).view(np.uint32))


def test_no_candidates_give_an_empty_matrix(brief, snapshot):
    assert match_features(brief, snapshot, np.array([], np.int64)).shape == (0, len(FEATURES))


def test_a_dimension_without_target_is_missing(brief, snapshot):
    matrix = match_features(brief, snapshot, np.arange(3))

    assert np.isnan(matrix[:, list(FEATURES).index("state_overlap")]).all()


def test_a_snapshot_of_another_catalogue_is_refused(brief, snapshot):
    names = snapshot.facts.feature_names[1:]
    other = replace(snapshot, facts=snapshot.facts.model_copy(update={"feature_names": names}))

    with pytest.raises(BundleError, match="has other features than this code"):
        match_features(brief, other, np.arange(3))
