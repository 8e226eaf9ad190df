"""The plot of plays: GMV week by week, and what it came to."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recsys.arrays import Floats
from training.simulate.play.figures import Figures, Plays
from training.simulate.play.log import Log
from training.simulate.play.uptake import Uptake

SIZE = (10.4, 4.4)
WIDE = (15.6, 4.4)


def plot(plays: Plays, figures: dict[str, Figures], uptake: dict[str, Uptake], reference: str) -> Figure:
    """Expected GMV so far, mean over seeds with their range; shares of the reference's; recommended GMV's."""
    figure = Figure(WIDE if uptake else SIZE, layout="constrained")
    by_week, by_share, *others = figure.subplots(1, 3 if uptake else 2)
    for axes in others:
        _recommended(axes, uptake, reference)
    for policy, logs in plays.items():
        sums = np.array([_so_far(log) for log in logs]) / 100
        weeks = np.arange(1, sums.shape[1] + 1)
        (line,) = by_week.plot(weeks, sums.mean(axis=0), label=policy)
        by_week.fill_between(weeks, sums.min(axis=0), sums.max(axis=0), color=line.get_color(), alpha=0.15)
    by_week.set(title="expected GMV so far", xlabel="week", ylabel="major units; band: all seeds")
    by_week.legend()
    _shares(by_share, figures, reference)
    return figure


def _shares(axes: Axes, figures: dict[str, Figures], reference: str) -> None:
    for place, found in enumerate(figures.values()):
        for offset, share, label in (
            (-0.17, found.share, "realised"),
            (0.17, found.expected_share, "expected"),
        ):
            color = "tab:blue" if label == "realised" else "tab:orange"
            axes.barh(place + offset, share.mean, 0.3, color=color, label=label if place == 0 else None)
            if not np.isnan(share.low):
                axes.plot([share.low, share.high], [place + offset] * 2, color="black", linewidth=1)
    axes.set_yticks(range(len(figures)), list(figures))
    axes.axvline(0.9, color="grey", linewidth=1, linestyle="--")
    axes.invert_yaxis()
    axes.set(title=f"GMV over that of {reference}", xlabel="share, with 95 % interval over seeds")
    axes.legend()


def _recommended(axes: Axes, uptake: dict[str, Uptake], reference: str) -> None:
    names = list(uptake)
    axes.barh(names, [found.expected_share.mean for found in uptake.values()], color="tab:orange")
    axes.set(title=f"recommended GMV over that of {reference}", xlabel="share, expected", xlim=(0, 1.05))
    for place, found in enumerate(uptake.values()):
        axes.text(0.02, place, f"{found.adoption_rate:.1%} adopted", va="center")
    axes.invert_yaxis()


def _so_far(log: Log) -> Floats:
    return np.asarray(np.cumsum(np.bincount(log.week, weights=log.expected_gmv)))
