"""From raw scores to probabilities: fitted on validation rows, judged on test rows (R20)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.isotonic import IsotonicRegression

from recsys.arrays import Flags, Floats, Scores
from recsys.bundle import Calibration
from recsys.config import Config
from recsys.evaluation import auc

Method = Literal["isotonic", "platt", "sigmoid"]
LOGITS = np.linspace(-10, 10, 161)
"""Where a sigmoid gets a knot: linear between them it is off by less than .0002."""


class CalibrationConfig(Config):
    """Which method the validation rows can bear; they are counted by their rarer outcome."""

    isotonic_from: int = Field(default=500, ge=2)
    """Isotonic steps (Zadrozny and Elkan 2002) from here on: they fit any shape, but overfit few rows."""
    platt_from: int = Field(default=10, ge=1)
    """Platt's sigmoid (1999) from here on; with fewer the model's own log-odds are left as they are."""
    bins: int = Field(default=10, ge=2)
    """Bins of equal count in the reliability plot and the expected calibration error."""


@dataclass(frozen=True)
class Calibrated:
    """A calibration, how it was found, and from how many rows."""

    calibration: Calibration
    method: Method
    rows: int
    positives: int


@dataclass(frozen=True)
class Reliability:
    """Bins of equal count, by rising probability: what was said, and what happened."""

    predicted: Floats
    observed: Floats
    counts: Floats

    @property
    def error(self) -> float:
        """Expected calibration error: mean |said - happened| over rows; 0 to 1."""
        return float(np.average(np.abs(self.predicted - self.observed), weights=self.counts))


@dataclass(frozen=True)
class ProbabilityReport:
    """How good probabilities are on rows nothing was fitted on, beside always saying the training rate."""

    rows: int
    rate: float
    """Share of the rows in which it happened."""
    mean_probability: float
    ece: float
    bins: int
    brier: float
    log_loss: float
    auc: float
    """NaN where all rows ended alike."""
    base_rate: float
    """The share among the training rows: what the baseline says of every row."""
    base_ece: float
    base_brier: float
    base_log_loss: float


def calibrate(raw: Scores, happened: Flags, config: CalibrationConfig) -> Calibrated:
    """The calibration these validation rows can bear (see the config)."""
    positives = int(happened.sum())
    rarer = min(positives, len(happened) - positives)
    if rarer >= config.isotonic_from:
        return Calibrated(isotonic(raw, happened), "isotonic", len(raw), positives)
    if rarer >= config.platt_from:
        return Calibrated(sigmoid(*platt(raw, happened)), "platt", len(raw), positives)
    return Calibrated(sigmoid(1.0, 0.0), "sigmoid", len(raw), positives)


def isotonic(raw: Scores, happened: Flags) -> Calibration:
    """Isotonic regression, at least 1 / (rows + 2) away from 0 and 1: so few rows cannot show "never"."""
    never = 1 / (len(raw) + 2)
    steps = IsotonicRegression(y_min=never, y_max=1 - never).fit(raw.astype(np.float64), happened)
    return Calibration(
        raw=tuple(steps.X_thresholds_.tolist()), probability=tuple(steps.y_thresholds_.tolist())
    )


def platt(raw: Scores, happened: Flags) -> tuple[float, float]:
    """Slope (0 or more) and offset of the log-odds in the raw score, with Platt's smoothed targets."""
    positives, negatives = happened.sum(), (~happened).sum()
    targets = np.where(happened, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    centre, scale = float(raw.mean()), float(raw.std()) or 1.0
    scaled = (raw.astype(np.float64) - centre) / scale

    def loss(line: Floats) -> tuple[float, Floats]:
        logits = line[0] * scaled + line[1]
        missed = expit(logits) - targets
        return float((np.logaddexp(0, logits) - targets * logits).sum()), np.array(
            [missed @ scaled, missed.sum()]
        )

    slope, offset = minimize(loss, np.array([1.0, 0.0]), jac=True, bounds=[(0, None), (None, None)]).x
    return float(slope / scale), float(offset - slope / scale * centre)


def sigmoid(slope: float, offset: float) -> Calibration:
    """1 / (1 + exp(-(slope · raw + offset))) as knots; one knot where the raw score says nothing."""
    if slope <= 0:
        return Calibration(raw=(0.0,), probability=(float(expit(offset)),))
    return Calibration(
        raw=tuple(((LOGITS - offset) / slope).tolist()), probability=tuple(expit(LOGITS).tolist())
    )


def reliability(probabilities: Floats, happened: Flags, bins: int) -> Reliability:
    """Bins of equal count; fewer where there are fewer rows."""
    order = np.argsort(probabilities, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return Reliability(
        predicted=np.array([probabilities[part].mean() for part in parts]),
        observed=np.array([happened[part].mean() for part in parts]),
        counts=np.array([len(part) for part in parts], np.float64),
    )


def report_probabilities(
    probabilities: Floats, happened: Flags, base_rate: float, bins: int
) -> ProbabilityReport:
    """Calibration and discrimination of probabilities, beside a constant `base_rate`."""
    base = np.full(len(happened), base_rate)
    return ProbabilityReport(
        rows=len(happened),
        rate=float(happened.mean()),
        mean_probability=float(probabilities.mean()),
        ece=reliability(probabilities, happened, bins).error,
        bins=bins,
        brier=brier(probabilities, happened),
        log_loss=log_loss(probabilities, happened),
        auc=auc(probabilities, happened),
        base_rate=base_rate,
        base_ece=abs(base_rate - float(happened.mean())),
        base_brier=brier(base, happened),
        base_log_loss=log_loss(base, happened),
    )


def brier(probabilities: Floats, happened: Flags) -> float:
    """Mean squared error of probabilities (Brier 1950); 0 to 1, lower is better."""
    return float(((probabilities - happened) ** 2).mean())


def log_loss(probabilities: Floats, happened: Flags) -> float:
    """Mean of -ln of the probability given to what happened, which counts as at least 1e-9."""
    given = np.where(happened, probabilities, 1 - probabilities)
    return float(-np.log(np.clip(given, 1e-9, 1)).mean())
