"""What a match run found, as tables: for the console, the report and JSON."""

from collections.abc import Mapping
from dataclasses import asdict

from recsys.evaluation import Interval, Report
from recsys.vocabulary import TIERS
from training.calibration import ProbabilityReport
from training.first_stage import FirstStageReport
from training.outcome_report import OutcomeReport, ResultReport
from training.recipes.match import ORACLE, MatchResult
from training.report import ReportTable

MAIN = "ndcg_at_10"
SHOWN_METRICS = (MAIN, "ndcg_at_5", "map_at_10", "mrr_at_10", "recall_at_10")


def tables_of(result: MatchResult) -> list[ReportTable]:
    """Everything worth looking at, most important first."""
    report = result.report
    return [
        ranking_table(report),
        segment_table(report),
        exposure_table(report),
        probability_table(result.outcomes),
        result_table(result.outcomes),
        first_stage_table(result.first_stage),
        judged_table(result),
    ]


def headlines(result: MatchResult) -> list[ReportTable]:
    """What fits a console: what was judged, NDCG@10 beside the baselines, exposure, the probabilities."""
    return [
        judged_table(result),
        ranking_table(result.report).only("scorer", "NDCG@10", "interval", "lead over it", "of oracle"),
        exposure_table(result.report),
        probability_table(result.outcomes).only(
            "outcome", "rows", "rate", "ECE", "Brier", "base Brier", "note"
        ),
    ]


def ranking_table(report: Report) -> ReportTable:
    """Every scorer with its interval of NDCG@10 and the first one's lead over it."""
    shares = oracle_shares(report)
    rows = []
    for scorer, interval in report.metrics[MAIN].items():
        lead = report.differences[MAIN].get(scorer)
        figures = [report.metrics[name][scorer].mean for name in SHOWN_METRICS if name in report.metrics]
        rows.append([scorer, *figures, _range(interval), _signed(lead), shares.get(scorer)])
    names = [name.upper().replace("_AT_", "@") for name in SHOWN_METRICS if name in report.metrics]
    return ReportTable(
        "ranking",
        "Ranking of test briefs",
        f"{report.queries} briefs, of which {report.queries_without_relevant} without a relevant creator are "
        "left out. The interval is that of NDCG@10, the lead the first scorer's paired difference (95 %).",
        ["scorer", *names, "interval", "lead over it", "of oracle"],
        rows,
    )


def oracle_shares(report: Report, metric: str = MAIN) -> dict[str, float]:
    """Each scorer's mean over the oracle's; empty on real data, where nobody knows the best ranking."""
    scorers = report.metrics[metric]
    if ORACLE not in scorers:
        return {}
    return {name: interval.mean / scorers[ORACLE].mean for name, interval in scorers.items()}


def segment_table(report: Report) -> ReportTable:
    """The first scorer in each segment of briefs and creators, beside the best of the others."""
    rows = [
        [segment, name.replace("_at_", "@"), ours.mean, _range(ours), *_best(others), ours.count]
        for segment, metrics in report.segments.items()
        for name in (MAIN, "found_at_10")
        if name in metrics
        for ours, others in [_first_and_others(metrics[name])]
    ]
    return ReportTable(
        "segments",
        "Segments",
        "found@10 is the share of a segment's relevant creators that the whole list's ten best hold; NDCG@10 "
        "is the order within the segment. The oracle is not a baseline and is left out here.",
        ["segment", "metric", "model", "interval", "best baseline", "is", "briefs"],
        rows,
    )


def _first_and_others(scorers: Mapping[str, Interval]) -> tuple[Interval, dict[str, Interval]]:
    first, *others = scorers
    return scorers[first], {name: scorers[name] for name in others if name != ORACLE}


def _best(others: Mapping[str, Interval]) -> tuple[float | None, str | None]:
    known = {name: interval.mean for name, interval in others.items() if interval.count}
    return max(((mean, name) for name, mean in known.items()), default=(None, None))


