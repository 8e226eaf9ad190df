"""KuaiRand: point-in-time features of logged impressions → boosted trees → a later day, beside baselines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import lightgbm
import numpy as np
from pydantic import Field

from recsys.arrays import Flags, Scores
from recsys.config import Config
from recsys.errors import ConfigError
from recsys.judged import Judged
from training import track
from training.export.proven import Proven, prove
from training.feed.evaluation import FeedReport, evaluate_feed
from training.feed.features import DATE, FeedFeaturesConfig, judge
from training.feed.queries import Asked, ask
from training.feed.reading import Outcome, fingerprints, read_feed
from training.ranking import RankerConfig, TreeRankerConfig, fit_and_score
from training.ranking.averaged import added, mean_curve
from training.ranking.lambdamart import best_round
from training.threads import on_one_blas_thread

MODEL = "feed"
Curve = list[dict[str, float]]
"""One dict a round: its number and what was reached on validation rows."""


class Part(Config):
    """Boosted trees whose scores are added to those of the other parts."""

    weight: float = Field(gt=0)
    """Standard deviation of the part's scores over the rows it learned from, once they are added."""
    ranker: TreeRankerConfig


class FeedExperiment(Config):
    """Everything that decides a run."""

    folder: Path
    """Where history, impressions, users and videos lie as Parquet; relative to the working directory."""
    grades: dict[Outcome, Annotated[int, Field(ge=0)]]
    """Outcome → grade; an impression has the highest of its outcomes, 0 without any."""
    positive: Outcome
    """The outcome that makes an impression positive for AUC."""
    valid_dates: tuple[int, ...] = Field(min_length=1)
    """Each is predicted from the days before it; their mean curve decides each part's number of rounds."""
    test_date: int
    """Every figure is measured on this day."""
    features: FeedFeaturesConfig
    parts: dict[str, Part] = Field(min_length=1)
    """Trees that are added up into one model, by name."""
    baselines: dict[str, RankerConfig]
    cutoffs: tuple[int, ...] = Field(min_length=1)
    seed: int


@dataclass(frozen=True)
class Fitted:
    """All parts as one model."""

    booster: lightgbm.Booster
    curves: dict[str, Curve]
    """Each part's mean over the validation days, each learned from the days before it."""
    importance: dict[str, float]
    """Share of the gain of all splits on each feature, largest first; a part counts by its weight."""

    @property
    def rounds(self) -> dict[str, int]:
        """Trees of each member of a part: those at the best of its curve."""
        return {name: best_round(curve) for name, curve in self.curves.items()}


@dataclass(frozen=True)
class FeedResult:
    """What a run found."""

    report: FeedReport
    proven: Proven
    curves: dict[str, Curve]
    rounds: dict[str, int]
    importance: dict[str, float]
    feature_names: tuple[str, ...]
    learned_from: int
    """Impressions the final ranker was fitted on."""
    duplicates: int
    """Rows of the log that were left out as copies."""


@on_one_blas_thread
def run(experiment: FeedExperiment, done: Callable[[int], None]) -> FeedResult:
    """Read → features → fit → export → parity → evaluate; `done` hears of each of `steps`.

    The numbers of rounds are chosen on the validation days; the parts are then fitted on all days before the
    test day. Raises ConfigError, TableError or BundleError.
    """
    feed = read_feed(experiment.folder)
    asked = ask(feed)
    judged = judge(feed, asked, experiment.grades, experiment.features, done)
    known, test = split(judged, experiment)
    fitted = fit(known, experiment, done)
    proven = prove(fitted.booster, test.features, MODEL, experiment.seed)
    scores = {MODEL: proven.score(test.features)} | baseline_scores(experiment.baselines, known, test)
    report = evaluate_feed(scores, test, positives(asked, experiment), experiment.cutoffs, experiment.seed)
    done(1)
    return FeedResult(
        report=report,
        proven=proven,
        curves=fitted.curves,
        rounds=fitted.rounds,
        importance=fitted.importance,
        feature_names=judged.feature_names,
        learned_from=len(known.grades),
        duplicates=feed.duplicates,
    )


