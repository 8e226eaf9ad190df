from pathlib import Path

import numpy as np
import pytest

from recsys.errors import TableError
from training.simulate.calibration.compare import AGES, age_group, compare

REAL = Path(__file__).parents[4] / "shared" / "data"
CALIBRATED = ("followers", "engagement rate", "views per follower")


def test_ages_are_grouped_by_whole_days():
    assert age_group(np.array([0, 1, 2, 3, 6, 7, 13, 14, 29, 30])).tolist() == [
        "younger", AGES[0], AGES[0], AGES[1], AGES[1], AGES[2], AGES[2], AGES[3], AGES[3], "older",
    ]  # fmt: skip


def test_a_missing_set_is_named(world, tmp_path):
    with pytest.raises(TableError, match="needs as tides"):
        compare(world.tables, tmp_path)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real sets are not beside the checkout")
def test_simulated_creators_look_like_measured_ones(world):
    lines = [line for line in compare(world.tables, REAL) if line.measure in CALIBRATED]
    common = [line for line in lines if line.group in ("nano", "micro", "mid")]

    assert {line.measure for line in lines} == set(CALIBRATED)
    assert max(line.distance for line in common) < 0.15
