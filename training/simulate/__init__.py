"""A simulated marketplace: every table of the contract, drawn from causes that are known."""

from training.simulate.config import SimulateConfig
from training.simulate.world import World, simulate_world

__all__ = ["SimulateConfig", "World", "simulate_world"]
