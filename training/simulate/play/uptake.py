"""What recommendations came to: totals by policy over seeds, beside the oracle's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recsys.arrays import Floats
from recsys.evaluation import Interval
from training.simulate.play.figures import over_seeds, ratio_of_totals
from training.simulate.play.shown_log import ShownLog

NOTHING = Interval(float("nan"), float("nan"), float("nan"), 0)


@dataclass(frozen=True)
class Uptake:
    """One policy over all seeds. Counts and amounts (minor units) are means a seed; intervals over seeds."""

    products_shown: float
    products_adopted: float
    adoption_rate: float
    """Share of the shown products that were showcased; NaN where none was shown."""
    recommended_gmv: Interval
    """What the videos with adopted products brought; beside the GMV of deliveries, no part of it."""
    expected_gmv: Interval
    """The truth's mean of it when the products were shown."""
    share: Interval
    """Total recommended GMV over the reference's, seeds paired."""
    expected_share: Interval
    videos_shown: float
    videos_watched: float
    videos_created: float
    """Videos made with the hook of one that was shown."""
    created_gmv: float
    """What they brought."""


def uptake_of(logs: Mapping[str, Sequence[ShownLog]], reference: str) -> dict[str, Uptake]:
    """Every policy's uptake; shares are of the `reference` policy, NaN where there is nothing to compare."""
    products = {name: [log.take(~log.is_video) for log in found] for name, found in logs.items()}
    videos = {name: [log.take(log.is_video) for log in found] for name, found in logs.items()}
    best = products.get(reference, [])
    return {name: _uptake(products[name], videos[name], best) for name in logs}


def _uptake(products: Sequence[ShownLog], videos: Sequence[ShownLog], best: Sequence[ShownLog]) -> Uptake:
    shown, seen = ShownLog.joined(products), ShownLog.joined(videos)
    return Uptake(
        products_shown=len(shown) / len(products),
        products_adopted=float(shown.adopted.sum()) / len(products),
        adoption_rate=float(shown.adopted.mean()) if len(shown) else float("nan"),
        recommended_gmv=_total(products, "gmv"),
        expected_gmv=_total(products, "expected_gmv"),
        share=_share(products, best, "gmv"),
        expected_share=_share(products, best, "expected_gmv"),
        videos_shown=len(seen) / len(videos),
        videos_watched=float(seen.noticed.sum()) / len(videos),
        videos_created=float(seen.adopted.sum()) / len(videos),
        created_gmv=float(seen.gmv.sum()) / len(videos),
    )


def _sums(logs: Sequence[ShownLog], column: str) -> Floats:
    return np.array([getattr(log, column).sum() for log in logs], np.float64)


def _total(logs: Sequence[ShownLog], column: str) -> Interval:
    return over_seeds(_sums(logs, column))


def _share(ours: Sequence[ShownLog], best: Sequence[ShownLog], column: str) -> Interval:
    theirs = _sums(best, column)
    return ratio_of_totals(_sums(ours, column), theirs) if theirs.sum() > 0 else NOTHING
