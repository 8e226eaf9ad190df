"""Tracking and the model registry: the only package that knows MLflow.

`with track.run("match", uri) as run:` records a run; `track.Registry(uri)` promotes and fetches models.
"""

from training.track.registry import CHALLENGER, CHAMPION, Registry, Version
from training.track.run import Run, run
from training.track.store import DEFAULT_URI

__all__ = ["CHALLENGER", "CHAMPION", "DEFAULT_URI", "Registry", "Run", "Version", "run"]
