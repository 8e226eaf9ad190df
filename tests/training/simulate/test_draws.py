import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from training.simulate.draws import choose, choose_many, from_quantiles, shares, spread, stream, within


def test_a_stream_depends_on_seed_purpose_and_block():
    first = stream(1, "posts", 2).random(5)

    assert_array_equal(stream(1, "posts", 2).random(5), first)
    for other in (stream(2, "posts", 2), stream(1, "days", 2), stream(1, "posts", 3)):
        assert not np.array_equal(other.random(5), first)


def test_spread_does_not_move_the_mean():
    assert_allclose(spread(stream(1, "test"), 0.8, 200_000).mean(), 1, rtol=0.01)


def test_groups_are_chosen_in_proportion_to_their_weights():
    chosen = choose(stream(1, "test"), np.tile([1.0, 0.0, 3.0], (100_000, 1)))

    assert_allclose(np.bincount(chosen) / len(chosen), [0.25, 0, 0.75], atol=0.01)


def test_many_are_chosen_without_repeats_and_without_weightless_ones():
    chosen = choose_many(stream(1, "test"), np.tile([1.0, 2.0, 0.0, 4.0], (1_000, 1)), 3)

    assert all(sorted(row) == [0, 1, 3] for row in chosen.tolist())


def test_shares_of_a_row_add_up_to_one_even_with_impossible_groups():
    assert_allclose(shares(stream(1, "test"), np.array([[0.0, 5.0, 1e-9]])).sum(axis=1), 1)


def test_draws_have_the_quantiles_asked_for():
    levels, values = np.array([0, 0.5, 1.0]), np.tile([0.0, 1.0, 10.0], (100_000, 1))

    drawn = from_quantiles(stream(1, "test"), levels, values)

    assert_allclose(np.quantile(drawn, [0, 0.5, 1]), [0, 1, 10], atol=0.05)


def test_within_counts_inside_each_group():
    assert_array_equal(within(np.array([2, 0, 3])), [0, 1, 0, 1, 2])
    assert len(within(np.array([], dtype=int))) == 0
