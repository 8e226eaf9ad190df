import numpy as np
import pytest
from numpy.testing import assert_array_equal

from recsys.evaluation import auc
from training.feed.catalogue import Day, all_keys
from training.feed.catalogue_evaluation import auc_of_few, figures, recalls, without_met
from training.implicit.lists import SILENT


@pytest.fixture(scope="module")
def day(feed, retrieval):
    return Day(feed, retrieval, 20220430, "long_view")


def wished(day, users) -> np.ndarray:
    """(users, videos): 1 for what each wanted."""
    return np.isin(all_keys(day, users), day.wanted).reshape(len(users), -1).astype(float)


def test_the_auc_of_few_positives_is_the_auc_of_what_is_not_silent(rng):
    for _ in range(20):
        scores, positive = rng.integers(0, 6, 40).astype(float), rng.random(40) < 0.2
        positive[0], positive[1] = True, False
        free = positive | (rng.random(40) < 0.7)
        free[1] = True

        found = auc_of_few(np.where(free, scores, SILENT), positive)

        assert found == pytest.approx(auc(scores[free], positive[free]))


def test_the_perfect_order_reaches_one_and_its_reverse_none(day):
    users = day.users[:9]
    perfect = wished(day, users)

    best = figures(without_met(perfect.copy(), day, users), day, users, (5,))
    worst = figures(without_met(-perfect, day, users), day, users, (5,))

    assert_array_equal(best["ndcg_at_5"], 1)
    assert_array_equal(best["per_user_auc"], 1)
    assert_array_equal(worst["per_user_auc"], 0)


def test_recall_grows_with_the_list_until_everything_is_found(day):
    found = recalls(day.retrieval, day, (3, 10, day.feed.counts[1]), seed=7)

    for name in ("counts", "als", "blend", "random"):
        three, ten, everything = (found[metric][name].mean for metric in found)
        assert three <= ten <= everything == 1
