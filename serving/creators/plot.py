"""A creator's daily history as a picture: the one module of serving that draws, loaded on request only."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, PercentFormatter

from recsys.arrays import Array, Floats
from recsys.errors import ConfigError, RequestError
from recsys.files import write_atomic
from serving.creators.profile import CreatorProfile, History

Values: TypeAlias = Sequence[float | None]
FORMATS = {".png": "png", ".svg": "svg"}
SIZE = (9.0, 7.0)
COLORS = {"followers": "#1f77b4", "views": "#2a7f3f", "engagement rate": "#b3541e"}


def draw(profile: CreatorProfile, path: Path) -> None:
    """Write followers, views and engagement rate by day as PNG or SVG; the same profile, the same bytes.

    Raises ConfigError for another suffix, RequestError for a profile without history.
    """
    if path.suffix not in FORMATS:
        raise ConfigError(f"expected a file name that ends in {' or '.join(FORMATS)}, found {path}")
    if profile.history is None:
        raise RequestError(f"nothing to draw: {'; '.join(profile.degraded)}")
    # Without a salt, the ids inside an SVG are random.
    with rc_context({"svg.hashsalt": "creator-recsys", "svg.fonttype": "none", "date.converter": "concise"}):
        sink, dated = BytesIO(), {"Date": None} if path.suffix == ".svg" else None
        _figure(profile, profile.history).savefig(sink, format=FORMATS[path.suffix], dpi=120, metadata=dated)
    write_atomic(path, sink.getvalue())


def _figure(profile: CreatorProfile, history: History) -> Figure:
    figure = Figure(SIZE, layout="constrained")
    who = f"Creator {profile.creator_id}, {profile.category}, {profile.market}"
    figure.suptitle(f"{who}, {history.first_day} to {history.last_day} by UTC day")
    panels = figure.subplots(3, 1, sharex=True)
    days = _days(history)
    _line(panels[0], days, history.followers, "followers")
    _bars(panels[1], days, history.views, "views")
    _line(panels[2], days, history.engagement_rate, "engagement rate")
    panels[0].yaxis.set_major_formatter(EngFormatter(sep=""))
    panels[1].yaxis.set_major_formatter(EngFormatter(sep=""))
    panels[2].yaxis.set_major_formatter(PercentFormatter(1, decimals=1))
    panels[2].set_xlim(days[0], days[-1])
    return figure


def _days(history: History) -> Array:
    first = np.datetime64(history.first_day, "D")
    return first + np.arange(len(history.followers))


def _line(axes: Axes, days: Array, values: Values, name: str) -> None:
    """A line that breaks where nothing is known."""
    axes.plot(days, _known(values), color=COLORS[name])
    _label(axes, name)


def _bars(axes: Axes, days: Array, values: Values, name: str) -> None:
    axes.bar(days, _known(values), width=1.0, color=COLORS[name])
    axes.set_ylim(bottom=0)
    _label(axes, name)


def _known(values: Values) -> Floats:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _label(axes: Axes, name: str) -> None:
    axes.set_ylabel(name)
    axes.grid(visible=True, axis="y", alpha=0.3)
