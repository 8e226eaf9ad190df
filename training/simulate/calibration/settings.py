"""Configurations with some settings replaced."""

from collections.abc import Mapping

from training.simulate.config import SimulateConfig


def with_values(config: SimulateConfig, section: str, values: Mapping[str, object]) -> SimulateConfig:
    """A configuration with some settings of one section replaced."""
    changed = getattr(config, section).model_copy(update=dict(values))
    return config.model_copy(update={section: changed})
