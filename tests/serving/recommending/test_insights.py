"""One call tells a creator where they stand, what to do next, and with what (R28 to R33)."""

import json

import numpy as np
import pytest

from features.recommending.surfaces import SEGMENTS
from recsys.errors import BundleError, RequestError
from recsys.vocabulary import CREATOR_OBJECTIVES
from serving.recommending import InsightsEngine
from serving.recommending.insights import CreatorInsights


@pytest.fixture(scope="session")
def all_insights(insights, snapshot):
    """Everybody's, for both objectives."""
    return [
        insights.insights(creator_id, objective, count=2)
        for creator_id in snapshot.creators.ids.tolist()
        for objective in CREATOR_OBJECTIVES
    ]


def test_everybody_is_told_something_that_can_be_written_as_json(all_insights):
    for answer in all_insights:
        written = json.loads(json.dumps(answer.model_dump(mode="json"), allow_nan=False))

        assert written["prompt"]["phrase"] == answer.prompt.phrase
        assert (answer.products.surface, answer.inspiration.surface) == ("products", "inspiration")
        assert answer.products.objective == answer.inspiration.objective == answer.objective


def test_the_segment_follows_the_shoppable_videos(all_insights):
    ladder = {SEGMENTS[0]: (0, 0), SEGMENTS[1]: (1, 3), SEGMENTS[2]: (4, np.inf)}

    for answer in all_insights:
        low, high = ladder[answer.segment]
        assert low <= answer.shoppable_videos <= high
    assert {answer.segment for answer in all_insights} == set(SEGMENTS)


def test_the_action_names_the_first_item_it_is_about(all_insights):
    answers = {"ADD_TO_SHOWCASE": "products", "WATCH_VIDEO": "inspiration"}

    for answer in all_insights:
        items = getattr(answer, answers[answer.action.code]).items if answer.action.code in answers else ()
        assert answer.action.item_id == (items[0].item_id if items else None)
    assert {answer.action.code for answer in all_insights} >= {"WATCH_VIDEO", "CREATE_VIDEO", "APPLY_TO_SELL"}


def test_who_may_not_sell_and_wants_gmv_is_told_to_apply(all_insights, snapshot):
    may_sell = dict(zip(snapshot.creators.ids.tolist(), snapshot.creators["has_ecommerce"], strict=True))

    for answer in all_insights:
        applies = answer.prompt.code == "GET_SELLING_ACCESS"
        assert applies == (answer.objective == "gmv" and not may_sell[answer.creator_id])
        if applies:
            assert answer.products.items == ()
            assert answer.products.fewer_because == "the filter may_sell removed the last item"


def test_items_are_those_of_the_two_engines(insights, engines, snapshot):
    creator_id = int(snapshot.creators.ids[0])

    answer = insights.insights(creator_id, "followers", count=3, sort="views")

    assert answer.products == engines["products"].recommend(creator_id, "followers", 3)
    assert answer.inspiration == engines["inspiration"].recommend(creator_id, "followers", 3)
    views = [video.results.views for video in answer.own_videos]
    assert views == sorted(views, reverse=True)


def test_what_is_not_known_is_refused(insights, snapshot):
    creator_id = int(snapshot.creators.ids[0])

    with pytest.raises(RequestError, match="unknown creator 5: "):
        insights.insights(5, "gmv")
    with pytest.raises(RequestError, match="unknown objective 'fame'"):
        insights.insights(creator_id, "fame")
    with pytest.raises(RequestError, match="unknown order 'fame' of own videos"):
        insights.insights(creator_id, "gmv", sort="fame")
    with pytest.raises(RequestError, match="expected count ≥ 1"):
        insights.insights(creator_id, "gmv", count=0)


def test_both_bundles_are_needed(item_bundles, snapshot, tmp_path):
    with pytest.raises(BundleError, match="is not a bundle"):
        InsightsEngine.open(item_bundles["products"].path, tmp_path / "absent", snapshot.path)


def test_the_answer_is_documented_field_by_field():
    properties = CreatorInsights.model_json_schema()["$defs"]["RankedItem"]["properties"]

    assert "description" in properties["source"]
