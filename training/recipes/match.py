"""Creators for a brief: tables → judgements → LambdaMART and outcome models → proven graphs → bundle."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from features.catalogue import FEATURES
from features.snapshot import build_match_snapshot
from recsys import __version__
from recsys.arrays import Scores
from recsys.bundle import Bundle, BundleFacts
from recsys.cascade import Scoring
from recsys.config import Config
from recsys.evaluation import Report, evaluate
from recsys.policy import read_policies
from recsys.segments import by_row_segment
from recsys.tables import Tables, read_tables
from training.briefs import read_briefs
from training.bundling import golden_rows, ranking_model
from training.export.cascade import CascadeConfig
from training.export.proven import Proven, prove
from training.first_stage import FirstStageCheck, FirstStageReport, measure
from training.funnel import GradeConfig
from training.gate import CUTOFF
from training.judgements import JudgementConfig, Judgements, moment_of
from training.outcome_report import OutcomeReport, report_outcomes
from training.outcomes import Outcome, OutcomeConfig, fit_outcomes
from training.periods import JudgedPeriods, judge_periods
from training.ranking import RankerConfig, TreeRankerConfig, fit_and_score
from training.ranking.lambdamart import best_round
from training.simulate.truth import Truth, read_truth
from training.split import SplitConfig
from training.threads import on_one_blas_thread

MODEL = "match"
RANK = "rank"
ORACLE = "oracle"
Done = Callable[[int], None]


class MatchExperiment(Config):
    """Everything that decides a run, except which tables it reads."""

    policies: Path
    """Folder of the policies (R1); relative to the working directory."""
    truth: Path | None
    """Folder of a simulated world's truth: adds the best ranking there is to the report; null otherwise."""
    seed: int
    """Of the bootstrap intervals and the parity rows; rankers and outcome models have their own."""
    split: SplitConfig
    judgements: JudgementConfig
    ranker: TreeRankerConfig
    baselines: dict[str, RankerConfig]
    cascade: CascadeConfig
    """How the served ranking model is cut into stages; no cuts are no cascade."""
    outcomes: OutcomeConfig
    first_stage: FirstStageCheck
    """What the ranker's first stage must find of its best creators for the test briefs."""
    cutoffs: tuple[int, ...] = Field(min_length=1)
    exposure_cutoff: int = Field(ge=1)
    """Places whose tiers are counted (R21)."""
    golden_rows: int = Field(ge=1)
    """Rows in the bundle with the scores they must get."""

    @model_validator(mode="after")
    def _can_be_reported(self) -> Self:
        if CUTOFF not in self.cutoffs:
            raise ValueError(f"cutoffs must hold {CUTOFF}, at which the gate compares, found {self.cutoffs}")
        taken = {self.ranker.kind, ORACLE} & self.baselines.keys()
        if taken:
            raise ValueError(f"baselines need names of their own, found {sorted(taken)}")
        return self


@dataclass(frozen=True)
class Fitted:
    """What was learnt."""

    rank: Proven
    outcomes: Mapping[str, Outcome]
    graphs: Mapping[str, Proven]
    """By model name, `rank` among them: each graph with the booster it was proven equal to."""
    skipped: Mapping[str, str]
    """Outcome → why there is no model for it."""
    curve: list[dict[str, float]]
    """Validation NDCG by round, before the ranker was fitted again on all that was known."""
    importance: dict[str, float]


@dataclass(frozen=True)
class MatchResult:
    """What a run found."""

    bundle: Bundle
    fitted: Fitted
    judged: JudgedPeriods
    scores: Mapping[str, Scores]
    """Of the test rows: the model first, then the baselines, and on simulated data the oracle."""
    report: Report
    outcomes: OutcomeReport
    first_stage: FirstStageReport
    data: Mapping[str, str]
    """sha256 of each table."""


@on_one_blas_thread
def run(experiment: MatchExperiment, source: str | Path, out: Path, done: Done) -> MatchResult:
    """Read → judge → fit → prove → evaluate → write the bundle below `out`; `done` hears of every step.

    Raises ConfigError, TableError or BundleError.
    """
    # Read before anything is fitted, so that a wrong folder is told at once.
    truth = None if experiment.truth is None else read_truth(experiment.truth)
    tables = read_tables(source)
    judged = judge_periods(tables, experiment.policies, experiment.split, experiment.judgements, done)
    fitted = fit(judged, experiment, done)
    done(1)
    scores = scores_of(fitted, judged, experiment, truth)
    report = report_on(scores, judged.test, experiment)
    bins = experiment.outcomes.calibration.bins
    outcomes = report_outcomes(fitted.outcomes, fitted.skipped, judged.test, bins)
    first_stage = check_first_stage(fitted.rank.score, judged.test, tables, experiment)
    done(1)
    bundle = write(fitted, judged.test, tables.fingerprints(), experiment, out)
    return MatchResult(bundle, fitted, judged, scores, report, outcomes, first_stage, tables.fingerprints())


