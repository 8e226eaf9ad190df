"""How good the outcome models are on test rows, beside saying the same of every row."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from recsys.arrays import Floats
from recsys.rank_correlation import rank_correlation
from training.calibration import ProbabilityReport, Reliability, reliability, report_probabilities
from training.judgements import Judgements
from training.outcomes import Outcome, rows_of, targets_of


@dataclass(frozen=True)
class ResultReport:
    """How good expected results are on rows nothing was fitted on, beside always saying the training mean."""

    rows: int
    mean: float
    mean_expected: float
    absolute_error: float
    """Mean |expected - result|, in the objective's unit."""
    rank_correlation: float
    """Spearman's; NaN for fewer than 3 rows, and where one side is all alike."""
    base: float
    """Mean result of the training rows: what the baseline says of every row."""
    base_absolute_error: float


@dataclass(frozen=True)
class OutcomeReport:
    """Every outcome model on the test rows, and the outcomes without a model or without test rows."""

    models: dict[str, ProbabilityReport | ResultReport]
    reliability: dict[str, Reliability]
    methods: dict[str, str]
    """How each probability was calibrated, on how many validation rows with how many positives."""
    skipped: dict[str, str]


def report_outcomes(
    outcomes: Mapping[str, Outcome], skipped: Mapping[str, str], test: Judgements, bins: int
) -> OutcomeReport:
    """Evaluate every outcome model on the test rows it is about."""
    models: dict[str, ProbabilityReport | ResultReport] = {}
    curves, left_out = {}, dict(skipped)
    targets = targets_of(test.shown)
    for name, outcome in outcomes.items():
        features, values = rows_of(test, targets[name])
        predicted = outcome.predict(features)
        if not len(values):
            left_out[name] = "a model was fitted, but there are no test rows"
        elif outcome.kind == "binary":
            models[name] = report_probabilities(predicted, values > 0, outcome.base, bins)
            curves[name] = reliability(predicted, values > 0, bins)
        else:
            models[name] = report_results(predicted, values, outcome.base)
    return OutcomeReport(models, curves, _methods(outcomes), left_out)


def _methods(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    return {
        name: f"{found.method}, on {found.rows} validation rows with {found.positives} positives"
        for name, outcome in outcomes.items()
        if (found := outcome.calibrated)
    }


def report_results(expected: Floats, results: Floats, base: float) -> ResultReport:
    """Expected results against what came of it, beside a constant `base`."""
    return ResultReport(
        rows=len(results),
        mean=float(results.mean()),
        mean_expected=float(expected.mean()),
        absolute_error=float(np.abs(expected - results).mean()),
        rank_correlation=rank_correlation(expected, results) if len(results) > 2 else float("nan"),
        base=base,
        base_absolute_error=float(np.abs(base - results).mean()),
    )
