import numpy as np
import pytest
from numpy.testing import assert_array_equal

from features.recommending.surfaces import (
    SURFACES,
    allowed,
    event_slices,
    events_of,
    is_owned,
    items_of,
    offered,
    segment_of_creators,
)

BOTH = np.arange(2)


def test_segments_are_those_of_the_ladder(recommended):
    creators = recommended.creators.values | {"n_shoppable": np.array([0, 1])}
    changed = type(recommended.creators)(recommended.creators.ids, creators)
    snapshot = type(recommended)(**{**vars(recommended), "creators": changed})

    assert_array_equal(segment_of_creators(snapshot, BOTH), [0, 1])
    creators["n_shoppable"] = np.array([3, 4])
    assert_array_equal(segment_of_creators(snapshot, BOTH), [1, 2])


def test_what_was_showcased_posted_or_sold_is_owned_and_what_was_only_sampled_is_not(recommended):
    owned = is_owned(recommended, "products", BOTH, np.arange(3))

    # Creator 1 posted 11 and 12; creator 2 posted all three. Nobody owns more by asking for a sample.
    assert_array_equal(owned, [[True, True, False], [True, True, True]])


def test_a_video_that_was_watched_or_used_is_not_shown_again(recommended):
    videos = items_of(recommended, "inspiration")
    owned = is_owned(recommended, "inspiration", BOTH, np.arange(len(videos)))

    assert videos.ids[owned[0]].tolist() == [102, 103]
    assert videos.ids[owned[1]].tolist() == [100]


@pytest.mark.parametrize("surface", SURFACES)
def test_filters_of_some_items_are_those_of_all_taken_apart(recommended, surface):
    rows = np.array([2, 0])
    whole = allowed(recommended, surface, BOTH, "gmv")
    part = allowed(recommended, surface, BOTH, "gmv", rows)

    assert whole.keys() == part.keys()
    for name, flags in part.items():
        assert_array_equal(flags, whole[name][:, rows])


@pytest.mark.parametrize("surface", SURFACES)
def test_whatever_anybody_may_get_is_on_offer(recommended, surface):
    may = [
        np.logical_and.reduce(list(allowed(recommended, surface, BOTH, o).values()))
        for o in ("gmv", "followers")
    ]

    assert set(np.flatnonzero(np.any(may, axis=(0, 1)))) <= set(offered(recommended, surface))


def test_an_own_video_and_one_of_a_campaign_are_no_inspiration(recommended):
    filters = allowed(recommended, "inspiration", BOTH, "gmv")
    ids = recommended.videos.ids

    assert ids[filters["not_by_creator"][0]].tolist() == [102, 103, 104, 105]
    assert 100 not in ids[filters["organic"][0]]


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("rows", [[0], [1], [1, 0], [0, 0]])
def test_events_are_found_without_looking_at_other_creators(recommended, surface, rows):
    found = events_of(recommended, surface).take(event_slices(recommended, surface, np.array(rows)))
    everything = events_of(recommended, surface)

    assert_array_equal(found.item, everything.item[np.isin(everything.user, rows)])


def test_videos_watched_less_than_their_makers_usual_ones_are_no_inspiration(snapshot):
    rows = np.arange(len(snapshot.videos))
    proven = allowed(snapshot, "inspiration", np.array([0]), "gmv")["proven"][0]

    usual = snapshot.creators["mean_views"][snapshot.videos["creator"][rows]]
    known = snapshot.videos["creator"] >= 0
    assert_array_equal(proven[known], (snapshot.videos["views"] >= usual)[known])
    assert proven[known].any()
    assert not proven[known].all()
