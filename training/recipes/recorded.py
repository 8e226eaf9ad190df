"""What every gated recipe does at its end: the champion before, the verdict, where to look at the run."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from recsys.errors import BundleError
from training import track
from training.gate import Champion, Verdict


@dataclass(frozen=True)
class Recorded:
    """Where a run can be looked at, and what the gate decided."""

    run_id: str
    version: track.Version
    verdict: Verdict
    report: Path


def champion_of(uri: str, model: str) -> Champion:
    """The bundle of a registered model in service, or why it cannot be opened; None before the first."""
    registry = track.Registry(uri)
    version = registry.champion(model)
    if version is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        try:
            return registry.fetch(version, Path(folder))
        except BundleError as error:
            return error


def announce(version: track.Version, verdict: Verdict, uri: str) -> None:
    """Make the version champion, or leave it challenger, and say why on it."""
    registry = track.Registry(uri)
    speak = registry.promote if verdict.promote else registry.refuse
    speak(version, verdict.reason)


def gate_metrics(verdict: Verdict) -> dict[str, float]:
    """By how much the challenger was better than the champion, where that was measured."""
    if verdict.difference is None:
        return {}
    bounds = {"": "mean", "_low": "low", "_high": "high"}
    return {f"over_champion{end}": getattr(verdict.difference, name) for end, name in bounds.items()}
