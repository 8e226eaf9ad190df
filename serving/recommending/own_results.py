"""A creator's own numbers (R33): totals with their trends, and the videos as a table that can be sorted."""

from typing import Literal

import numpy as np
from pydantic import computed_field

from recsys.errors import RequestError
from recsys.snapshot import Snapshot
from serving.answers import Part
from serving.recommending.answers import VideoResults
from serving.recommending.creator_view import CreatorView

Sort = Literal["recency", "revenue", "views", "units"]
SORTS: dict[Sort, str] = {"recency": "age_days", "revenue": "gmv", "views": "views", "units": "orders"}
"""How the own videos can be sorted, and by which column."""
TOTALS = {
    "gmv": ("gmv_low_{}", "gmv_high_{}"),
    "units": ("orders_{}", "orders_{}"),
    "views": ("views_{}", "views_{}"),
    "followers gained": ("gained_{}", "gained_{}"),
    "videos": ("posts_{}", "posts_{}"),
}
"""Total → the creators' columns of its lower and upper bound, `{}` being the period."""
COUNTS = (
    "views", "views_7", "views_before_7", "likes", "comments", "shares", "completions", "orders", "gmv",
    "followers_gained",
)  # fmt: skip
NOW, BEFORE = "28", "before_28"


class Amount(Part):
    """A number, or where it is withheld (R17) the range it lies in."""

    low: float
    high: float

    @property
    def exact(self) -> float | None:
        """The number; None where it is withheld."""
        return self.low if self.low == self.high else None

    def __str__(self) -> str:
        return f"{self.low:,.0f}" if self.low == self.high else f"{self.low:,.0f} to {self.high:,.0f}"


class OwnTotal(Part):
    """A total of the last 28 days beside that of the 28 days before."""

    measure: str
    now: Amount
    before: Amount

    @computed_field  # type: ignore[prop-decorator]  # mypy cannot see through computed_field on a property
    @property
    def change(self) -> float | None:
        """.5 is half as much again; None where either is withheld, or there was nothing before."""
        if self.now.exact is None or not self.before.exact:
            return None
        return self.now.exact / self.before.exact - 1


class OwnVideo(Part):
    """One of the creator's latest public videos."""

    video_id: int
    age_days: float
    shoppable: bool
    sponsored: bool
    results: VideoResults


def own_totals(view: CreatorView) -> tuple[OwnTotal, ...]:
    """GMV and units of all content, views, followers gained and videos posted."""
    return tuple(
        OwnTotal(measure=measure, now=_amount(view, bounds, NOW), before=_amount(view, bounds, BEFORE))
        for measure, bounds in TOTALS.items()
    )


def _amount(view: CreatorView, bounds: tuple[str, str], period: str) -> Amount:
    low, high = (view.number(bound.format(period)) for bound in bounds)
    return Amount(low=low, high=high)


def own_videos(view: CreatorView, sort: Sort) -> tuple[OwnVideo, ...]:
    """The creator's own videos: newest first, or most revenue, views or units first, then newest.

    Raises RequestError for any other order.
    """
    videos = view.snapshot.videos
    if sort not in SORTS:
        raise RequestError(f"unknown order {sort!r} of own videos, expected one of {', '.join(SORTS)}")
    rows, column = view.videos, SORTS[sort]
    wanted = videos[column][rows] * (1 if sort == "recency" else -1)
    order = np.lexsort((videos["age_days"][rows], wanted))
    return tuple(_own_video(view.snapshot, row) for row in rows[order])


def _own_video(snapshot: Snapshot, row: int) -> OwnVideo:
    videos = snapshot.videos
    return OwnVideo(
        video_id=int(videos.ids[row]),
        age_days=float(videos["age_days"][row]),
        shoppable=bool(videos["shoppable"][row]),
        sponsored=bool(videos["sponsored"][row]),
        results=video_results(snapshot, row),
    )


def video_results(snapshot: Snapshot, row: int) -> VideoResults:
    """What came of this row of videos, to date."""
    video = {name: int(snapshot.videos[name][row]) for name in COUNTS}

    def for_each_view(amount: int) -> float | None:
        return amount / video["views"] if video["views"] else None

    return VideoResults(
        views=video["views"],
        views_7=video["views_7"],
        views_before_7=video["views_before_7"],
        engagement_rate=for_each_view(video["likes"] + video["comments"] + video["shares"]),
        completion=for_each_view(video["completions"]),
        units=video["orders"],
        gmv=video["gmv"],
        gpm=for_each_view(1000 * video["gmv"]),
        followers_gained=video["followers_gained"],
        followers_per_1000_views=for_each_view(1000 * video["followers_gained"]),
    )
