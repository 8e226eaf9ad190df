from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.errors import TableError
from training.simulate import SimulateConfig, simulate_world
from training.simulate.calibration.fit import Effort, fit
from training.simulate.calibration.settings import with_values

PATH = Path(__file__).parents[4] / "configs" / "simulate.yaml"
CONFIG = SimulateConfig.load(PATH)
LEVELS = CONFIG.fitted.levels
LITTLE = Effort(gains=(0.8,), creators=900, days=100)


def shifted(by_tier, by):
    return {tier: tuple(value + by for value in values) for tier, values in by_tier.items()}


@pytest.fixture
def other():
    """A world with other causes: more engaging, seen more, older products dearer, hits ageing faster."""
    fitted = CONFIG.fitted
    changes = {
        "log_engagement": shifted(fitted.log_engagement, 0.5),
        "log_views": shifted(fitted.log_views, -0.7),
        "log_posts": shifted(fitted.log_posts, 0.4),
        "price_spread": 1.2,
        "ageing": tuple(value + 0.5 for value in fitted.ageing),
    }
    tiers = dict.fromkeys(CONFIG.followers.tier_shares, 0.2)
    size = {"creators": 900, "days": 120, "briefs": 1, "shown": 2, "block": 300}
    config = with_values(with_values(CONFIG, "fitted", changes), "size", size)
    return with_values(config, "followers", {"tier_shares": tiers})


def middle(by_tier):
    """The mean of each tier's quantiles from .2 to .8: steadier than the median of some 200 creators."""
    return np.array(
        [np.interp(np.linspace(0.2, 0.8, 13), LEVELS, values).mean() for values in by_tier.values()]
    )


def test_causes_of_another_world_are_found_from_what_it_shows(other, published, tmp_path):
    simulate_world(other, tmp_path / "tables", tmp_path / "truth")

    found = fit(CONFIG, published(tmp_path / "tables"), LITTLE)

    wanted = other.fitted
    for cause in ("log_engagement", "log_views", "log_posts"):
        gap = middle(found.by_tier[cause]) - middle(wanted.by_tier[cause])
        assert abs(gap.mean()) < 0.15, cause
        assert abs(gap).max() < 0.3, cause
    assert found.price_spread == pytest.approx(1.2, abs=0.25)
    assert np.mean(found.ageing) == pytest.approx(np.mean(wanted.ageing), abs=0.25)


def test_a_missing_set_is_told_before_anything_is_simulated(tmp_path):
    with pytest.raises(TableError, match="needs as tides"):
        fit(CONFIG, tmp_path, LITTLE)


def test_the_command_names_a_missing_set_and_leaves_the_configuration_alone(tmp_path):
    config = tmp_path / "world.yaml"
    config.write_bytes(PATH.read_bytes())

    result = CliRunner().invoke(app, ["simulate", "fit", "--real", str(tmp_path), "--config", str(config)])

    assert result.exit_code != 0
    assert "tides" in result.stderr
    assert config.read_bytes() == PATH.read_bytes()
