"""What is proven before anything is answered: recipe, features, graphs and golden rows."""

from collections.abc import Mapping

import numpy as np

from features.catalogue import FEATURES
from features.feature import Feature
from recsys.arrays import Features
from recsys.bundle import Bundle, Model
from recsys.errors import BundleError
from recsys.snapshot import Snapshot
from serving.scorer import Scorer

PROBABILITIES = ("invite", "accept", "deliver", "taken")
"""Models whose raw score a calibration turns into a probability (R20)."""


def check_recipe(bundle: Bundle, recipe: str, *models: str) -> None:
    """Raises BundleError for a bundle of another recipe, or one that lacks what this recipe needs."""
    facts = bundle.facts
    if facts.recipe != recipe:
        raise BundleError(f"{bundle.path}: expected a bundle of recipe {recipe!r}, found {facts.recipe!r}")
    for model in models:
        if model not in facts.models:
            raise BundleError(f"{bundle.path}: expected a model {model!r}, found {sorted(facts.models)}")
    uncalibrated = [
        name for name in PROBABILITIES if name in facts.models and not facts.models[name].calibration
    ]
    if uncalibrated:
        raise BundleError(
            f"{bundle.path}: models {uncalibrated} give no probability: they are not calibrated"
        )


def check_features(bundle: Bundle, snapshot: Snapshot) -> None:
    """Raises BundleError unless bundle, snapshot and this code have the same features in the same order."""
    check_catalogue(bundle, FEATURES)
    needed, given = bundle.facts.feature_names, snapshot.facts.feature_names
    if given != needed:
        raise BundleError(f"{snapshot.name} {_difference(given, needed)} of {bundle.name}; take it again")


def check_catalogue(bundle: Bundle, catalogue: Mapping[str, Feature]) -> None:
    """Raises BundleError unless bundle and this code have the same features in the same order."""
    needed, known = bundle.facts.feature_names, tuple(catalogue)
    unknown = [name for name in needed if name not in catalogue]
    if unknown:
        raise BundleError(f"bundle {bundle.path} needs features {unknown}, which this code lacks; retrain it")
    if needed != known:
        raise BundleError(f"bundle {bundle.path} {_difference(needed, known)} of this code; retrain it")


def _difference(found: tuple[str, ...], expected: tuple[str, ...]) -> str:
    lacking = [name for name in expected if name not in found]
    extra = [name for name in found if name not in expected]
    if lacking or extra:
        return f"lacks features {lacking} and has features {extra} beyond those"
    return "has the features in another order than those"


def open_scorers(bundle: Bundle) -> dict[str, Scorer]:
    """Each model of the bundle, ready to score; raises BundleError for a graph that may not or cannot run."""
    return {name: _open(bundle, name, model) for name, model in bundle.facts.models.items()}


def _open(bundle: Bundle, name: str, model: Model) -> Scorer:
    files, names, cascade = bundle.files, bundle.facts.feature_names, model.cascade
    try:
        if cascade is None:
            return Scorer.open(files[model.graph], names)
        stages = [files[graph] for graph in cascade.graphs]
        return Scorer.open(files[model.graph], names, stages, cascade.keep)
    except BundleError as error:
        raise BundleError(f"{bundle.path}: model {name}: {error}") from error


def prove(bundle: Bundle, scorers: Mapping[str, Scorer]) -> None:
    """Raises BundleError unless each model, and its cascade, gives each golden row its score to the bit."""
    golden = bundle.facts.golden
    if not golden:
        raise BundleError(
            f"{bundle.path} has no golden rows, so nothing proves that its graphs score as trained"
        )
    features = np.array([row.features for row in golden], np.float32)
    for name, scorer in scorers.items():
        expected = np.array([row.scores.get(name, np.nan) for row in golden], np.float32)
        _compare(f"{bundle.path}: model {name}", scorer.exact(features), expected)
        if scorer.stages:
            stages = np.stack([stage(features) for stage in scorer.stages])
            _compare(f"{bundle.path}: model {name} in stages", stages.sum(axis=0), expected)


def _compare(what: str, found: Features, expected: Features) -> None:
    wrong = np.flatnonzero(found != expected)
    if len(wrong):
        row = wrong[0]
        raise BundleError(
            f"{what}: golden row {row}: expected score {expected[row]!r}, found {found[row]!r} "
            f"({len(wrong)} of {len(expected)} golden rows differ)"
        )