def fit(judged: JudgedPeriods, experiment: MatchExperiment, done: Done) -> Fitted:
    """Choose the number of trees on the validation period, fit again on all that was known, prove it."""
    done(1)
    chosen = experiment.ranker.build().fit(judged.train.judged, judged.valid.judged)
    known = judged.known.judged
    ranker = experiment.ranker.with_rounds(best_round(chosen.curve_)).build().fit(known, known)
    done(1)
    outcomes, skipped = fit_outcomes(judged.train, judged.valid, experiment.outcomes)
    done(1)
    boosters = {RANK: ranker.booster_} | {name: outcome.booster for name, outcome in outcomes.items()}
    rows = judged.test.judged.features
    graphs = {name: prove(booster, rows, name, experiment.seed) for name, booster in boosters.items()}
    return Fitted(graphs[RANK], outcomes, graphs, skipped, chosen.curve_, ranker.importance())


def scores_of(
    fitted: Fitted, judged: JudgedPeriods, experiment: MatchExperiment, truth: Truth | None
) -> dict[str, Scores]:
    """What every scorer gives the test rows."""
    known, test = judged.known.judged, judged.test.judged
    scores: dict[str, Scores] = {experiment.ranker.kind: fitted.rank.score(test.features)}
    scores |= {
        name: fit_and_score(config, known, known, test) for name, config in experiment.baselines.items()
    }
    if truth is not None:
        scores[ORACLE] = oracle_scores(truth, judged.test, experiment.judgements.grades)
    return scores


def oracle_scores(truth: Truth, test: Judgements, grading: GradeConfig) -> Scores:
    """The best scores in a simulated world: the true mean of NDCG's gain, had every place been looked at."""
    shown = truth.aligned(test.shown.campaign_ids, test.shown.creator_ids)
    return shown.expected_gain(grading).astype(np.float32)


def check_first_stage(
    score: Scoring, test: Judgements, tables: Tables, experiment: MatchExperiment
) -> FirstStageReport:
    """What the ranker's first stage finds for the test briefs, on the first of their snapshots."""
    briefs = [each for each in read_briefs(tables) if each.campaign_id in set(test.campaign_ids.tolist())]
    moment = moment_of(briefs[0].created_at, experiment.judgements.snapshot_every_days)
    snapshot = build_match_snapshot(tables, moment, read_policies(experiment.policies))
    return measure(score, snapshot, [each.brief for each in briefs], experiment.first_stage, experiment.seed)


def report_on(scores: Mapping[str, Scores], test: Judgements, experiment: MatchExperiment) -> Report:
    """Every metric of every scorer, by segments of briefs and of creators, and the exposure of tiers."""
    cutoffs, seed = experiment.cutoffs, experiment.seed
    report = evaluate(scores, test.judged, cutoffs, seed, experiment.exposure_cutoff)
    return replace(report, segments=report.segments | by_row_segment(scores, test.judged, cutoffs, seed))


def write(
    fitted: Fitted, test: Judgements, data: Mapping[str, str], experiment: MatchExperiment, out: Path
) -> Bundle:
    """The bundle, written below `out` under a name made of its content."""
    names, rows = test.judged.feature_names, test.judged.features
    graphs = {name: proven.graph for name, proven in fitted.graphs.items()}
    rank, files = ranking_model(fitted.rank, experiment.cascade, RANK, rows)
    models = {RANK: rank}
    for name, outcome in fitted.outcomes.items():
        models[name] = outcome.model(f"{name}.onnx")
        files[f"{name}.onnx"] = graphs[name]
    facts = BundleFacts(
        recipe=MODEL,
        code_version=__version__,
        seed=experiment.seed,
        data=dict(data),
        feature_names=names,
        reason_groups={name: FEATURES[name].reason for name in names},
        models=models,
        golden=golden_rows(graphs, rows, experiment.golden_rows),
    )
    return Bundle.write(out, facts, files)
