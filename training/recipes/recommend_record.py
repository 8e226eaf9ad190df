"""Recording a run of products or inspiration in MLflow, and the gate: champion or challenger."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from features.recommending.matrix import ITEM_FEATURES
from recsys.arrays import Floats
from recsys.bundle import Bundle
from recsys.files import write_atomic
from training import plots, track
from training.gate import CUTOFF, Champion, Verdict, decide_by
from training.recipes.recommend import OURS, Done, RecommendExperiment, RecommendResult, run
from training.recipes.recommend_tables import figures_of, tables_of
from training.recipes.recorded import Recorded, announce, champion_of, gate_metrics
from training.recommending.evaluation import Lists, lists_of, mean_by_creator, values_of
from training.recommending.recommender import Recommender
from training.report import ReportTable, html_report
from training.tuning import Trial

EXAMPLE_ROWS = 5
TITLES = {"products": "Products for creators", "inspiration": "Inspiration videos for creators"}


def tracked(
    experiment: RecommendExperiment, source: str | Path, out: Path, done: Done, uri: str
) -> tuple[RecommendResult, Recorded]:
    """`run` as an MLflow run at `uri` with each trial as a run below it; then the gate on the bundle."""
    champion = champion_of(uri, experiment.surface)
    with track.run(experiment.surface, uri) as recorded:
        recorded.params(experiment.model_dump(mode="json"))
        result = run(experiment, source, out, done, lambda trial: record_trial(recorded, trial))
        verdict = judge(result, champion, experiment.seed)
        report, version = record(recorded, result, verdict, experiment)
    announce(version, verdict, uri)
    return result, Recorded(recorded.run_id, version, verdict, report)


def record_trial(recorded: track.Run, trial: Trial) -> None:
    """One trial as a run of its own."""
    with recorded.nested(f"retrieval {trial.number}") as child:
        child.params(trial.settings)
        child.metrics({"valid_recall": trial.value, "seconds": trial.seconds})


def judge(result: RecommendResult, champion: Champion, seed: int) -> Verdict:
    """Ask the champion's bundle for the same lists, and compare NDCG@10 over the same creators."""

    def theirs(bundle: Bundle) -> Floats:
        asked = lists_of({OURS: Recommender.of(bundle)}, result.prepared, CUTOFF)
        return ndcg_by_creator(asked, result)

    names = tuple(ITEM_FEATURES[result.prepared.surface])
    return decide_by(ndcg_by_creator(result.lists, result), champion, theirs, names, seed)


def ndcg_by_creator(lists: Lists, result: RecommendResult) -> Floats:
    """(creators,): mean NDCG at the gate's cutoff of each creator's lists; by id."""
    ours = Lists(lists.asked, {OURS: lists.places[OURS]})
    values = values_of(ours, result.prepared, (CUTOFF,))[f"ndcg_at_{CUTOFF}"][OURS]
    return mean_by_creator(values, lists.asked, np.ones(len(lists.asked), np.bool_))


def record(
    recorded: track.Run, result: RecommendResult, verdict: Verdict, experiment: RecommendExperiment
) -> tuple[Path, track.Version]:
    """Everything that was found, and the bundle as the next version; also writes the report."""
    tables, figures = tables_of(result, experiment.seed), plots_of(result)
    report = write_report(result, verdict, tables, figures)
    recorded.inputs(result.data)
    recorded.report(result.report)
    recorded.metrics(figures_of(result, experiment.seed) | gate_metrics(verdict))
    for objective, ranker in result.fitted.rankers.items():
        for name, curve in ranker.curves.items():
            recorded.curve(f"{objective}.{name}", curve)
        recorded.booster(f"rank_{objective}", result.fitted.graphs[f"rank_{objective}"].booster)
    for name, figure in figures.items():
        recorded.figure(name.replace(" ", "_"), figure)
    for table in tables:
        recorded.table(table.slug, table.by_column())
    recorded.text("report.html", report.read_text("utf-8"))
    example, ranks = result.fitted.rows[:EXAMPLE_ROWS], "rank_gmv"
    scores = result.fitted.graphs[ranks].score(example)
    return report, recorded.model(experiment.surface, result.bundle, example, scores, ranks)


def plots_of(result: RecommendResult) -> dict[str, Figure]:
    """The plots by name."""
    return {
        f"importance {objective}": plots.importance(ranker.importance, f"What ranks for {objective}")
        for objective, ranker in result.fitted.rankers.items()
    }


def write_report(
    result: RecommendResult, verdict: Verdict, tables: Sequence[ReportTable], figures: Mapping[str, Figure]
) -> Path:
    """`<bundle>.html`, beside the bundle."""
    moments = result.prepared.moments
    facts = {
        "bundle": result.bundle.name,
        "gate": ("promoted: " if verdict.promote else "refused: ") + verdict.reason,
        "seed": result.bundle.facts.seed,
        "code": result.bundle.facts.code_version,
        "learnt at": ", ".join(f"{at:%Y-%m-%d}" for at in moments.known),
        "tested at": ", ".join(f"{at:%Y-%m-%d}" for at in moments.test),
        "features": len(result.bundle.facts.feature_names),
    }
    page = html_report(TITLES[result.prepared.surface], facts, tables, figures)
    path = result.bundle.path.with_name(f"{result.bundle.name}.html")
    write_atomic(path, page)
    return path
