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
        ("fitted.levels=[0, 1]", "one quantile for each of the 2 levels"),
        ("fitted.levels=[0, 0.7, 0.5, 1]", "levels must rise from 0 to 1"),
        ("fitted.log_views={nano: [1, 2]}", "log_views must name the tiers"),
        ("policy.exploration=0", "policy.exploration"),
    ],
)
def test_wrong_settings_are_named(setting, message):
    with pytest.raises(ConfigError, match=message):
        SimulateConfig.load(CONFIG, [setting])
