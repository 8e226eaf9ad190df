"""Why a creator stands where they do, and what would move the place (R12)."""

import subprocess
import sys
from copy import deepcopy
from datetime import date, datetime

import pytest

from features.lists.build import build_lists
from features.lists.changes import FRESH_VIEWS, LINKS, POSTS, SAMPLE
from features.lists.explain import explain
from recsys.errors import RequestError
from recsys.list_rules import LIST_NAMES
from recsys.periods import Period

DAY = Period.of("day", date(2024, 6, 28))
FULFILLED = {1: (2, 4), 2: (3, 4), 3: (4, 4), 4: (1, 4)}
"""Creator → samples fulfilled and decided."""


def moment(text):
    return datetime.fromisoformat(text)


@pytest.fixture(scope="module")
def market():
    """Five creators: four with four samples each, and one with 10 followers."""
    rows = {name: [] for name in ("creators", "creator_daily", "samples", "videos", "video_visibility")}
    for creator in range(1, 6):
        rows["creators"].append({"creator_id": creator, "created_at": moment("2024-01-01")})
        for day in (date(2024, 1, 1), DAY.eve, DAY.first_day):
            followers = 10 if creator == 5 else 5_000
            rows["creator_daily"].append(
                {"creator_id": creator, "day": day, "followers": followers, "gmv_low": creator}
            )
        for number in range(FULFILLED.get(creator, (0, 0))[1]):
            add_sample(rows, creator, number, kept=number < FULFILLED[creator][0])
        rows["videos"].append({"video_id": creator, "creator_id": creator, "posted_at": moment("2024-06-20")})
    return rows


@pytest.fixture(scope="module")
def lists(market, tables_of, policies, tmp_path_factory):
    """A day of it."""
    return build_lists(tables_of(market), DAY, policies, tmp_path_factory.mktemp("lists"))


def add_sample(rows, creator, number, kept):
    product, given = 100 * creator + number, moment("2024-05-01")
    rows["samples"].append({"sample_id": product, "creator_id": creator, "product_id": product,
                            "requested_at": given, "shipped_at": given, "received_at": given})  # fmt: skip
    posted = {"video_id": product, "public_from": moment("2024-05-03")}
    if kept:
        rows["videos"].append({"video_id": product, "creator_id": creator, "posted_at": moment("2024-05-03"),
                               "product_ids": [product]})  # fmt: skip
        rows["video_visibility"].append(posted)


def test_the_points_of_the_parts_add_up_to_the_index(lists):
    for name in LIST_NAMES:
        answer = explain(lists, 2, name)
        assert sum(part.points for part in answer.parts) == pytest.approx(answer.index, abs=1e-4)
        assert answer.policy_id == "2023-09"


def test_a_rate_is_said_with_what_it_rests_on(lists):
    """Nothing was decided before the quarter: (2 + 3 × ½) / 7, the unfitted prior weighing three samples."""
    part = explain(lists, 1, "cooperation").parts[0]

    assert (part.measure, part.rests_on, part.pulled_to, part.weight) == ("fulfilment_rate", 4, 0.5, 0.5)
    assert part.value == pytest.approx(3.5 / 7)


def test_the_fewest_samples_that_move_the_place_are_said(lists):
    """Creator 1 with (2 + k + 1.5) / (7 + k) passes creator 2's 4.5 / 7 with k = 3: 6.5 / 10 > .643."""
    answer = explain(lists, 1, "cooperation")

    assert answer.place == 3
    assert [(move.change, move.place) for move in answer.moves] == [
        ("3 more fulfilled samples", 2), ("one more message answered within the hour", 2),
    ]  # fmt: skip


def test_the_first_needs_no_change(lists):
    answer = explain(lists, 3, "cooperation")

    assert (answer.place, answer.moves) == (1, ())


def test_who_is_left_out_learns_the_rule_the_value_and_the_threshold(lists):
    answer = explain(lists, 5, "cooperation")

    assert answer.place is None
    assert [each.model_dump() for each in answer.excluded] == [
        {
            "rule": "followers_floor",
            "expected": "1,000 followers or more",
            "value": 10.0,
            "threshold": 1_000.0,
        }
    ]


@pytest.mark.parametrize(("more", "place"), [(2, 3), (3, 2)])
def test_a_move_is_what_lists_made_with_it_say(market, tables_of, policies, tmp_path, more, place):
    rows = deepcopy(market)
    for number in range(10, 10 + more):
        add_sample(rows, 1, number, kept=True)
    lists = build_lists(tables_of(rows), DAY, policies, tmp_path)

    assert explain(lists, 1, "cooperation").place == place


def test_posts_and_links_beyond_the_caps_are_no_advice(group, rules):
    """Five posts a day count on seven days, and five links in each post."""
    inputs = group(shoppable_posts=[35, 30], linked_products=[175, 149])

    assert [POSTS.room(inputs, rules, row) for row in (0, 1)] == [0, 5]
    assert [LINKS.room(inputs, rules, row) for row in (0, 1)] == [0, 1]


def test_more_views_are_watched_and_liked_as_usual(group, rules):
    inputs = group(
        fresh_views=[100], video_contents=[1], video_views=[200], video_watch=[800], video_engagements=[10]
    )
    more = FRESH_VIEWS.applied(inputs, 0, 100)

    assert [more[name][0] for name in ("fresh_views", "video_views", "video_watch", "video_engagements")] == [
        200, 300, 1_200, 15,
    ]  # fmt: skip
    assert FRESH_VIEWS.room(group(video_contents=[0]), rules, 0) == 0


def test_a_list_or_industry_that_is_not_there_is_refused_for_the_excluded_too(lists):
    with pytest.raises(RequestError, match="US has no lists of industry 'toys'"):
        explain(lists, 5, "cooperation", "toys")


def test_one_is_a_word_and_two_a_number():
    assert SAMPLE.named(1) == "one more fulfilled sample"
    assert SAMPLE.named(2_000) == "2,000 more fulfilled samples"


def test_explaining_needs_no_ibis():
    """Serving explains places where Ibis is not installed."""
    code = "import sys, features.lists.explain; sys.exit('ibis' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nobody_else_is_explained(lists):
    with pytest.raises(RequestError, match=r"unknown creator 99: lists-\w+ of 2024-06-28 has \d+ creators$"):
        explain(lists, 99, "gmv")
