"""What a run of products or inspiration found, as tables: for the console, the report and JSON."""

from dataclasses import asdict

import numpy as np

from features.recommending.surfaces import SEGMENTS
from recsys.evaluation import Interval, Report
from recsys.vocabulary import CREATOR_OBJECTIVES
from training.recipes.recommend import OURS, RecommendResult
from training.recipes.recommend_truth import Shares, segments_of
from training.report import ReportTable

MAIN = "ndcg_at_10"
SHOWN_METRICS = (MAIN, "recall_at_10", "recall_at_50", "map_at_10", "mrr_at_10")


def tables_of(result: RecommendResult, seed: int) -> list[ReportTable]:
    """Everything worth looking at, most important first."""
    tables = [ranking_table(result.report), segment_table(result.report), beyond_table(result)]
    if result.shares is not None:
        tables += truth_tables(result.shares, seed)
    return [*tables, factor_table(result), trial_table(result)]


def headlines(result: RecommendResult, seed: int) -> list[ReportTable]:
    """What fits a console."""
    tables = [
        ranking_table(result.report).only("scorer", "NDCG@10", "interval", "lead over it"),
        beyond_table(result).only("scorer", "coverage", "Gini", "variety", "cold items", "served"),
    ]
    if result.shares is not None:
        tables += truth_tables(result.shares, seed)
    return tables


def truth_tables(shares: Shares, seed: int) -> list[ReportTable]:
    """What only a simulated world can tell."""
    return [oracle_table(shares, seed), cross_table(shares, seed), new_table(shares, seed)]


def ranking_table(report: Report) -> ReportTable:
    """Every scorer with its interval of NDCG@10 and the first one's lead over it."""
    shown = [name for name in SHOWN_METRICS if name in report.metrics]
    rows = []
    for scorer, interval in report.metrics[MAIN].items():
        lead = report.differences[MAIN].get(scorer)
        figures = [report.metrics[name][scorer].mean for name in shown]
        rows.append([scorer, *figures, span(interval), lead and f"{lead.mean:+.3f} ({span(lead)})"])
    return ReportTable(
        "lists",
        "Lists at the test moments",
        f"{report.queries} lists; {report.queries_without_relevant} after which nothing was taken up are "
        "left out. The interval is that of NDCG@10 over creators, the lead the first scorer's paired one.",
        ["scorer", *(name.upper().replace("_AT_", "@") for name in shown), "interval", "lead over it"],
        rows,
    )


def segment_table(report: Report) -> ReportTable:
    """The first scorer in each segment of creators and for each objective."""
    rows = [
        [segment, name.replace("_at_", "@"), ours.mean, span(ours), ours.count]
        for segment, metrics in report.segments.items()
        for name in SHOWN_METRICS
        if name in metrics
        for ours in [metrics[name][OURS]]
    ]
    return ReportTable(
        "segments",
        "Segments (R28) and objectives (R29)",
        "By shoppable videos posted before the moment; over creators.",
        ["segment", "metric", "model", "interval", "creators"],
        rows,
    )


def beyond_table(result: RecommendResult) -> ReportTable:
    """Coverage, novelty, variety, exposure, and who is served."""
    rows = [
        [
            scorer, found.coverage, found.gini, found.novelty.mean, found.variety.mean, found.cold_items.mean,
            span(found.cold_items), found.served.mean, found.new_creators_served.mean,
        ]
        for scorer, found in result.beyond.items()
    ]  # fmt: skip
    return ReportTable(
        "beyond",
        "Beyond accuracy, first ten places",
        "Coverage and Gini over what was on offer; novelty in bits; variety is 1 − cosine of content; cold "
        "items are those nobody had chosen before training; served is the share of whole lists.",
        [
            "scorer",
            "coverage",
            "Gini",
            "novelty",
            "variety",
            "cold items",
            "interval",
            "served",
            "new creators served",
        ],
        rows,
    )


