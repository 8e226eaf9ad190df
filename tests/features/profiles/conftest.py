"""Stories of samples, told in days, and what became of each on the day asked about."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from features.known import known
from features.profiles.fulfilment import fulfilment
from recsys.policy import Policies

Rows = dict[str, list[dict[str, Any]]]
DAY = 86_400
NOON = datetime.fromisoformat("2024-06-01T12:00")
"""The moment asked about; stories begin as many days before it as the question says."""


@dataclass(frozen=True)
class Story:
    """What happened to a sample, in days after the story began; None where it did not."""

    videos: tuple[tuple[float, tuple[tuple[float, float | None], ...]], ...] = ()
    """(day posted, stretches in public from and until)."""
    segments: tuple[tuple[float, float], ...] = ()
    """(day, minutes) of a livestream that shows the product; it ends with the last."""
    requested: float = 0
    shipped: float | None = 0
    received: float | None = 0
    cancelled: float | None = None
    extended: float | None = None
    product: int | None = None
    """Another product than the posts are about."""

    @property
    def live_ends(self) -> float:
        """The day on which the livestream ends; -1 without one."""
        return max((day + minutes / 1_440 for day, minutes in self.segments), default=-1)


@dataclass(frozen=True)
class Standing:
    """A row of `fulfilment`, with times in days after the story began and posts by their place in it."""

    state: str
    cause: str
    post: int | None
    since: float
    opens: float | None
    closes: float | None
    due: float | None
    used: bool
    received: bool


Question = tuple[Story, float]
"""A story and the day on which it is looked at."""


@pytest.fixture(scope="session")
def story() -> type[Story]:
    """Tells a story."""
    return Story


@pytest.fixture(scope="session")
def posted() -> Callable[..., Any]:
    """The day a video was posted, and its stretches in public; without any it has been public since."""
    return lambda day, *stretches: ((day, stretches or ((day, None),)),)


@pytest.fixture(scope="session")
def standings(tables_of, policies) -> Callable[..., list[Standing]]:
    """Questions → where each sample stands, all in one run, under the rules of a day (2024 if not given)."""

    def of(
        questions: Iterable[Question], rules_on: date | None = None, rules: Policies = policies
    ) -> list[Standing]:
        begins = {number: NOON - timedelta(days=day) for number, (_, day) in enumerate(questions, start=1)}
        rows: Rows = {"brands": [{"brand_id": 1, "created_at": min(begins.values())}]}
        for (number, begin), (story, _) in zip(begins.items(), questions, strict=True):
            for table, row in told(begin, number, story):
                rows.setdefault(table, []).append(row)
        found = fulfilment(known(tables_of(rows), NOON, rules, rules_on)).to_pyarrow().to_pylist()
        by_id = {row["sample_id"]: row for row in found}
        return [standing_of(by_id[number], begin) for number, begin in begins.items()]

    return of


def told(begin: datetime, number: int, story: Story) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of the nth story: n is sample, creator, product and livestream; videos are 100 n, 100 n + 1 …"""

    def at(day: float | None) -> datetime | None:
        return None if day is None else begin + timedelta(seconds=round(day * DAY))

    steps = ("requested", "shipped", "received", "cancelled", "extended")
    sample = {f"{step}_at": at(getattr(story, step)) for step in steps}
    yield "creators", {"creator_id": number, "created_at": begin - timedelta(days=9)}
    yield (
        "samples",
        {"sample_id": number, "creator_id": number, "product_id": story.product or number, **sample},
    )
    for video, (day, stretches) in enumerate(story.videos, start=100 * number):
        about = {"creator_id": number, "product_ids": [number]}
        yield "videos", {"video_id": video, "posted_at": at(day), **about}
        for start, end in stretches:
            yield "video_visibility", {"video_id": video, "public_from": at(start), "public_until": at(end)}
    if story.segments:
        yield "livestreams", {"livestream_id": number, "creator_id": number, "ended_at": at(story.live_ends)}
    for day, minutes in story.segments:
        ends = {"starts_at": at(day), "ends_at": at(day + minutes / 1_440)}
        yield "livestream_segments", {"livestream_id": number, "product_id": number, **ends}


def standing_of(row: dict[str, Any], begin: datetime) -> Standing:
    """A row with its ids and times told as the story tells them."""
    start = begin.replace(tzinfo=UTC).timestamp()
    first = row["sample_id"] * (1 if row["cause"] == "live_featured" else 100)
    times = {
        name: None if row[name] is None else (row[name] - start) / DAY
        for name in ("since", "opens", "closes", "due")
    }
    return Standing(
        **{name: row[name] for name in ("state", "cause", "used", "received")},
        **times,
        post=None if row["cause_id"] is None else row["cause_id"] - first,
    )
