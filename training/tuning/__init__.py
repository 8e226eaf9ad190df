"""Choosing settings: search spaces, and seeded, resumable studies over them."""

from training.tuning.space import Range, SearchSpace
from training.tuning.study import Trial, Tuned, TuningConfig, tune

__all__ = ["Range", "SearchSpace", "Trial", "Tuned", "TuningConfig", "tune"]
