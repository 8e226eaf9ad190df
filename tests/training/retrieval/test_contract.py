"""What every retriever promises."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys.interactions import Histories
from recsys.interactions.matrix import NOTHING
from training.retrieval.als import AlsConfig
from training.retrieval.bpr import BprConfig
from training.retrieval.content import ContentConfig
from training.retrieval.ease import EaseConfig
from training.retrieval.low_pass import LowPassConfig
from training.retrieval.popularity import PopularityConfig
from training.retrieval.walk import WalkConfig

CONFIGS = {
    "popularity": PopularityConfig(),
    "popularity of light users": PopularityConfig(user_exponent=1.0),
    "als": AlsConfig(factors=3, iterations=10),
    "bpr": BprConfig(factors=8, iterations=200),
    "ease": EaseConfig(l2=50.0),
    "ease, sparse": EaseConfig(l2=50.0, neighbours=10),
    "walk": WalkConfig(),
    "walk of two hops": WalkConfig(hops=2, popularity_exponent=0.2),
    "low_pass": LowPassConfig(factors=4),
    "content": ContentConfig(neighbours=9),
}
PERSONAL = [name for name in CONFIGS if not name.startswith("popularity")]
ITEMS = 22
NOBODY = Histories(np.full((1, 1), NOTHING), np.zeros((1, 1), np.float32))


@pytest.fixture(scope="module")
def fitted(known, content):
    return {name: config.build().fit(known, content) for name, config in CONFIGS.items()}


def histories(*rows):
    length = max(map(len, rows))
    items = np.array([[*row, *[NOTHING] * (length - len(row))] for row in rows])
    return Histories(items, (items != NOTHING).astype(np.float32))


@pytest.mark.parametrize("name", CONFIGS)
def test_scores_are_finite_float32_of_every_item(fitted, known, name):
    scores = fitted[name].score(known.histories())

    assert scores.shape == known.shape
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("name", PERSONAL)
def test_items_of_the_users_taste_come_first_for_somebody_training_never_saw(fitted, taste, name):
    scores = fitted[name].score(histories([0, 3], [14, 19, 11]))
    unseen = np.array([[1, 2, 4, 5], [10, 12, 13, 15]])
    others = np.array([[10, 11, 12, 13], [0, 1, 2, 3]])

    own = np.take_along_axis(scores, unseen, axis=1).min(axis=1)
    assert (own > np.take_along_axis(scores, others, axis=1).max(axis=1)).all()


@pytest.mark.parametrize("name", PERSONAL)
def test_nothing_is_said_to_a_user_without_history(fitted, name):
    assert_array_equal(fitted[name].score(NOBODY), np.zeros((1, ITEMS)))


@pytest.mark.parametrize("name", CONFIGS)
def test_a_user_is_scored_alike_in_any_company(fitted, known, name):
    model = fitted[name]
    together = model.score(known.histories())

    assert_allclose(model.score(known.histories(np.array([7]))), together[7:8], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", CONFIGS)
def test_the_same_data_and_seed_give_the_same_arrays(fitted, known, content, name):
    again = CONFIGS[name].build().fit(known, content).form_

    for field, values in vars(fitted[name].form_).items():
        assert_array_equal(np.asarray(values), np.asarray(getattr(again, field)))


@pytest.mark.parametrize("name", CONFIGS)
def test_cold_items_are_found_by_content_alone(fitted, name):
    cold = fitted[name].score(histories([0, 3, 5, 7]))[0, 20:]

    if name == "content":
        assert cold[0] > 0
        assert cold[1] == 0
    elif name in ("als", "bpr"):
        # Factors of items nobody met are noise near 0, below every item of the taste.
        assert (cold < fitted[name].score(histories([0, 3, 5, 7]))[0, :10].min()).all()
    else:
        assert_array_equal(cold, [0, 0])
