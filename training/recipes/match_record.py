"""Recording a match run in MLflow, and the gate: the new version becomes champion or stays challenger."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from matplotlib.figure import Figure

from recsys.files import write_atomic
from training import plots, track
from training.gate import Champion, Verdict, also_found, decide
from training.recipes.match import MODEL, RANK, MatchExperiment, MatchResult
from training.recipes.match_tables import oracle_shares, tables_of
from training.recipes.recorded import Recorded, announce, gate_metrics
from training.report import ReportTable, html_report

EXAMPLE_ROWS = 5


def record(experiment: MatchExperiment, result: MatchResult, champion: Champion, uri: str) -> Recorded:
    """Record the run, register the bundle, and promote it if it beats the champion on the test briefs."""
    scores = result.scores[experiment.ranker.kind]
    better = decide(scores, champion, result.judged.test.judged, experiment.seed)
    verdict = also_found(better, result.first_stage.found, experiment.first_stage.least_recall)
    tables, figures = tables_of(result), plots_of(result)
    report = write_report(result, verdict, tables, figures)
    with track.run(MODEL, uri) as run:
        run.params(experiment.model_dump(mode="json"))
        run.inputs(result.data)
        example = result.judged.test.judged.features[:EXAMPLE_ROWS]
        version = run.model(MODEL, result.bundle, example, scores[:EXAMPLE_ROWS])
        record_numbers(run, result, verdict)
        for name, figure in figures.items():
            run.figure(name.replace(" ", "_"), figure)
        for table in tables:
            run.table(table.slug, table.by_column())
        run.text("report.html", report.read_text("utf-8"))
    announce(version, verdict, uri)
    return Recorded(run.run_id, version, verdict, report)


def record_numbers(run: track.Run, result: MatchResult, verdict: Verdict) -> None:
    """Metrics, the learning curve and the boosters."""
    run.report(result.report)
    run.metrics(metrics_of(result, verdict))
    run.curve(RANK, result.fitted.curve)
    for name, proven in result.fitted.graphs.items():
        run.booster(name, proven.booster)


def metrics_of(result: MatchResult, verdict: Verdict) -> dict[str, float]:
    """What the evaluation report lacks: outcomes, shares of the oracle, the first stage, counts, the gate."""
    metrics = {
        f"{outcome}.{name}": value
        for outcome, report in result.outcomes.models.items()
        for name, value in asdict(report).items()
    }
    metrics |= {f"oracle_share.{name}": share for name, share in oracle_shares(result.report).items()}
    metrics |= {
        f"first_stage_recall.{name}": recall.mean
        for name, recall in result.first_stage.recall.items()
        if recall.count
    }
    metrics |= {f"briefs.{period}": count for period, count in result.judged.briefs.items()}
    return metrics | gate_metrics(verdict)


def plots_of(result: MatchResult) -> dict[str, Figure]:
    """The plots by name."""
    curves = {f"P({name})": curve for name, curve in result.outcomes.reliability.items()}
    return {
        "learning curve": plots.learning_curve(result.fitted.curve, "Learning curve of the ranker"),
        "importance": plots.importance(result.fitted.importance, "What the ranker looks at"),
        "reliability": plots.reliability(curves, "Reliability on test rows"),
        "exposure": plots.exposure(result.report.exposure, "Exposure by follower tier"),
    }


def write_report(
    result: MatchResult, verdict: Verdict, tables: Sequence[ReportTable], figures: Mapping[str, Figure]
) -> Path:
    """`<bundle>.html`, beside the bundle."""
    facts = {
        "bundle": result.bundle.name,
        "gate": ("promoted: " if verdict.promote else "refused: ") + verdict.reason,
        "seed": result.bundle.facts.seed,
        "code": result.bundle.facts.code_version,
        "trees": result.fitted.graphs[RANK].booster.num_trees(),
        "features": len(result.bundle.facts.feature_names),
    }
    page = html_report("Creators for a brief", facts, tables, figures)
    path = result.bundle.path.with_name(f"{result.bundle.name}.html")
    write_atomic(path, page)
    return path
