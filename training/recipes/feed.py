"""KuaiRand: retrievers, and point-in-time features of logged impressions → boosted trees → a later day."""

from collections.abc import Callable, Mapping
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
from training.export.proven import Proven, prove
from training.feed.catalogue import RETRIEVED, CatalogueConfig
from training.feed.evaluation import FeedReport, evaluate_feed
from training.feed.features import DATE, Block, FeedFeaturesConfig, columns_by_block, judged_of, only
from training.feed.parts import Curve, Part, choose_rounds, fit_parts
from training.feed.queries import Asked, ask
from training.feed.reading import Feed, Outcome, read_feed
from training.feed.retrieval import FeedRetrieval, FeedRetrievalConfig, fit_retrieval, retrieved
from training.feed.stages import CatalogueResult, Contest, compare, names_of
from training.ranking import RankerConfig, fit_and_score
from training.ranking.lambdamart import best_round
from training.threads import on_one_blas_thread

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
    """Each is predicted from the days before it; their mean curve decides each part's number of rounds."""
    test_date: int
    """Every figure is measured on this day."""
    features: FeedFeaturesConfig
    parts: dict[str, Part] = Field(min_length=1)
    """Trees that are added up into one model, by name."""
    retrieval: FeedRetrievalConfig
    """The first stage; its scores and ranks are features of the second."""
    one_stages: dict[str, tuple[Block, ...]] = Field(min_length=1)
    """What two stages are held against: the same trees, taught by these blocks and no retriever."""
    catalogue: CatalogueConfig
    baselines: dict[str, RankerConfig]
    recall_cutoffs: tuple[int, ...] = Field(min_length=1)
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
    """Of a user's impressions, in which order."""
    catalogue: CatalogueResult
    """Of all videos, which."""
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
    """Read → retrievers → features → fit → export → parity → evaluate; `done` hears of each of `steps`.

    The numbers of rounds are chosen on the validation days; the parts are then fitted on all days before the
    test day. Raises ConfigError, TableError or BundleError.
    """
    feed = read_feed(experiment.folder)
    asked = ask(feed)
    refuse_unusable_days(asked, experiment)
    retrieval = fit_retrieval(feed, experiment.retrieval, experiment.positive)
    done(1)
    blocks = columns_by_block(feed, asked, experiment.features, done)
    blocks[RETRIEVED] = retrieved(retrieval, asked)
    done(1)
    names = {block: tuple(columns) for block, columns in blocks.items()}
    judged = judged_of(blocks, asked, experiment.grades)
    known, test = split(judged, experiment)
    fitted = fit(known, experiment, done)
    proven = prove(fitted.booster, test.features, MODEL, experiment.seed)
    scores = {MODEL: proven.score(test.features)}
    scores |= one_stage_scores(known, test, names, fitted.rounds, experiment)
    scores |= baseline_scores(experiment.baselines, known, test)
    report = evaluate_feed(scores, test, positives(asked, experiment), experiment.cutoffs, experiment.seed)
    done(1)
    lists = lists_of_all_videos(feed, retrieval, names, experiment)
    done(1)
    return FeedResult(
        report=report,
        catalogue=lists,
        proven=proven,
        curves=fitted.curves,
        rounds=fitted.rounds,
        importance=fitted.importance,
        feature_names=judged.feature_names,
        learned_from=len(known.grades),
        duplicates=feed.duplicates,
    )


def lists_of_all_videos(
    feed: Feed, retrieval: FeedRetrieval, names: Mapping[str, tuple[str, ...]], experiment: FeedExperiment
) -> CatalogueResult:
    """Two stages and one over the whole catalogue, on the test day; `names` are each block's features."""
    contest = Contest(
        feed=feed,
        retrieval=retrieval,
        positive=experiment.positive,
        features=experiment.features,
        names=names,
        one_stages=experiment.one_stages,
        config=experiment.catalogue,
    )
    return compare(contest, experiment.test_date, experiment.cutoffs, experiment.recall_cutoffs)


def steps(experiment: FeedExperiment) -> int:
    """How often `run` says that something is done."""
    return len(experiment.features.blocks) + len(experiment.parts) * (len(experiment.valid_dates) + 1) + 4


def refuse_unusable_days(asked: Asked, experiment: FeedExperiment) -> None:
    """Raises ConfigError for a day without queries, or in the wrong order."""
    dates, retrieval, lists = asked.query_dates, experiment.retrieval, experiment.catalogue
    named = {*experiment.valid_dates, experiment.test_date, retrieval.blend_date, *lists.learn_dates}
    unknown = named - set(dates.tolist())
    if unknown:
        raise ConfigError(f"no queries on {sorted(unknown)}, expected dates in {np.unique(dates).tolist()}")
    valid = experiment.valid_dates
    if not dates.min() < min(valid) <= max(valid) < experiment.test_date:
        raise ConfigError(
            f"valid_dates must lie after {dates.min()} and before test_date {experiment.test_date}"
        )
    if not retrieval.blend_date < min(lists.learn_dates) <= max(lists.learn_dates) < experiment.test_date:
        raise ConfigError(
            f"catalogue.learn_dates must lie after retrieval.blend_date {retrieval.blend_date} "
            f"and before test_date {experiment.test_date}"
        )


def split(judged: Judged, experiment: FeedExperiment) -> tuple[Judged, Judged]:
    """The queries before the test day, and those on it."""
    dates = judged.query_segments[DATE]
    return judged.take(dates < experiment.test_date), judged.take(dates == experiment.test_date)


def one_stage_scores(
    known: Judged,
    test: Judged,
    names: Mapping[str, tuple[str, ...]],
    rounds: Mapping[str, int],
    experiment: FeedExperiment,
) -> dict[str, Scores]:
    """What the same trees give the test rows without any retriever, with as many rounds."""
    scores = {}
    for name, blocks in experiment.one_stages.items():
        kept = names_of(names, blocks)
        booster = fit_parts(only(known, kept), experiment.parts, rounds)[0]
        scores[name] = np.asarray(booster.predict(only(test, kept).features, raw_score=True), np.float32)
    return scores


def fit(known: Judged, experiment: FeedExperiment, done: Callable[[int], None]) -> Fitted:
    """Every part with its best number of rounds, fitted on all rows, added up by weight."""
    curves = {
        name: choose_rounds(known, part, experiment.valid_dates, done)
        for name, part in experiment.parts.items()
    }
    rounds = {name: best_round(curve) for name, curve in curves.items()}
    booster, importance = fit_parts(known, experiment.parts, rounds)
    done(len(experiment.parts))
    return Fitted(booster, curves, importance)


def baseline_scores(baselines: Mapping[str, RankerConfig], known: Judged, test: Judged) -> dict[str, Scores]:
    """What each baseline gives the test rows after learning from the same rows as the ranker."""
    return {name: fit_and_score(config, known, known, test) for name, config in baselines.items()}


def positives(asked: Asked, experiment: FeedExperiment) -> Flags:
    """Which of the test rows count as positive."""
    on_test_day: Flags = asked.shown.date == experiment.test_date
    return np.asarray(asked.shown.outcomes[experiment.positive][on_test_day])