def exposure_table(report: Report) -> ReportTable:
    """Share of the shown places by follower tier (R21)."""
    rows = [[name, *(of_tier.get(tier, 0.0) for tier in TIERS)] for name, of_tier in report.exposure.items()]
    return ReportTable(
        "exposure",
        "Exposure by follower tier (R21)",
        "Share of the places each tier holds.",
        ["scorer", *TIERS],
        rows,
    )


def probability_table(outcomes: OutcomeReport) -> ReportTable:
    """Calibration and discrimination of the probabilities (R20)."""
    columns = {
        "rows": "rows", "rate": "rate", "mean said": "mean_probability", "ECE": "ece", "Brier": "brier",
        "base Brier": "base_brier", "log loss": "log_loss", "base log loss": "base_log_loss", "AUC": "auc",
    }  # fmt: skip
    rows = [
        [f"P({name})", *(getattr(found, column) for column in columns.values()), outcomes.methods[name]]
        for name, found in outcomes.models.items()
        if isinstance(found, ProbabilityReport)
    ]
    rows += without_model(outcomes, len(columns), results=False)
    return ReportTable(
        "probabilities",
        "Probabilities on test rows (R20)",
        "Each given the step before. ECE over bins of equal count; the base always says the training rate.",
        ["outcome", *columns, "note"],
        rows,
    )


def result_table(outcomes: OutcomeReport) -> ReportTable:
    """Expected results against what came of it."""
    columns = {
        "rows": "rows", "mean": "mean", "mean said": "mean_expected", "absolute error": "absolute_error",
        "base error": "base_absolute_error", "rank correlation": "rank_correlation",
    }  # fmt: skip
    rows = [
        [name, *(getattr(found, column) for column in columns.values()), ""]
        for name, found in outcomes.models.items()
        if isinstance(found, ResultReport)
    ]
    rows += without_model(outcomes, len(columns), results=True)
    return ReportTable(
        "results",
        "Expected results on delivered test rows (R20)",
        "In the objective's unit, GMV in minor units; the base always says the training mean.",
        ["outcome", *columns, "note"],
        rows,
    )


def without_model(outcomes: OutcomeReport, width: int, results: bool) -> list[list[object]]:
    """Rows that say why there is no model."""
    return [
        [name, *[None] * width, f"no model: {reason}"]
        for name, reason in outcomes.skipped.items()
        if name.startswith("result_") == results
    ]


def first_stage_table(report: FirstStageReport) -> ReportTable:
    """What the first stage finds beside what baselines that look at as many creators find."""
    return ReportTable(
        "first_stage",
        "First stage",
        f"Share of the ranker's best among creators looked at, {report.scored_share:.1%} of the eligible; "
        f"{report.left_out} briefs left out. Small markets are easier: in one of two million creators "
        ".08 % are looked at, which recsys bench match measures.",
        ["by", "briefs", "recall", "interval"],
        [[name, found.count, found.mean, _range(found)] for name, found in report.recall.items()],
    )


def judged_table(result: MatchResult) -> ReportTable:
    """What was judged, and what was left out and why."""
    known, test = asdict(result.judged.known.report), asdict(result.judged.test.report)
    rows: list[list[object]] = [[name, known[name], test[name]] for name in known if name != "grades"]
    levels = sorted({*known["grades"], *test["grades"]})
    rows += [
        [f"rows of grade {level}", known["grades"].get(level, 0), test["grades"].get(level, 0)]
        for level in levels
    ]
    periods = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in result.judged.briefs.items())
    return ReportTable(
        "judgements",
        "Judgements",
        f"Briefs by period: {periods}. Those left out were not final in time.",
        ["count", "learnt from", "test"],
        rows,
    )


def _range(interval: Interval) -> str:
    return f"{interval.low:.3f} to {interval.high:.3f}"


def _signed(difference: Interval | None) -> str | None:
    if difference is None:
        return None
    return f"{difference.mean:+.3f} ({difference.low:+.3f} to {difference.high:+.3f})"
