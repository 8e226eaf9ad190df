"""What earlier impressions say about a video, an author, a tag, a user, or a pair of them."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Floats, Ints
from training.feed.past import Past
from training.feed.reading import Feed, Impressions, Outcome

Columns = dict[str, Array]
"""Feature columns by name, one value a row."""
ENGAGED: tuple[Outcome, ...] = ("is_like", "is_follow", "is_comment", "is_forward")
MAIN_TAB = 1
"""The tab with three quarters of all impressions."""
USUAL_DURATION_MS = 30_000.0
GLOBAL_WEIGHT = 100
TAB_WEIGHT = 20


@dataclass(frozen=True)
class Signals:
    """One value per impression under each name; `rates` are shrunk to the log's mean so far, `lifts` to 0."""

    rates: Columns
    lifts: Columns


def signals(feed: Feed) -> Signals:
    """What each impression tells later ones.

    A lift is the outcome minus the mean so far of its tab: some tabs hardly ever see a long view, and a video
    is not worse for having been shown there.
    """
    shown = feed.impressions
    long_view, click = shown.outcomes["long_view"].astype(float), shown.outcomes["is_click"].astype(float)
    engaged = np.any([shown.outcomes[name] for name in ENGAGED], axis=0)
    rates = {
        "long_rate": long_view,
        "click_rate": click,
        "engaged_rate": engaged.astype(float),
        "watched_share": watched_share(feed),
        "main_tab_share": (shown.tab == MAIN_TAB).astype(float),
    }
    lifts = {
        "long_lift": long_view - expected(long_view, shown),
        "click_lift": click - expected(click, shown),
    }
    return Signals(rates, lifts)


def watched_share(feed: Feed) -> Floats:
    """Play time over the video's duration, at most 2 (watched twice)."""
    duration = feed.videos["video_duration"][feed.impressions.video]
    duration = np.where(np.isnan(duration), USUAL_DURATION_MS, duration)
    return np.minimum(feed.impressions.played_ms / duration, 2)


def expected(values: Floats, shown: Impressions) -> Floats:
    """Mean of the values in the impression's tab before it, shrunk to the mean of all before it."""
    overall = mean_so_far(values, shown, shown.time_ms)
    past = Past(shown.tab, shown.time_ms)
    total = past.total(values, shown.tab, shown.time_ms)
    return (total + TAB_WEIGHT * overall) / (past.count(shown.tab, shown.time_ms) + TAB_WEIGHT)


def mean_so_far(values: Floats, shown: Impressions, before: Ints) -> Floats:
    """Mean over all impressions earlier than each moment; one half, weakly held, before there are any."""
    past = Past(np.zeros_like(shown.time_ms), shown.time_ms)
    everything = np.zeros_like(before)
    total = past.total(values, everything, before)
    return (total + GLOBAL_WEIGHT * 0.5) / (past.count(everything, before) + GLOBAL_WEIGHT)


def earlier(
    name: str, feed: Feed, told: Signals, keys: tuple[Ints, Ints], as_of: Ints, weight: float
) -> Columns:
    """Columns `{name}_shown`, `{name}_long_rate` …: earlier impressions under the same key.

    `keys` are those of the events and of the rows. Rates are shrunk as if `weight` average impressions had
    been seen before.
    """
    of_events, of_rows = keys
    shown = feed.impressions
    past = Past(of_events, shown.time_ms)
    seen = past.count(of_rows, as_of)
    long_views = past.total(shown.outcomes["long_view"], of_rows, as_of)
    columns: Columns = {f"{name}_shown": seen, f"{name}_long_views": long_views}
    for signal, values in told.rates.items():
        prior = weight * mean_so_far(values, shown, as_of)
        columns[f"{name}_{signal}"] = (past.total(values, of_rows, as_of) + prior) / (seen + weight)
    for signal, values in told.lifts.items():
        columns[f"{name}_{signal}"] = past.total(values, of_rows, as_of) / (seen + weight)
    return columns
