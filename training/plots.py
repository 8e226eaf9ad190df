"""Plots of a training run, drawn without a display."""

from collections.abc import Mapping, Sequence
from statistics import fmean

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from recsys.vocabulary import TIERS
from training.calibration import Reliability

SIZE = (6.4, 4.0)
SQUARE = (5.2, 5.2)
MOST_FEATURES = 25


def learning_curve(points: Sequence[Mapping[str, float]], title: str) -> Figure:
    """Each metric by round; one dict a round, as `LambdaMart.curve_`."""
    figure = Figure(SIZE, layout="constrained")
    axes = figure.subplots()
    for name in (name for name in points[0] if name != "round"):
        axes.plot([point["round"] for point in points], [point[name] for point in points], label=name)
    means = [fmean(value for name, value in point.items() if name != "round") for point in points]
    best = points[int(np.argmax(means))]["round"]
    axes.axvline(best, color="grey", linewidth=1, linestyle="--", label=f"best: {best:.0f} trees")
    axes.set(title=title, xlabel="trees", ylabel="on validation queries")
    axes.legend()
    return figure


def importance(gains: Mapping[str, float], title: str) -> Figure:
    """The features whose splits gained most, as shares of all gain."""
    total = sum(gains.values()) or 1.0
    largest = sorted(gains.items(), key=lambda item: item[1])[-MOST_FEATURES:]
    figure = Figure((6.4, 0.8 + 0.22 * len(largest)), layout="constrained")
    axes = figure.subplots()
    axes.barh([name for name, _ in largest], [gain / total for _, gain in largest])
    axes.set(title=title, xlabel="share of total gain")
    axes.margins(y=0.01)
    return figure


def reliability(curves: Mapping[str, Reliability], title: str) -> Figure:
    """What was said against what happened, per model; perfect is the diagonal."""
    figure = Figure(SQUARE, layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, linestyle="--")
    for name, curve in curves.items():
        axes.plot(curve.predicted, curve.observed, marker="o", label=f"{name}, ECE {curve.error:.3f}")
    axes.set(title=title, xlabel="predicted probability", ylabel="share that happened", aspect="equal")
    axes.legend()
    return figure


def exposure(shares: Mapping[str, Mapping[str, float]], title: str) -> Figure:
    """Per scorer the share of shown places that each follower tier holds (R21)."""
    figure = Figure(SIZE, layout="constrained")
    axes = figure.subplots()
    left = np.zeros(len(shares))
    # Tiers have an order, so their colours have one too.
    for tier, color in zip(TIERS, colormaps["viridis_r"](np.linspace(0.1, 1, len(TIERS))), strict=True):
        widths = np.array([of_tier.get(tier, 0.0) for of_tier in shares.values()])
        axes.barh(list(shares), widths, left=left, label=tier, color=color)
        left += widths
    axes.invert_yaxis()
    axes.set(title=title, xlabel="share of places", xlim=(0, 1))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=len(TIERS))
    return figure
