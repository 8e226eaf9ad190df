"""What a run of the feed recipe leaves in MLflow."""

from training import track
from training.feed.reading import fingerprints
from training.feed.stages import TWO_STAGE, CatalogueResult
from training.recipes.feed import MODEL, FeedExperiment, FeedResult


def record(experiment: FeedExperiment, result: FeedResult, uri: str) -> str:
    """The run in MLflow at `uri`: settings, inputs, every figure, the booster; returns the run's id."""
    with track.run(MODEL, uri) as tracked:
        tracked.params(experiment.model_dump(mode="json"))
        tracked.inputs(fingerprints(experiment.folder))
        tracked.report(result.report.report)
        tracked.metrics(catalogue_metrics(result.catalogue))
        for name, curve in result.curves.items():
            tracked.curve(name, curve)
        tracked.booster(MODEL, result.proven.booster)
        tracked.booster(TWO_STAGE, result.catalogue.proven.booster)
        return tracked.run_id


def catalogue_metrics(result: CatalogueResult) -> dict[str, float]:
    """Means by name: `catalogue.ndcg_at_5.als` …"""
    figures = {**result.report.metrics, **result.recall}
    return {
        f"catalogue.{metric}.{name}": interval.mean
        for metric, scorers in figures.items()
        for name, interval in scorers.items()
    }
