"""Arithmetic on shares by group."""

import numpy as np

from features.pairs import vectors


def test_at_reads_one_group_even_if_others_are_missing():
    values = np.array([[1.0, np.nan], [np.nan, 2.0]])

    np.testing.assert_array_equal(vectors.at(values, np.array([[1, 0]])), [1, np.nan])


def test_at_without_a_group_is_missing():
    assert np.isnan(vectors.at(np.array([[1.0, 2.0]]), np.zeros((1, 2)))).all()


def test_means_and_minima_leave_out_what_is_missing():
    columns = np.array([1.0, np.nan]), np.array([3.0, np.nan])

    np.testing.assert_array_equal(vectors.mean_of_present(*columns), [2, np.nan])
    np.testing.assert_array_equal(vectors.lowest_of_present(*columns), [1, np.nan])
