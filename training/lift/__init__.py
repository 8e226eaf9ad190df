"""The lift of traits of videos against matched videos (R32)."""

from training.lift.config import LiftConfig
from training.lift.estimate import estimate, trait_lifts
from training.lift.reading import read_videos

__all__ = ["LiftConfig", "estimate", "read_videos", "trait_lifts"]
