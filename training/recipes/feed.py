"""KuaiRand: point-in-time features of logged impressions → LambdaMART → a later day, beside baselines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field

from recsys.arrays import Flags, Scores
from recsys.config import Config
from recsys.errors import ConfigError
from recsys.judged import Judged
from training import track
from training.feed.evaluation import FeedReport, evaluate_feed
from training.feed.features import DATE, FeedFeaturesConfig, judge
from training.feed.queries import Asked, ask
from training.feed.reading import Outcome, fingerprints, read_feed
from training.ranking import RankerConfig, TreeRankerConfig, fit_and_score
from training.ranking.averaged import mean_curve
from training.ranking.lambdamart import best_round
from training.recipes.proven import Proven, prove

MODEL = "feed"


class FeedExperiment(Config):
    """Everything that decides a run."""

    folder: Path
    """Where history, impressions, users and videos lie as Parquet; relative to the working directory."""
    grades: dict[Outcome, Annotated[int, Field(ge=0)]]
    """Outcome → grade; an impression has the highest of its outcomes, 0 without any."""
    positive: Outcome
    """The outcome that makes an impression positive for AUC."""
    valid_dates: tuple[int, ...] = Field(min_length=1)
    """Each is predicted from the days before it; their mean NDCG decides the number of rounds."""
    test_date: int
    """Every figure is measured on this day."""
    features: FeedFeaturesConfig
    ranker: TreeRankerConfig
    baselines: dict[str, RankerConfig]
    cutoffs: tuple[int, ...] = Field(min_length=1)
    seed: int


@dataclass(frozen=True)
class FeedResult:
    """What a run found."""

    report: FeedReport
    proven: Proven
    curve: list[dict[str, float]]
    """Mean NDCG over the validation days by round, each learned from the days before it."""
    rounds: int
    importance: dict[str, float]
    feature_names: tuple[str, ...]
    learned_from: int
    """Impressions the final ranker was fitted on."""
    duplicates: int
    """Rows of the log that were left out as copies."""


def run(experiment: FeedExperiment, done: Callable[[int], None]) -> FeedResult:
    """Read → features → fit → export → parity → evaluate; `done` hears of each of `steps`.

    The number of rounds is chosen on the validation days; the ranker is then fitted on all days before the
    test day. Raises ConfigError, TableError or BundleError.
    """
    feed = read_feed(experiment.folder)
    asked = ask(feed)
    judged = judge(feed, asked, experiment.grades, experiment.features, done)
    known, test = split(judged, experiment)
    chosen = choose_rounds(known, experiment, done)
    ranker = experiment.ranker.with_rounds(best_round(chosen)).build().fit(known, known)
    done(1)
    proven = prove(ranker.booster_, test.features, MODEL, experiment.seed)
    scores = {MODEL: proven.score(test.features)} | baseline_scores(experiment.baselines, known, test)
    report = evaluate_feed(scores, test, positives(asked, experiment), experiment.cutoffs, experiment.seed)
    done(1)
    return FeedResult(
        report=report,
        proven=proven,
        curve=chosen,
        rounds=best_round(chosen),
        importance=ranker.importance(),
        feature_names=judged.feature_names,
        learned_from=len(known.grades),
        duplicates=feed.duplicates,
    )


def steps(experiment: FeedExperiment) -> int:
    """How often `run` says that something is done."""
    return len(experiment.features.blocks) + len(experiment.valid_dates) + 2


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


def choose_rounds(
    known: Judged, experiment: FeedExperiment, done: Callable[[int], None]
) -> list[dict[str, float]]:
    """The mean learning curve on the validation days; its best round is the number of rounds to fit."""
    dates, curves = known.query_segments[DATE], []
    for date in experiment.valid_dates:
        ranker = experiment.ranker.build().fit(known.take(dates < date), known.take(dates == date))
        curves.append(ranker.curve_)
        done(1)
    return mean_curve(curves)


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
        tracked.curve(MODEL, result.curve)
        tracked.booster(MODEL, result.proven.booster)
        return tracked.run_id
