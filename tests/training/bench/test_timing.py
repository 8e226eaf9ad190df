"""Timings compare scorers on the same fresh rows, in turns."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from training.bench.timing import batches_of, time_in_turns

FEATURES = np.arange(40, dtype=np.float32).reshape(20, 2)


def test_batches_are_consecutive_rows_that_start_again_when_they_run_out():
    batches = batches_of(FEATURES, rows=8, count=3)

    assert_array_equal(batches[0], FEATURES[:8])
    assert_array_equal(batches[1], FEATURES[8:16])
    assert_array_equal(batches[2], FEATURES[:8])
    assert all(batch.flags.c_contiguous for batch in batches)


def test_scorers_take_turns_on_the_same_rows():
    seen = []
    scorers = {name: lambda rows, name=name: seen.append((name, rows[0, 0])) for name in ("a", "b")}
    time_in_turns(scorers, np.zeros((2_000, 1), np.float32) + np.arange(2_000)[:, None], 500, rounds=2)

    assert seen == [("a", 0), ("b", 0), ("a", 500), ("b", 500), ("a", 1000), ("b", 1000)]


def test_more_work_takes_more_time_and_is_a_smaller_speedup():
    def work(times):
        return lambda rows: [np.sort(np.tile(rows, 50), axis=None) for _ in range(times)]

    rows = np.random.default_rng(0).random((600, 20), np.float32)
    little, much = time_in_turns({"little": work(1), "much": work(6)}, rows, 100, rounds=5)

    assert (little.scorer, little.rows, little.speedup) == ("little", 100, 1)
    assert 0 < little.min_ms <= little.median_ms < much.median_ms
    assert much.speedup == pytest.approx(little.median_ms / much.median_ms, rel=0.5)
    assert much.speedup < 0.5
