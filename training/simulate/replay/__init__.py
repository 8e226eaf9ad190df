"""Off-policy estimates tried where the truth is known."""

from training.simulate.replay.config import PolicyConfig, ReplayConfig
from training.simulate.replay.run import Valued, run_replays
from training.simulate.replay.summary import Summary, summarise

__all__ = ["PolicyConfig", "ReplayConfig", "Summary", "Valued", "run_replays", "summarise"]
