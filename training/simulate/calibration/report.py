"""A simulated world beside the real sets: a table of distances, and every marginal as a plot."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recsys.arrays import Floats
from training.report import ReportTable, html_report
from training.simulate.calibration.measures import MEASURES, Marginal, marginals

QUANTILES = (0.1, 0.5, 0.9)
WANTED = 0.1
"""The distance a calibrated marginal is to stay within."""
POINTS = np.linspace(0.005, 0.995, 199)
"""Levels at which a curve is drawn."""
OVERVIEW_DPI = 70
COLUMNS = (
    "measure",
    "group",
    "n",
    "p10",
    "p50",
    "p90",
    "real n",
    "p10",
    "p50",
    "p90",
    "distance",
    "by chance",
)


@dataclass(frozen=True)
class Line:
    """One group of one measure, simulated beside real."""

    measure: str
    group: str
    simulated_n: int
    simulated: tuple[float, ...]
    """At QUANTILES."""
    real_n: int
    real: tuple[float, ...]
    distance: float
    """Kolmogorov–Smirnov: the greatest difference between the two cumulative shares, 0 to 1."""
    by_chance: float
    """The median distance of two samples of these sizes from one distribution."""
    within: bool
    """Whether the distance is at most WANTED."""


@dataclass(frozen=True)
class Calibration:
    """Everything measured in a world and in the real sets."""

    marginals: Sequence[Marginal]

    @classmethod
    def of(cls, world: Path, real: Path) -> "Calibration":
        """Measured in a world's tables and in the real sets; raises TableError for missing files."""
        return cls(marginals(world, real))

    def lines(self) -> list[Line]:
        """One line for each measure and group."""
        return [_line(marginal) for marginal in self.marginals]

    def page(self, world: Path) -> str:
        """A self-contained HTML page."""
        lines = self.lines()
        beyond = [f"{line.measure}, {line.group}" for line in lines if not line.within]
        facts = {
            "world": world.name,
            "marginals": len(lines),
            f"within {WANTED}": sum(line.within for line in lines),
            "beyond": "; ".join(beyond) or "none",
        }
        return html_report("Simulated beside real", facts, [_table(lines)], self.figures())

    def figures(self) -> dict[str, Figure]:
        """One figure per measure, with its groups side by side."""
        return {name: _side_by_side(name, parts) for name, parts in self._by_measure().items()}

    def overview(self) -> Figure:
        """Every measure in one picture: real as a line, simulated as a dashed one, groups by colour."""
        parts = self._by_measure()
        rows = -(-len(parts) // 4)
        figure = Figure((14, 3.1 * rows), layout="constrained")
        panels = figure.subplots(rows, 4, squeeze=False).ravel()
        for axes, (name, groups) in zip(panels, parts.items(), strict=False):
            _together(axes, name, groups)
        for axes in panels[len(parts) :]:
            axes.set_axis_off()
        return figure

    def save_overview(self, path: Path) -> None:
        """The overview as a picture; the file's name says whether as PNG or SVG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.overview().savefig(path, dpi=OVERVIEW_DPI)

    def _by_measure(self) -> dict[str, list[Marginal]]:
        found = {name: [part for part in self.marginals if part.measure == name] for name in MEASURES}
        return {name: parts for name, parts in found.items() if parts}


def _line(marginal: Marginal) -> Line:
    ours, theirs = marginal.simulated, marginal.real
    return Line(
        marginal.measure,
        marginal.group,
        len(ours),
        _at_quantiles(ours),
        len(theirs),
        _at_quantiles(theirs),
        marginal.distance,
        marginal.by_chance,
        marginal.distance <= WANTED,
    )


def _at_quantiles(values: Floats) -> tuple[float, ...]:
    return tuple(np.quantile(values, QUANTILES).tolist())


def row_of(line: Line) -> tuple[object, ...]:
    """A line as a row under COLUMNS."""
    sides = (line.simulated_n, *line.simulated, line.real_n, *line.real)
    return (line.measure, line.group, *sides, line.distance, line.by_chance)


def _table(lines: Sequence[Line]) -> ReportTable:
    note = (
        "Quantiles of what is simulated and of what is real, and the two-sample Kolmogorov–Smirnov distance."
        " “By chance” is the median distance of two samples of these sizes from one distribution; videos of"
        " one creator resemble each other, so where videos are counted chance does more."
    )
    rows = [(*row_of(line), "" if line.within else f"beyond {WANTED}") for line in lines]
    return ReportTable("marginals", "Distances", note, (*COLUMNS, "remark"), rows)


def _side_by_side(name: str, parts: Sequence[Marginal]) -> Figure:
    figure = Figure((2.9 * len(parts) + 0.6, 2.9), layout="constrained")
    for axes, part in zip(figure.subplots(1, len(parts), squeeze=False)[0], parts, strict=True):
        _curve(axes, part.real, "black", "-", "real")
        _curve(axes, part.simulated, "tab:orange", "--", "simulated")
        axes.set(title=f"{part.group}: {part.distance:.3f}", xscale="log")
        axes.legend(fontsize="small")
    figure.supxlabel(name)
    return figure


def _together(axes: Axes, name: str, parts: Sequence[Marginal]) -> None:
    # Groups have an order, so their colours have one too.
    for part, color in zip(parts, colormaps["viridis"](np.linspace(0, 0.85, len(parts))), strict=True):
        _curve(axes, part.real, color, "-", part.group)
        _curve(axes, part.simulated, color, "--", None)
    worst = max(part.distance for part in parts)
    axes.set(title=f"{name}: at most {worst:.2f}", xscale="log", ylim=(0, 1))
    axes.title.set_fontsize("medium")
    axes.legend(fontsize="x-small")


def _curve(axes: Axes, values: Floats, color: object, style: str, label: str | None) -> None:
    axes.plot(np.quantile(values, POINTS), POINTS, color=color, linestyle=style, linewidth=1.2, label=label)
