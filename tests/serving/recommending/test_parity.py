"""What is served is what training measures: the same lists from the same bundle and snapshot."""

import numpy as np
import pytest

from features.recommending.surfaces import SURFACES
from recsys.vocabulary import CREATOR_OBJECTIVES
from training.recommending.recommender import Recommender
from training.recommending.situation import Situation

COUNT = 8


@pytest.mark.parametrize("objective", CREATOR_OBJECTIVES)
@pytest.mark.parametrize("surface", SURFACES)
def test_serving_gives_the_lists_that_training_evaluates(item_bundles, engines, snapshot, surface, objective):
    situation = Situation(snapshot.facts.as_of.replace(tzinfo=None), surface, snapshot)
    everybody = np.arange(len(snapshot.creators))

    lists = Recommender.of(item_bundles[surface]).lists(situation, everybody, objective, COUNT)

    for row, places in zip(everybody, lists, strict=True):
        answer = engines[surface].recommend(int(snapshot.creators.ids[row]), objective, COUNT, explain=0)
        assert [item.item_id for item in answer.items] == situation.item_ids[places[places >= 0]].tolist()
