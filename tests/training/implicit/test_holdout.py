import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.errors import TableError
from recsys.interactions import Interactions
from training.implicit.holdout import HoldoutConfig, held_out


def matrix(rows, columns):
    rows, columns = np.array(rows), np.array(columns)
    return Interactions.of_pairs(np.arange(rows.max() + 1), np.arange(columns.max() + 1), (rows, columns))


def test_at_most_one_pair_of_a_user_is_held_out_and_never_the_only_one(taste):
    users, items = taste()
    known = matrix(np.append(users, [60, 61]), np.append(items, [0, 1]))

    flags = held_out(known, HoldoutConfig(share=1, debias=0.5, seed=1))

    per_user = np.bincount(known.rows[flags], minlength=62)
    assert_array_equal(per_user, (known.lengths >= 2).astype(int))


def test_the_share_is_of_users_with_two_items_or_more(taste):
    known = matrix(*taste())

    assert held_out(known, HoldoutConfig(share=0.25, debias=0, seed=1)).sum() == 15


def test_the_seed_decides(taste):
    known = matrix(*taste())
    one, same, other = (held_out(known, HoldoutConfig(share=0.5, debias=0.5, seed=s)) for s in (1, 1, 2))

    assert_array_equal(one, same)
    assert (one != other).any()


@pytest.mark.parametrize("debias", [0.0, 0.5, 1.0])
def test_popular_items_are_drawn_with_a_chance_by_their_popularity(debias):
    # Each of 100 users met item 0 and an item of their own: 100^-debias against 1.
    rows = np.repeat(np.arange(100), 2)
    columns = np.stack([np.zeros(100, np.int64), 1 + np.arange(100)], axis=1).ravel()
    known = matrix(rows, columns)
    chance = 100**-debias / (100**-debias + 1)

    drawn = [held_out(known, HoldoutConfig(share=1, debias=debias, seed=seed)) for seed in range(100)]

    popular = np.mean([(known.items[flags] == 0).mean() for flags in drawn])
    assert abs(popular - chance) < 4 * np.sqrt(chance * (1 - chance) / 10_000)


def test_without_a_user_of_two_items_nothing_can_be_carved():
    with pytest.raises(TableError, match="no user has two items, so no validation set can be carved"):
        held_out(matrix([0, 1], [0, 0]), HoldoutConfig(share=1, debias=0.5, seed=1))
