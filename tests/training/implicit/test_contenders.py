import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.interactions import Interactions
from training.export.running import Retrieval
from training.implicit.contenders import Contender, graph_lists, list_parity
from training.implicit.lists import SILENT, best_lists, spoken
from training.retrieval.blend import BlendConfig
from training.retrieval.ease import EaseConfig
from training.retrieval.popularity import PopularityConfig

BLEND = BlendConfig(candidates=10)


@pytest.fixture
def known(taste):
    users, items = taste()
    # One user more, who met nothing.
    return Interactions.of_pairs(np.arange(61), np.arange(24), (users, items))


@pytest.fixture
def blend(known):
    fitted = {"ease": EaseConfig().build().fit(known), "popularity": PopularityConfig().build().fit(known)}
    weights = np.array([[1, 1], [2, 0.5], [3, -0.25]], np.float32)
    return Contender(fitted, weights, BLEND)


def test_the_graph_answers_what_the_native_models_answer(known, blend):
    native = best_lists(blend.score, known, 10)

    answered = graph_lists(Retrieval.open(blend.graph("blend")), known, BLEND, 10)

    assert list_parity(native, answered, 24).same_lists == 1


def test_the_graph_answers_with_allowed_items_alone(known, blend):
    allowed = np.arange(24) % 3 == 0
    native = best_lists(blend.score, known, 10, allowed)

    answered = graph_lists(Retrieval.open(blend.graph("blend")), known, BLEND, 10, allowed)

    assert_array_equal(native, answered)
    assert set(answered[answered >= 0] % 3) == {0}


def test_more_than_the_catalogue_is_all_that_is_unseen(known, blend):
    answered = graph_lists(Retrieval.open(blend.graph("blend")), known, BLEND, 1_000)

    assert answered.shape == (61, 24)
    assert_array_equal((answered >= 0).sum(axis=1), 24 - known.lengths)


def test_one_retriever_alone_keeps_its_order(known):
    retriever = PopularityConfig().build().fit(known)

    alone = Contender.alone("popularity", retriever, BLEND)

    expected = best_lists(lambda histories: spoken(retriever.score(histories)), known, 10)
    assert_array_equal(best_lists(alone.score, known, 10), expected)


def test_where_no_retriever_has_anything_to_say_the_blend_is_silent(known):
    alone = Contender.alone("ease", EaseConfig().build().fit(known), BLEND)

    assert (alone.score(known.take(np.array([60])).histories()) == SILENT).all()


def test_parity_is_told_by_lists_and_by_items():
    ours, theirs = np.array([[0, 1], [2, 3], [4, -1]]), np.array([[0, 1], [3, 2], [4, 5]])

    parity = list_parity(ours, theirs, items=6)

    assert parity.users == 3
    assert parity.same_lists == pytest.approx(1 / 3)
    assert parity.same_items == pytest.approx(5 / 6)
