from pathlib import Path

import numpy as np
import pytest

from recsys.errors import TableError
from training.simulate.calibration.measures import AGES, MEASURES, age_group, marginals

REAL = Path(__file__).parents[5] / "shared" / "data"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the real sets are not beside the checkout")


def test_ages_are_grouped_by_whole_days():
    assert age_group(np.array([0, 1, 2, 3, 6, 7, 13, 14, 29, 30])).tolist() == [
        "younger", AGES[0], AGES[0], AGES[1], AGES[1], AGES[2], AGES[2], AGES[3], AGES[3], "older",
    ]  # fmt: skip


def test_a_missing_set_is_named(world, tmp_path):
    with pytest.raises(TableError, match=r"no creators.parquet in .*tides, which the calibration needs"):
        marginals(world.tables, tmp_path)


@needs_real
def test_a_missing_table_of_the_world_is_named(tmp_path):
    with pytest.raises(TableError, match="needs as creator_daily"):
        marginals(tmp_path, REAL)


def test_a_world_is_0_apart_from_sets_made_of_itself(world, published):
    found = marginals(world.tables, published(world.tables))

    assert {marginal.measure for marginal in found} == set(MEASURES)
    # The sets of creators are seen as a world is; of products, the real set knows one currency only.
    seen_alike = [marginal for marginal in found if "creators" in MEASURES[marginal.measure].source]
    assert max(marginal.distance for marginal in seen_alike) < 0.01


@needs_real
def test_simulated_creators_look_like_measured_ones(world):
    names = ("followers", "engagement rate", "views per follower")
    found = marginals(world.tables, REAL, names)
    common = [marginal for marginal in found if marginal.group in ("nano", "micro", "mid")]

    assert len(common) == 9
    assert max(marginal.distance for marginal in common) < 0.15
