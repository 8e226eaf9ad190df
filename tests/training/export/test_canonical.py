"""The canonical form: the same leaves for every row, and sums that no order of adding can change."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from recsys.errors import ConfigError
from training.export.canonical import (
    ZERO,
    canonical,
    canonical_thresholds,
    finest_step,
    floor32,
    is_canonical,
)
from training.export.parity import boundary_rows
from training.export.trees import read_trees

INFINITY = np.float32(np.inf)
doubles = st.floats(allow_nan=False)
singles = st.floats(allow_nan=False, width=32)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.5, 0.5),
        (0.1, np.nextafter(np.float32(0.1), -INFINITY)),  # float32(0.1) is above 0.1
        (-0.1, np.float32(-0.1)),
        (1e300, np.finfo(np.float32).max),
        (-1e300, -np.inf),
        (np.inf, np.inf),
    ],
)
def test_the_floor_is_the_largest_float32_not_above(value, expected):
    assert floor32(np.array([value]))[0] == expected


@given(threshold=doubles, value=singles)
def test_no_float32_value_changes_sides(threshold, value):
    (moved,) = canonical_thresholds(np.array([threshold]))
    seen_by_lightgbm = 0.0 if abs(value) <= ZERO else value

    assert (seen_by_lightgbm <= moved) == (seen_by_lightgbm <= threshold)
    assert (value <= floor32(np.array([moved]))[0]) == (seen_by_lightgbm <= threshold)


@given(threshold=doubles)
def test_canonical_thresholds_stay_where_they_are(threshold):
    once = canonical_thresholds(np.array([threshold]))

    assert_array_equal(canonical_thresholds(once), once)


def test_every_row_keeps_its_leaves(trained, exported, judged):
    rows = boundary_rows(read_trees(trained), judged.features, 20_000, seed=1)

    assert_array_equal(exported.predict(rows, pred_leaf=True), trained.predict(rows, pred_leaf=True))


def test_scores_move_by_at_most_half_a_step_a_tree(trained, exported, judged):
    trees = read_trees(exported)
    moved = np.abs(exported.predict(judged.features) - trained.predict(judged.features))

    assert 0 < moved.max() <= finest_step(trees) / 2 * len(trees.trees)
    assert finest_step(trees) < 2**-20 * trees.largest


def test_leaves_added_in_float32_give_the_same_sum_in_any_order(exported, judged):
    leaf_of = exported.predict(judged.features, pred_leaf=True)
    leaves = np.stack(
        [tree.leaf[leaf_of[:, place]] for place, tree in enumerate(read_trees(exported).trees)], axis=1
    ).astype(np.float32)
    forward, backward = np.zeros((2, len(leaves)), np.float32)
    for place in range(leaves.shape[1]):
        forward += leaves[:, place]
        backward += leaves[:, -1 - place]

    assert_array_equal(forward, backward)
    assert_array_equal(forward, exported.predict(judged.features))


def test_a_canonical_booster_is_returned_equal(exported, trained):
    assert canonical(exported).model_to_string() == exported.model_to_string()
    assert is_canonical(read_trees(exported))
    assert not is_canonical(read_trees(trained))


@pytest.mark.parametrize("largest", [1e-30, 0.999999999, 1.0, 255.99999999, 1e6, 1e30])
def test_leaves_of_any_size_become_canonical(booster_of, largest):
    stump = {"feature": [0], "threshold": [0.1], "kind": [8], "left": [-1], "right": [-2]}
    booster = booster_of(*(stump | {"leaf": [largest / 3, -largest / 7 * k]} for k in range(1, 9)))

    trees = read_trees(canonical(booster))
    assert is_canonical(trees)
    assert_array_equal(trees.leaves, trees.leaves.astype(np.float32))


def test_rounding_over_a_power_of_two_takes_the_next_grid(booster_of):
    # 64 leaves of 131071.6 steps just fit under 1/2; rounded up to 131072 steps they no longer do.
    step = 2.0**-24
    stump = {"feature": [0], "threshold": [0.5], "kind": [8], "left": [-1], "right": [-2]}
    booster = booster_of(*[stump | {"leaf": [131071.6 * step, step]}] * 64)

    assert finest_step(read_trees(booster)) == step
    assert is_canonical(read_trees(canonical(booster)))


def test_leaves_beyond_float32_are_refused(booster_of):
    stump = {
        "feature": [0],
        "threshold": [0.5],
        "kind": [8],
        "left": [-1],
        "right": [-2],
        "leaf": [3e38, 0.0],
    }

    with pytest.raises(ConfigError, match=r"leaves add up to 3e\+38, more than float32 holds"):
        canonical(booster_of(stump))


def test_a_model_that_says_0_stays(booster_of):
    stump = {
        "feature": [0],
        "threshold": [0.0],
        "kind": [8],
        "left": [-1],
        "right": [-2],
        "leaf": [0.0, -0.0],
    }

    trees = read_trees(canonical(booster_of(stump)))
    assert_array_equal(trees.leaves, [0.0, 0.0])
