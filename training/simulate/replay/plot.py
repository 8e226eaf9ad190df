"""Estimates with their intervals against the truth."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recsys.off_policy import Estimate
from training.simulate.replay.run import Valued


def against_truth(valued: Sequence[Valued], target: str) -> Figure:
    """A panel for each reward and estimator of one target; intervals that miss the truth are red."""
    of_target = [one for one in valued if one.target == target]
    rewards = list(dict.fromkeys(one.reward for one in of_target))
    estimators = list(dict.fromkeys(one.estimator for one in of_target))
    figure = Figure((3.2 * len(estimators), 3.0 * len(rewards)), layout="constrained")
    panels = figure.subplots(len(rewards), len(estimators), squeeze=False)
    for row, reward in zip(panels, rewards, strict=True):
        for axes, estimator in zip(row, estimators, strict=True):
            shown = [one for one in of_target if (one.reward, one.estimator) == (reward, estimator)]
            _panel(axes, shown, f"{estimator} of {reward}")
    figure.suptitle(f"Value of the policy {target!r} from another policy's log: estimate against truth")
    return figure


def _panel(axes: Axes, shown: Sequence[Valued], title: str) -> None:
    for one in shown:
        if isinstance(one.answer, Estimate):
            each = one.answer.interval
            color = "tab:blue" if each.low <= one.truth <= each.high else "tab:red"
            axes.plot([one.truth, one.truth], [each.low, each.high], color=color, linewidth=0.8)
            axes.plot(one.truth, each.mean, ".", color=color, markersize=4)
    refused = sum(not isinstance(one.answer, Estimate) for one in shown)
    truths = [one.truth for one in shown]
    axes.plot([min(truths), max(truths)], [min(truths), max(truths)], color="grey", linewidth=1)
    axes.set(title=f"{title}\n{refused} of {len(shown)} refused", xlabel="truth", ylabel="estimate")