def steps(experiment: FeedExperiment) -> int:
    """How often `run` says that something is done."""
    return len(experiment.features.blocks) + len(experiment.parts) * (len(experiment.valid_dates) + 1) + 1


def split(judged: Judged, experiment: FeedExperiment) -> tuple[Judged, Judged]:
    """The queries before the test day, and those on it; raises ConfigError for a day without queries."""
    dates = judged.query_segments[DATE]
    unknown = {*experiment.valid_dates, experiment.test_date} - set(dates.tolist())
    if unknown:
        raise ConfigError(f"no queries on {sorted(unknown)}, expected dates in {np.unique(dates).tolist()}")
    if (
        not np.unique(dates)[0]
        < min(experiment.valid_dates)
        <= max(experiment.valid_dates)
        < experiment.test_date
    ):
        raise ConfigError(
            f"valid_dates must lie after {dates.min()} and before test_date {experiment.test_date}"
        )
    return judged.take(dates < experiment.test_date), judged.take(dates == experiment.test_date)


def fit(known: Judged, experiment: FeedExperiment, done: Callable[[int], None]) -> Fitted:
    """Every part with its best number of rounds, fitted on all rows, added up by weight."""
    curves: dict[str, Curve] = {}
    boosters, factors, shares = [], [], []
    for name, part in experiment.parts.items():
        curves[name] = choose_rounds(known, part, experiment.valid_dates, done)
        ranker = part.ranker.with_rounds(best_round(curves[name])).build().fit(known, known)
        boosters.append(ranker.booster_)
        factors.append(part.weight / spread_of(ranker.score(known.features)))
        shares.append(shares_of(ranker.importance(), part.weight))
        done(1)
    return Fitted(added(boosters, factors), curves, summed(shares))


def choose_rounds(
    known: Judged, part: Part, valid_dates: tuple[int, ...], done: Callable[[int], None]
) -> Curve:
    """The part's mean learning curve on the validation days; its best round is the number to fit."""
    dates, curves = known.query_segments[DATE], []
    for date in valid_dates:
        ranker = part.ranker.build().fit(known.take(dates < date), known.take(dates == date))
        curves.append(ranker.curve_)
        done(1)
    return mean_curve(curves)


def spread_of(scores: Scores) -> float:
    """Standard deviation of the scores, 1 where they do not differ."""
    return float(scores.std(dtype=np.float64)) or 1.0


def shares_of(importance: Mapping[str, float], weight: float) -> dict[str, float]:
    """Each feature's share of the gain, all of them adding up to the weight."""
    total = sum(importance.values()) or 1.0
    return {name: weight * gain / total for name, gain in importance.items()}


def summed(shares: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The sums of the parts' shares as shares of all, largest first."""
    together = {name: sum(share[name] for share in shares) for name in shares[0]}
    return dict(sorted(shares_of(together, 1.0).items(), key=lambda item: -item[1]))


def baseline_scores(baselines: Mapping[str, RankerConfig], known: Judged, test: Judged) -> dict[str, Scores]:
    """What each baseline gives the test rows after learning from the same rows as the ranker."""
    return {name: fit_and_score(config, known, known, test) for name, config in baselines.items()}


def positives(asked: Asked, experiment: FeedExperiment) -> Flags:
    """Which of the test rows count as positive."""
    on_test_day: Flags = asked.shown.date == experiment.test_date
    return np.asarray(asked.shown.outcomes[experiment.positive][on_test_day])


def record(experiment: FeedExperiment, result: FeedResult, uri: str) -> str:
    """The run in MLflow at `uri`: settings, inputs, every figure, the booster; returns the run's id."""
    with track.run(MODEL, uri) as tracked:
        tracked.params(experiment.model_dump(mode="json"))
        tracked.inputs(fingerprints(experiment.folder))
        tracked.report(result.report.report)
        for name, curve in result.curves.items():
            tracked.curve(name, curve)
        tracked.booster(MODEL, result.proven.booster)
        return tracked.run_id
