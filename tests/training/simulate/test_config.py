from pathlib import Path

import pytest

from recsys.errors import ConfigError
from training.simulate import SimulateConfig

CONFIG = Path(__file__).parents[3] / "configs" / "simulate.yaml"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("size.creator=5", "size.creator"),
        ("size.days=60", "size.days must exceed"),
        ("followers.tier_shares={nano: 1.0}", "tier_shares must name the tiers"),
        ("followers.levels=[0, 1]", "one quantile for each of the 2 levels"),
        ("policy.exploration=0", "policy.exploration"),
    ],
)
def test_wrong_settings_are_named(setting, message):
    with pytest.raises(ConfigError, match=message):
        SimulateConfig.load(CONFIG, [setting])
