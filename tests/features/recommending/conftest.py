"""Two creators, three products, six videos and what was done with them, small enough to work out by hand.

It is noon of 20 April 2024. Video 100 links products 11 and 12, video 101 links 11, video 105 links all.
"""

from datetime import date, datetime

import pytest

from features.snapshot import build_snapshot

NOON = datetime.fromisoformat("2024-04-20T12:00")


def at(month, day, hour=12):
    return NOON.replace(month=month, day=day, hour=hour)


def did(number, creator, kind, item, event, moment):
    return {
        "interaction_id": number,
        "creator_id": creator,
        "item_kind": kind,
        "item_id": item,
        "event": event,
        "at": moment,
    }


VIDEOS = [
    {"video_id": 100, "creator_id": 1, "posted_at": at(4, 10), "product_ids": [12, 11], "hook": "question",
     "talking_points": ["price", "gift"], "campaign_id": 1, "campaign_type": "review"},
    {"video_id": 101, "creator_id": 1, "posted_at": at(2, 20), "product_ids": [11],
     "talking_points": ["gift"]},
    {"video_id": 102, "creator_id": 2, "posted_at": at(4, 19), "hook": "story"},
    {"video_id": 103, "creator_id": 2, "posted_at": at(4, 18)},
    {"video_id": 104, "creator_id": 2, "posted_at": at(4, 15)},
    {"video_id": 105, "creator_id": 2, "posted_at": at(4, 1), "product_ids": [11, 12, 13]},
]  # fmt: skip
ROWS = {
    "creators": [{"creator_id": number, "created_at": at(1, 1)} for number in (1, 2)],
    "products": [{"product_id": number, "brand_id": 1, "created_at": at(1, 1)} for number in (11, 12, 13)],
    "videos": VIDEOS,
    "video_visibility": [
        {"video_id": video["video_id"], "public_from": video["posted_at"],
         "public_until": at(4, 19) if video["video_id"] == 103 else None}
        for video in VIDEOS
    ],
    "video_daily": [
        {"video_id": 100, "day": date(2024, 4, 12), "views": 100, "orders": 3, "gmv": 300,
         "followers_gained": 6},
        {"video_id": 100, "day": date(2024, 4, 19), "views": 50},
        {"video_id": 101, "day": date(2024, 2, 23), "views": 9},
        {"video_id": 101, "day": date(2024, 2, 24), "views": 700, "orders": 2, "gmv": 500,
         "followers_gained": 4},
        {"video_id": 101, "day": date(2024, 3, 22), "views": 300},
        {"video_id": 101, "day": date(2024, 3, 23), "views": 5},
        {"video_id": 104, "day": date(2024, 4, 16), "views": 30, "gmv": 90, "followers_gained": 7},
        {"video_id": 105, "day": date(2024, 4, 2), "views": 10, "orders": 1, "gmv": 100,
         "followers_gained": 1},
    ],
    "showcase": [{"creator_id": 1, "product_id": 12, "added_at": at(4, 1)}],
    "samples": [
        {"sample_id": 1, "creator_id": 2, "product_id": 11, "requested_at": at(3, 1)},
        {"sample_id": 2, "creator_id": 2, "product_id": 11, "requested_at": at(4, 1)},
    ],
    "interactions": [
        did(1, 1, "product", 12, "showcased", at(4, 1)),
        did(2, 2, "product", 13, "showcased", at(2, 25)),
        did(3, 1, "product", 11, "shown", at(4, 15)),
        did(4, 1, "product", 11, "shown", at(4, 18)),
        did(5, 1, "product", 13, "clicked", at(4, 18)),
        did(6, 2, "product", 12, "sold", at(4, 18)),
        did(7, 2, "product", 12, "sold", at(4, 19)),
        did(8, 1, "product", 999, "shown", at(4, 18)),
        did(9, 1, "video", 102, "watched", at(4, 19, 18)),
        did(10, 2, "video", 100, "liked", at(4, 12)),
        did(11, 2, "video", 100, "created", at(4, 15)),
        did(12, 1, "video", 103, "saved", at(4, 18, 18)),
        did(13, 1, "video", 999, "saved", at(4, 18, 18)),
    ],
    "audience": [
        {"creator_id": creator, "day": date(2024, 4, 1), "dimension": dimension, "value": value,
         "share": share}
        for creator, dimension, value, share in (
            (1, "gender", "female", 0.8), (1, "gender", "male", 0.2), (1, "age", "18-24", 0.6),
            (2, "gender", "female", 0.5), (2, "gender", "male", 0.5),
        )
    ],
}  # fmt: skip


@pytest.fixture(scope="session")
def market():
    """Rows by table."""
    return ROWS


@pytest.fixture(scope="session")
def recommended(tables_of, policies):
    """The market's snapshot."""
    return build_snapshot(tables_of(ROWS), NOON, policies)


@pytest.fixture(scope="session")
def row(recommended):
    """A part's name and an id → the values of that row by column."""

    def of(part, ident):
        columns = getattr(recommended, part)
        (place,), (found,) = columns.rows_of([ident])
        assert found
        return {name: values[place] for name, values in columns.values.items()}

    return of
