import numpy as np
import pytest

from training.implicit.evaluation import COLD, beyond_accuracy, evaluate_lists, history_segments
from training.implicit.relevant import answers


@pytest.fixture
def report(known, pairs):
    asked = answers(pairs((10, 3), (20, 2), (77, 1), (20, 1)), known)
    lists = {
        "good": np.array([[2, 3], [1, 2], [0, 1]]),
        "bad": np.array([[3, -1], [2, 3], [0, 1]]),
    }
    cold_lists = {"good": np.array([[2, 3], [2, 3], [2, 3]]), "bad": np.array([[3, 2], [3, 2], [3, 2]])}
    return evaluate_lists(lists, cold_lists, asked, known, cutoffs=(1, 2), seed=1)


def test_every_metric_is_a_mean_over_users_with_an_interval(report):
    assert report.metrics["recall_at_1"]["good"].mean == 1
    bad = report.metrics["recall_at_1"]["bad"]
    assert (bad.mean, bad.count) == (pytest.approx(1 / 3), 3)
    assert 0 <= bad.low < bad.mean < bad.high <= 1


def test_the_first_model_is_compared_with_the_others(report):
    assert set(report.differences["ndcg_at_2"]) == {"bad"}
    assert report.differences["hr_at_1"]["bad"].mean == pytest.approx(2 / 3)


def test_segments_go_by_how_much_is_known_of_a_user(report):
    of_history = {name: of_users["recall_at_1"]["bad"] for name, of_users in report.segments.items()}

    assert (of_history["history=0"].mean, of_history["history=0"].count) == (1, 1)
    assert (of_history["history=1-3"].mean, of_history["history=1-3"].count) == (0, 2)
    assert of_history["history=4+"].count == 0


def test_cold_items_are_judged_by_lists_of_cold_items_alone(report):
    cold = report.segments[COLD]["recall_at_1"]

    assert (cold["good"].mean, cold["bad"].mean, cold["good"].count) == (1, 0, 1)


def test_users_whose_every_pair_was_seen_are_counted(known, pairs):
    asked = answers(pairs((10, 3), (20, 1)), known)
    report = evaluate_lists({"a": np.array([[2]])}, {"a": np.array([[2]])}, asked, known, (1,), seed=1)

    assert (report.queries, report.queries_without_relevant) == (2, 1)


@pytest.mark.parametrize(("length", "segment"), [(0, 0), (1, 1), (3, 1), (4, 2), (100, 2)])
def test_history_segments_start_where_r28_says(length, segment):
    assert history_segments(np.array([length]))[0] == segment


def test_lists_are_judged_by_what_they_do_to_the_catalogue(known):
    lists = {"a": np.array([[2, 0, 1], [3, -1, 1], [2, 3, 1]])}

    measured = beyond_accuracy(lists, known, cutoff=2, seed=1)["a"]

    assert measured.coverage == 3 / 4
    assert measured.full.mean == pytest.approx(2 / 3)
    assert measured.cold_share.mean == pytest.approx((1 / 2 + 1 + 1) / 3)
