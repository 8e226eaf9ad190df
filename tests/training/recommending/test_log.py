from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from features.known import known
from recsys.policy import read_policies
from training.periods import end_of
from training.recommending.log import UNPLACED, Happened, Impressions, OwnVideos, stamp

RESULT_DAYS = 7


@pytest.fixture(scope="module")
def at_the_end(small_world, policies_folder):
    return known(small_world.tables, end_of(small_world.tables).item(), read_policies(policies_folder))


@pytest.fixture(scope="module")
def videos(at_the_end):
    return OwnVideos.read(at_the_end, RESULT_DAYS)


@pytest.mark.parametrize(("surface", "event"), [("products", "clicked"), ("inspiration", "watched")])
def test_an_impression_led_to_something_as_often_as_the_log_says(at_the_end, small_world, surface, event):
    shown = Impressions.read(at_the_end, surface)
    table = small_world.tables["interactions"].to_pyarrow()
    kind = {"products": "product", "inspiration": "video"}[surface]
    rows = np.array(table["item_kind"].to_pylist()) == kind
    events = np.array(table["event"].to_pylist())[rows]

    assert len(shown) == (events == "shown").sum()
    assert shown.reacted.sum() == (events == event).sum() > 0
    assert (shown.position > UNPLACED).all()


def test_what_happened_between_two_moments_lies_after_the_first_and_not_after_the_second(at_the_end):
    happened = Happened.read(at_the_end, "products")
    start = at_the_end.as_of - timedelta(days=90)
    part = happened.between(start, start + timedelta(days=10))

    assert len(part)
    assert stamp(start) < part.at.min() <= part.at.max() <= stamp(start + timedelta(days=10))


def test_videos_whose_results_are_not_final_are_left_out(at_the_end, videos):
    assert videos.at.max() < stamp(at_the_end.as_of - timedelta(days=RESULT_DAYS))


def test_a_video_brings_what_its_first_days_brought_split_over_what_it_links(small_world, videos):
    daily = small_world.tables["video_daily"].to_pyarrow().to_pydict()
    table = small_world.tables["videos"].to_pyarrow().to_pydict()
    place = max(range(len(table["video_id"])), key=lambda row: len(table["product_ids"][row] or ()))
    posted = table["posted_at"][place].replace(tzinfo=None)
    counted = [
        gmv
        for video, day, gmv in zip(daily["video_id"], daily["day"], daily["gmv"], strict=True)
        if video == table["video_id"][place] and (day - posted.date()).days < RESULT_DAYS
    ]
    links = len(table["product_ids"][place])
    own = videos.take((videos.creator == table["creator_id"][place]) & (videos.at == stamp(posted)))

    assert len(own) == links > 1
    assert_array_equal(own.gmv, np.full(links, sum(counted) / links))
    assert own.whole().gmv == pytest.approx([sum(counted)])


def test_whole_videos_keep_their_followers(videos):
    whole = videos.whole()

    assert whole.gmv.sum() == pytest.approx(videos.gmv.sum())
    assert len(whole) <= len(videos)
    assert_array_equal(replace(whole, gmv=whole.gmv).product, np.full(len(whole), -1))
