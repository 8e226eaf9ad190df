"""The retrieval graph is its retrievers, and R34 to the letter."""

import numpy as np
import onnxruntime
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys.errors import ConfigError
from recsys.interactions import Histories, Interactions
from recsys.interactions.matrix import NOTHING
from recsys.retrieval import Asked, ask
from training.export.retrieval import retrieval_graph
from training.retrieval.als import AlsConfig
from training.retrieval.blend import logged
from training.retrieval.bpr import BprConfig
from training.retrieval.content import ContentConfig
from training.retrieval.ease import EaseConfig
from training.retrieval.forms import Alike, Fixed
from training.retrieval.low_pass import LowPassConfig
from training.retrieval.popularity import PopularityConfig
from training.retrieval.walk import WalkConfig

FLOOR = 1e-3
FLOORS = (FLOOR, 1.0)
USERS, ITEMS = 40, 30
CONFIGS = {
    "popularity": PopularityConfig(),
    "als": AlsConfig(factors=8),
    "bpr": BprConfig(factors=8),
    "ease": EaseConfig(),
    "ease, sparse": EaseConfig(neighbours=6),
    "walk": WalkConfig(hops=2, popularity_exponent=0.1),
    "low_pass": LowPassConfig(factors=6),
    "content": ContentConfig(neighbours=6),
}


@pytest.fixture(scope="module")
def known():
    """Item 29 is cold, user 39 new; histories have 1 to 12 items."""
    rng = np.random.default_rng(5)
    dense = rng.random((USERS, ITEMS)) < rng.uniform(0.02, 0.4, USERS)[:, None]
    dense[:, -1], dense[-1] = False, False
    rows, columns = np.nonzero(dense)
    confidence = rng.uniform(0.5, 3, len(rows)).astype(np.float32)
    return Interactions.of_pairs(np.arange(USERS), np.arange(ITEMS), (rows, columns), confidence)


@pytest.fixture(scope="module")
def fitted(known):
    content = np.random.default_rng(6).normal(0, 1, (ITEMS, 5)).astype(np.float32)
    return {name: config.build().fit(known, content) for name, config in CONFIGS.items()}


def session(forms, weights=None, floors=1, **settings):
    each = np.ones((1, len(forms)), np.float32) if weights is None else weights
    return onnxruntime.InferenceSession(
        retrieval_graph(forms, each, FLOORS[:floors], "retrieval", **settings)
    )


def asked(known, allowed=None, **content):
    histories = known.histories()
    everything = np.ones((len(histories), known.shape[1]), np.bool_)
    segments = np.zeros(len(histories), np.int64)
    return Asked(histories, segments, everything if allowed is None else allowed, **content)


def by_item(found, items):
    """(users, items) scores of a whole ranking, -inf where an item is not in it."""
    result = np.full((len(found.items), items + 1), -np.inf, np.float32)
    np.put_along_axis(result, np.where(found.items == NOTHING, items, found.items), found.scores, axis=1)
    return result[:, :-1]


@pytest.mark.parametrize("name", CONFIGS)
def test_a_graph_gives_the_scores_of_its_retriever(fitted, known, name):
    found = ask(session({name: fitted[name].form_}), asked(known), ITEMS)

    native = fitted[name].score(known.histories())
    graph = by_item(found, ITEMS)
    best = np.maximum(native.max(axis=1, keepdims=True), 1e-30)
    # Compared as scores, not as their logarithms, which blow up rounding near 0.
    relative = np.where(np.isneginf(graph), 0, np.expm1(graph) * FLOOR)
    assert_allclose(relative, np.maximum(native, 0) / best, atol=2e-5)


def test_a_blend_adds_up_its_signals_by_the_weights_of_the_users_segment(fitted, known):
    names = ["popularity", "ease", "walk"]
    weights = np.array([[1, 0, 0], [0.5, 2, -1]], np.float32)
    segments = (np.arange(USERS) % 2).astype(np.int64)
    question = asked(known)
    found = ask(
        session({name: fitted[name].form_ for name in names}, weights),
        Asked(question.histories, segments, question.allowed),
        ITEMS,
    )

    logs = np.stack([logged(fitted[name].score(question.histories), (FLOOR,))[0] for name in names])
    expected = np.einsum("us,sui->ui", weights[segments], logs)
    expected[(logs <= 0).all(axis=0)] = -np.inf
    assert_allclose(by_item(found, ITEMS), expected, rtol=1e-4, atol=1e-4)


def test_with_two_floors_a_signal_has_a_weight_for_each(fitted, known):
    names, weights = ["ease", "walk"], np.array([[0.5, 2, 1, -1]], np.float32)
    forms = {name: fitted[name].form_ for name in names}
    found = ask(session(forms, weights, floors=2), asked(known), ITEMS)

    logs = np.concatenate([logged(fitted[name].score(known.histories()), FLOORS) for name in names])
    expected = np.einsum("s,sui->ui", weights[0], logs)
    expected[(logs <= 0).all(axis=0)] = -np.inf
    assert_allclose(by_item(found, ITEMS), expected, rtol=1e-4, atol=1e-4)
    assert found.shares.shape[0] == len(names)