def oracle_table(shares: Shares, seed: int) -> ReportTable:
    """Share of the oracle's expected result by objective, segment and scorer."""
    rows = []
    for objective in CREATOR_OBJECTIVES:
        for segment, of_segment in segments_of(shares).items():
            own = of_segment & shares.made_for(objective)
            for scorer in shares.by_judge[objective]:
                share = shares.of(objective, scorer, own, seed)
                rows.append([objective, segment, scorer, share.mean, span(share), share.count])
    return ReportTable(
        "oracle",
        "Share of the oracle's expected result, ten items",
        "Mean over creators, of a creator at several moments the mean. Creators to whom nothing is expected "
        "to bring anything are left out, such as those who do not sell for GMV.",
        ["objective", "segment", "scorer", "share", "interval", "creators"],
        rows,
    )


def cross_table(shares: Shares, seed: int) -> ReportTable:
    """What lists made for one objective bring of the other."""
    rows = []
    for made_for in CREATOR_OBJECTIVES:
        found = [shares.of(judge, OURS, shares.made_for(made_for), seed) for judge in CREATOR_OBJECTIVES]
        rows.append([made_for, *(cell for share in found for cell in (share.mean, span(share)))])
    columns = [f"of {judge}{end}" for judge in CREATOR_OBJECTIVES for end in ("", " interval")]
    return ReportTable(
        "cross",
        "Lists made for one objective, judged by each",
        "Share of the oracle's expected result for the objective that judges.",
        ["made for", *columns],
        rows,
    )


def new_table(shares: Shares, seed: int) -> ReportTable:
    """New creators' share of the oracle beside that of creators with history."""
    rows = []
    for objective in CREATOR_OBJECTIVES:
        ratio = shares.new_to_others(objective, OURS, seed)
        rows.append([objective, ratio.mean, span(ratio), ratio.count])
    return ReportTable(
        "new",
        f"New creators ({SEGMENTS[0]}) beside those with history",
        "The model's share of the oracle's result for new creators over its share for the others.",
        ["objective", "ratio", "interval", "new creators"],
        rows,
    )


def factor_table(result: RecommendResult) -> ReportTable:
    """What each factor of the rankers was learnt from."""
    rows: list[list[object]] = []
    for objective, ranker in result.fitted.rankers.items():
        for name, (size, above) in ranker.learnt_from.items():
            rows.append([objective, name, size, above, len(ranker.curves[name]), ""])
        left_out = ranker.skipped.items()
        rows += [[objective, name, None, None, None, f"left out: {why}"] for name, why in left_out]
    return ReportTable(
        "factors",
        "Factors of the expected result",
        "Rows learnt from, those above 0, and rounds that validation looked at.",
        ["objective", "factor", "rows", "above 0", "rounds", "note"],
        rows,
    )


def trial_table(result: RecommendResult) -> ReportTable:
    """Every trial of the search for retrieval's settings."""
    names = sorted({name for trial in result.fitted.tuned.trials for name in trial.settings})
    rows = [
        [trial.number, trial.value, *(trial.settings.get(name) for name in names), trial.seconds]
        for trial in result.fitted.tuned.trials
    ]
    return ReportTable(
        "trials",
        "Search for retrieval's settings",
        "The value is recall of the blend's first places on validation; the first trial is as configured.",
        ["trial", "recall", *names, "seconds"],
        rows,
    )


def span(interval: Interval) -> str:
    """Low to high; a dash where there is none."""
    return "–" if np.isnan(interval.low) else f"{interval.low:.3f} to {interval.high:.3f}"


def figures_of(result: RecommendResult, seed: int) -> dict[str, float]:
    """Figures that the evaluation report does not hold, by name, for tracking."""
    figures: dict[str, float] = {"parity.same_lists": result.fitted.parity.same_lists}
    for scorer, found in result.beyond.items():
        for name, value in asdict(found).items():
            figures[f"{name}.{scorer}"] = value["mean"] if isinstance(value, dict) else value
    if result.shares is None:
        return figures
    for objective in CREATOR_OBJECTIVES:
        own = result.shares.made_for(objective)
        for segment, rows in segments_of(result.shares).items():
            name = f"oracle_share.{objective}.{segment.replace(' ', '_')}"
            figures[name] = result.shares.of(objective, OURS, own & rows, seed).mean
        figures[f"new_to_others.{objective}"] = result.shares.new_to_others(objective, OURS, seed).mean
    return figures
