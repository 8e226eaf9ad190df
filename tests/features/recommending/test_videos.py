"""Videos to learn from: which are offered, what they are, how they did."""

from datetime import datetime, timedelta

import pytest

from features.known import known
from features.recommending.events import video_log
from features.recommending.videos import videos

NOON = datetime.fromisoformat("2024-04-20T12:00")


def test_what_is_public_is_available_and_what_was_met_is_there(recommended):
    available = dict(zip(recommended.videos.ids, recommended.videos["available"], strict=True))

    assert available == {100: True, 101: True, 102: True, 103: False, 104: True, 105: True}


def test_a_video_has_its_words_as_codes(recommended, row):
    assert recommended.facts.facets == {
        "hook": ("question", "story"),
        "structure": (),
        "call_to_action": (),
        "talking_points": ("gift", "price"),
    }
    assert [row("videos", number)["hook"] for number in (100, 102, 101)] == [0, 1, -1]
    assert [row("videos", number)["talking_points"].tolist() for number in (100, 101, 102)] == [
        [1, 1],
        [1, 0],
        [0, 0],
    ]


def test_a_video_links_its_first_product_and_counts_them(row):
    found = [row("videos", number) for number in (100, 101, 102)]

    assert [video["n_links"] for video in found] == [2, 1, 0]
    assert [video["product"] for video in found] == [1, 0, -1]
    assert [video["shoppable"] for video in found] == [True, True, False]


def test_a_video_counts_to_date_and_in_two_weeks(row):
    video = row("videos", 100)

    assert (video["views"], video["orders"], video["gmv"], video["followers_gained"]) == (150, 3, 300, 6)
    assert (video["views_7"], video["views_before_7"]) == (50, 100)
    assert (row("videos", 102)["views"], row("videos", 102)["gmv"]) == (0, 0)


def test_a_video_is_of_its_creator_and_age(row):
    video = row("videos", 100)

    assert (video["creator"], video["market"], video["age_days"], video["duration"]) == (0, 0, 10, 30)
    assert (video["sponsored"], row("videos", 101)["sponsored"]) == (True, False)


@pytest.fixture
def ids(tables_of, policies):
    """Videos by number of hours since they were posted, all public → the ids of those to be offered."""

    def of(hours, **rows):
        posts = [
            {"video_id": number, "creator_id": 1, "posted_at": NOON - timedelta(hours=ago)}
            for number, ago in enumerate(hours)
        ]
        public = [{"video_id": post["video_id"], "public_from": post["posted_at"]} for post in posts]
        creators = [{"creator_id": 1, "created_at": NOON - timedelta(days=90)}]
        given = {"creators": creators, "videos": posts, "video_visibility": public}
        before = known(tables_of(given | rows), NOON, policies)
        found = before.read(videos(before, video_log(before)))
        return sorted(found["video_id"].to_pylist())

    return of


def test_only_the_latest_thirty_of_a_creator_are_offered(ids):
    assert ids(range(1, 36)) == list(range(30))


def test_a_video_that_was_met_stays_however_old(ids):
    met = {
        "interaction_id": 1,
        "creator_id": 2,
        "item_kind": "video",
        "item_id": 34,
        "at": NOON - timedelta(1),
    }

    assert ids(range(1, 36), interactions=[met]) == [*range(30), 34]


def test_a_video_that_is_not_posted_yet_is_unknown(ids):
    assert ids([-1, 0, 1]) == [2]
