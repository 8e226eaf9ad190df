"""The order to show, what it costs, and the chances it took."""

import numpy as np
import pytest

from features.recommending.surfaces import event_codes
from recsys.reranking.caps import CapsConfig
from recsys.reranking.exploration import ExplorationConfig
from recsys.reranking.facts import ItemFacts
from recsys.stages import Candidates
from serving.recommending.slate import CreatorQuery, item_facts, slate_of

FACTS = ItemFacts(groups={"brand": np.array([1, 1, 2, 3])})


def slate(rerankers=(), count=4, scores=(0.5, 2.0, 1.0, 0.0)):
    ranked = Candidates(np.arange(4), np.array(scores, np.float32), ("als",) * 4)
    return slate_of(CreatorQuery((7, 1)), ranked, FACTS, rerankers, count)


def test_without_re_rankers_the_best_by_score_come_first():
    found = slate(count=3)

    assert found.places.tolist() == [1, 2, 0]
    assert found.by_score.tolist() == [0, 1, 2]
    assert (found.asked, found.propensities, found.given_up) == (3, None, 0)


def test_an_item_over_a_limit_moves_behind_and_the_cost_is_told():
    found = slate([CapsConfig(at_most={"brand": 1})], count=3)

    # Item 0 is of item 1's brand, so that item 3 moves up: 2, 1 and 0 above the lowest in place of 2, 1, .5.
    assert found.places.tolist() == [1, 2, 3]
    assert found.by_score.tolist() == [0, 1, 3]
    best = 2 + 1 / np.log2(3) + 0.5 / 2
    assert found.given_up == pytest.approx(1 - (best - 0.25) / best)


def test_exploration_logs_one_chance_for_each_item_shown():
    found = slate([ExplorationConfig(epsilon=0.4)], count=2)

    assert found.propensities.shape == (2,)
    # The best keeps the first place with 1 − .4 × 3 / 4, each other one takes it with .4 / 4.
    assert found.propensities[0] == pytest.approx(0.7 if found.places[0] == 1 else 0.1)


def test_what_was_shown_to_the_creator_is_counted(snapshot):
    events = snapshot.product_events
    shown = np.flatnonzero(events["event"] == event_codes("shown")[0])
    creator, item = int(events["creator"][shown[0]]), int(events["item"][shown[0]])
    never = int(
        np.setdiff1d(np.arange(len(snapshot.products)), events["item"][events["creator"] == creator])[0]
    )

    facts = item_facts(snapshot, "products", creator, np.array([item, never]), np.ones((2, 1), np.float32))

    assert facts.times_shown.tolist() == [events["count"][shown[0]], 0]
    assert facts.days_since_shown[0] == pytest.approx(events["age_days"][shown[0]])
    assert np.isnan(facts.days_since_shown[1])
    assert facts.groups["brand"].tolist() == snapshot.products["brand_id"][[item, never]].tolist()
