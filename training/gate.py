"""The gate: a challenger becomes champion if it ranks better on the same queries, beyond chance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recsys.arrays import Features, Floats, Scores
from recsys.bundle import Bundle
from recsys.errors import BundleError
from recsys.evaluation import Interval, paired_difference, per_query
from recsys.judged import Judged
from recsys.metrics import ndcg
from training.export.running import open_graph

CUTOFF = 10
Champion = Bundle | BundleError | None
"""What is in service: its bundle, or why that cannot be opened; None before the first."""
BY_HAND = "promote by hand if this version should replace it"


@dataclass(frozen=True)
class Verdict:
    """Whether the challenger is promoted, why, and by how much NDCG@10 it differs where that was measured."""

    promote: bool
    reason: str
    difference: Interval | None = None


def decide(challenger: Scores, champion: Champion, judged: Judged, seed: int) -> Verdict:
    """Compare a challenger's scores of test rows with those the champion's graph gives the same rows."""

    def theirs(bundle: Bundle) -> Floats:
        return per_query(champion_scores(bundle, judged), judged, ndcg, CUTOFF)

    ours = per_query(challenger, judged, ndcg, CUTOFF)
    return decide_by(ours, champion, theirs, judged.feature_names, seed)


def decide_by(
    ours: Floats,
    champion: Champion,
    theirs: Callable[[Bundle], Floats],
    feature_names: Sequence[str],
    seed: int,
) -> Verdict:
    """Compare NDCG@10 of the same queries; `feature_names` are those that are computed today.

    Promoted if there is no champion, or if the whole paired bootstrap interval of the difference in NDCG@10
    is above 0. A champion that cannot be opened, or needs features which are not computed any more, cannot be
    compared: the challenger is refused, and a person decides.
    """
    if champion is None:
        return Verdict(promote=True, reason="the first version: there is no champion to beat")
    if isinstance(champion, BundleError):
        return Verdict(promote=False, reason=f"cannot be compared with the champion: {champion}; {BY_HAND}")
    unknown = [name for name in champion.facts.feature_names if name not in feature_names]
    if unknown:
        return Verdict(
            promote=False,
            reason=f"cannot be compared with the champion {champion.name}, which needs features that are not "
            f"computed any more: {', '.join(unknown)}; {BY_HAND}",
        )
    difference = paired_difference(ours, theirs(champion), seed)
    return Verdict(difference.above_zero, _reason(difference, champion), difference)


def also_found(verdict: Verdict, recall: Interval, least: float) -> Verdict:
    """The verdict, but refused where the ranker's first stage misses too many of its best creators.

    Where nothing could be measured, since every market is small, no first stage is needed.
    """
    if np.isnan(recall.mean) or recall.mean >= least:
        return verdict
    reason = (
        f"the first stage finds {recall.mean:.3f} ({recall.low:.3f} to {recall.high:.3f}) of the ranker's "
        f"best creators for {recall.count} test briefs, expected ≥ {least:g}; {BY_HAND}"
    )
    return replace(verdict, promote=False, reason=reason)


def champion_scores(champion: Bundle, judged: Judged) -> Scores:
    """Raw scores of the champion's whole graph, given its own features in its own order."""
    graph = champion.files[champion.facts.models["rank"].graph]
    return open_graph(graph)(columns(judged, champion.facts.feature_names))


def columns(judged: Judged, names: tuple[str, ...]) -> Features:
    """The features of these names, in this order."""
    places = [judged.feature_names.index(name) for name in names]
    return np.ascontiguousarray(judged.features[:, places])


def _reason(difference: Interval, champion: Bundle) -> str:
    measured = (
        f"NDCG@{CUTOFF} differs by {difference.mean:+.4f} ({difference.low:+.4f} to {difference.high:+.4f}) "
        f"from the champion {champion.name} on {difference.count} test queries"
    )
    return f"{measured}: better" if difference.above_zero else f"{measured}: not surely better"
