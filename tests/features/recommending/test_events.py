"""What creators did: counted once, dated by the latest, with what it brought."""

import numpy as np
import pytest

from recsys.vocabulary import ITEM_EVENTS


@pytest.fixture
def events(recommended):
    """A part's name → (creator, item, event) → count, days since the latest, GMV and followers."""

    def of(part, items):
        rows, item_ids = getattr(recommended, part), getattr(recommended, items).ids
        return {
            (recommended.creators.ids[creator], item_ids[item], ITEM_EVENTS[event]): tuple(
                round(float(rows[name][place]), 4) for name in ("count", "age_days", "gmv", "followers")
            )
            for place, (creator, item, event) in enumerate(
                zip(rows["creator"], rows["item"], rows["event"], strict=True)
            )
        }

    return of


def test_product_events_are_those_of_the_log_the_tables_and_the_videos(events):
    assert events("product_events", "products") == {
        (1, 11, "shown"): (2, 2, 0, 0),
        # Videos 100 (10 days ago) and 101; of six followers product 11 has half.
        (1, 11, "posted"): (2, 10, 0, 3 + 4),
        # The last day of orders, 12 April, ended seven and a half days ago.
        (1, 11, "sold"): (1.5 + 2, 7.5, 150 + 500, 0),
        (1, 12, "showcased"): (1, 19, 0, 0),
        (1, 12, "posted"): (1, 10, 0, 3),
        (1, 12, "sold"): (1.5, 7.5, 150, 0),
        (1, 13, "clicked"): (1, 2, 0, 0),
        (2, 11, "sampled"): (2, 19, 0, 0),
        (2, 11, "posted"): (1, 19, 0, 0),
        (2, 11, "sold"): (0.3333, 17.5, 33, 0),
        # Two sales in the log are more than a third of an order.
        (2, 12, "sold"): (2, 1, 33, 0),
        (2, 12, "posted"): (1, 19, 0, 0),
        (2, 13, "showcased"): (1, 55, 0, 0),
        (2, 13, "posted"): (1, 19, 0, 0),
        (2, 13, "sold"): (0.3333, 17.5, 33, 0),
    }


def test_a_video_created_after_another_brings_what_came_of_it(events):
    assert events("video_events", "videos") == {
        (1, 102, "watched"): (1, 0.75, 0, 0),
        (1, 103, "saved"): (1, 1.75, 0, 0),
        (2, 100, "liked"): (1, 8, 0, 0),
        (2, 100, "created"): (1, 5, 90, 7),
    }


@pytest.mark.parametrize(("part", "items"), [("product_events", "products"), ("video_events", "videos")])
def test_ids_are_made_of_creator_item_and_event(recommended, part, items):
    rows, width = getattr(recommended, part), len(getattr(recommended, items))
    creator, item = np.divmod(rows.ids // len(ITEM_EVENTS), width)

    np.testing.assert_array_equal(creator, rows["creator"])
    np.testing.assert_array_equal(item, rows["item"])
    np.testing.assert_array_equal(rows.ids % len(ITEM_EVENTS), rows["event"])
    assert (np.diff(rows.ids) > 0).all()