def test_shares_add_up_to_the_score_less_that_of_a_mean_item(fitted, known):
    names = ["popularity", "ease"]
    found = ask(session({name: fitted[name].form_ for name in names}), asked(known), ITEMS)

    logs = sum(logged(fitted[name].score(known.histories()), (FLOOR,))[0] for name in names)
    rows = found.items != NOTHING
    expected = found.scores - logs.mean(axis=1, keepdims=True)
    assert_allclose(found.shares.sum(axis=0)[rows], expected[rows], rtol=1e-4, atol=1e-4)


def test_filtered_items_are_never_answered(fitted, known):
    allowed = np.random.default_rng(0).random((USERS, ITEMS)) < 0.5
    found = ask(session({"ease": fitted["ease"].form_}), asked(known, allowed), ITEMS)

    users, places = np.nonzero(found.items != NOTHING)
    assert allowed[users, found.items[users, places]].all()


def test_a_short_answer_is_padded_with_nothing_and_no_item_comes_twice(fitted, known):
    allowed = np.zeros((USERS, ITEMS), np.bool_)
    allowed[:, :3] = True
    found = ask(session({"popularity": fitted["popularity"].form_}), asked(known, allowed), 10)

    assert_array_equal(np.sort(found.items[:, :3], axis=1), np.tile([0, 1, 2], (USERS, 1)))
    assert (found.items[:, 3:] == NOTHING).all()
    assert np.isneginf(found.scores[:, 3:]).all()


def test_a_user_without_history_gets_nothing_arbitrary(fitted, known):
    new = slice(USERS - 1, USERS)
    alone = ask(session({"als": fitted["als"].form_}), asked(known), 5)
    beside = ask(session({name: fitted[name].form_ for name in ("als", "popularity")}), asked(known), 5)

    assert (alone.items[new] == NOTHING).all()
    assert (beside.items[new] != NOTHING).all()
    assert (beside.sources[new] == 1).all()


def test_more_than_the_catalogue_is_all_there_is(fitted, known):
    found = ask(session({"popularity": fitted["popularity"].form_}), asked(known), 10 * ITEMS)

    assert found.items.shape == (USERS, ITEMS)
    assert (found.items[:, -1] == NOTHING).all()  # the cold item, of which nothing is known


def test_equal_scores_go_to_the_lower_item():
    forms = {"fixed": Fixed(np.array([1, 2, 2, 1, 2], np.float32))}
    histories = Histories(np.full((1, 1), NOTHING), np.zeros((1, 1), np.float32))
    question = Asked(histories, np.zeros(1, np.int64), np.ones((1, 5), np.bool_))

    assert_array_equal(ask(session(forms), question, 5).items, [[1, 2, 4, 0, 3]])


def test_items_that_arrived_after_training_come_in_by_content(fitted, known):
    """The caller's items: training's 4, one that is new, training's 2."""
    forms = {"ease": fitted["ease"].form_, "alike": Alike(1, 3)}
    item_content = np.array([[9, 0, 0], [9, 1, 1], [9, 0, 0]], np.float32)
    question = Asked(
        known.histories(),
        np.zeros(USERS, np.int64),
        np.ones((USERS, 3), np.bool_),
        user_content=np.tile(np.array([[0, 1, 0.5]], np.float32), (USERS, 1)),
        item_content=item_content,
        columns=np.array([4, NOTHING, 2]),
    )
    found = ask(session(forms, open_catalogue=True), question, 3)

    assert (found.items == 1).any(axis=1).all()
    assert (found.sources[found.items == 1] == 1).all()
    scores = fitted["ease"].score(known.histories())[:, [4, 2]]
    best = np.maximum(fitted["ease"].score(known.histories()).max(axis=1), 1e-30)
    graph = by_item(found, 3)[:, [0, 2]]
    # The best of the caller's items is the measure, not the best of training's.
    own_best = np.maximum(scores.max(axis=1, keepdims=True), 0)
    expected = np.log1p(np.maximum(scores, 0) / np.maximum(own_best, 1e-30) / FLOOR)
    assert_allclose(np.where(np.isneginf(graph), 0, graph), expected, rtol=1e-3, atol=1e-3)
    assert best.shape == (USERS,)


def test_the_same_blend_gives_the_same_bytes(fitted):
    forms = {name: fitted[name].form_ for name in ("ease", "als")}
    weights = np.ones((1, 2), np.float32)

    assert retrieval_graph(forms, weights, (FLOOR,), "a") == retrieval_graph(forms, weights, (FLOOR,), "a")


def test_equal_matrices_are_kept_once(known):
    one, two = (WalkConfig(hops=hops).build().fit(known).form_ for hops in (1, 2))
    weights = np.ones((1, 2), np.float32)

    both = retrieval_graph({"one": one, "two": two}, weights, (FLOOR,), "walks")
    assert len(both) < 1.5 * ITEMS * ITEMS * 4 + 8_000


def test_weights_that_do_not_fit_are_refused(fitted):
    with pytest.raises(ConfigError, match="1 signals at 1 floors need a weight each"):
        retrieval_graph({"ease": fitted["ease"].form_}, np.ones((1, 2), np.float32), (FLOOR,), "a")


def test_retrievers_of_different_catalogues_are_refused():
    forms = {"a": Fixed(np.ones(3, np.float32)), "b": Fixed(np.ones(4, np.float32))}
    with pytest.raises(ConfigError, match=r"same items, found \[3, 4\]"):
        retrieval_graph(forms, np.ones((1, 2), np.float32), (FLOOR,), "a")
