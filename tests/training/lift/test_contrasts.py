import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from training.lift.contrasts import against_others, discoveries, errors_against_others


def test_a_word_is_compared_with_the_median_of_the_others():
    # Others of the first: 0, 1, 4 with median 1; of the last: 3, 0, 1 with median 1.
    assert_allclose(against_others(np.array([3.0, 0.0, 1.0, 4.0])), [2, -3, -2, 3])


def test_one_strong_word_does_not_make_the_others_look_weak():
    assert_allclose(against_others(np.array([0.0, 0.5, 0.0, 0.0, 0.0])), [0, 0.5, 0, 0, 0])


def test_a_word_that_stands_alone_has_nothing_to_be_compared_with():
    assert np.isnan(against_others(np.array([0.3]))).all()


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=8), st.floats(-5, 5))
def test_the_level_of_a_facet_does_not_matter(values, level):
    assert_allclose(against_others(np.array(values) + level), against_others(np.array(values)), atol=1e-9)


def test_errors_of_two_words_are_those_of_their_difference():
    covariance = np.array([[0.04, 0.01], [0.01, 0.09]])

    errors = errors_against_others(np.zeros(2), covariance, draws=40_000, seed=1)

    assert_allclose(errors, np.sqrt(0.04 + 0.09 - 2 * 0.01), rtol=0.02)


def test_discoveries_are_those_of_the_worked_example():
    # Benjamini and Hochberg (1995), section 3.1: 15 tests at 0.05, of which the first four are found.
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
                0.4262, 0.5719, 0.6528, 0.7590, 1.000]  # fmt: skip
    shuffled = np.random.default_rng(3).permutation(15)

    found = discoveries(np.array(p_values)[shuffled], 0.05)

    assert sorted(shuffled[found]) == [0, 1, 2, 3]


@pytest.mark.parametrize("p_values", [[], [0.2, 0.9, 0.06]])
def test_where_there_is_nothing_nothing_is_found(p_values):
    assert not discoveries(np.array(p_values), 0.05).any()
