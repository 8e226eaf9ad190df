import numpy as np
import pytest

from recsys.judged import Judged
from recsys.segments import by_row_segment

TIERS = np.array(["nano", "mega", "nano", "mega", "nano", "mega"])


def segments(grades, scores, sizes=(3, 3)):
    judged = Judged(
        np.zeros((6, 1), np.float32),
        np.array(grades, np.int32),
        np.array(sizes),
        ("x",),
        row_segments={"tier": TIERS},
    )
    return by_row_segment({"model": np.array(scores, np.float32)}, judged, (1, 2), seed=1)


def test_found_counts_the_segment_s_relevant_rows_in_the_whole_list():
    """The first list puts the good nano third; the second puts it first."""
    found = segments([0, 1, 1, 0, 1, 0], [3, 2, 1, 1, 3, 2])

    assert found["tier=nano"]["found_at_2"]["model"].mean == 0.5
    assert found["tier=mega"]["found_at_1"]["model"].mean == 0
    assert found["tier=mega"]["found_at_2"]["model"].mean == 1


def test_ndcg_orders_the_segment_s_rows_among_themselves():
    within = segments([0, 1, 1, 0, 1, 0], [3, 2, 1, 1, 3, 2])

    assert within["tier=mega"]["ndcg_at_1"]["model"].mean == 1
    assert within["tier=nano"]["ndcg_at_2"]["model"].mean == pytest.approx((1 / np.log2(3) + 1) / 2)


def test_queries_without_a_relevant_row_of_the_segment_are_left_out():
    found = segments([1, 0, 0, 0, 1, 0], [3, 2, 1, 1, 3, 2])

    assert found["tier=nano"]["found_at_1"]["model"].count == 2
    assert found["tier=mega"]["found_at_1"]["model"].count == 0
    assert np.isnan(found["tier=mega"]["ndcg_at_1"]["model"].mean)


def test_a_query_may_have_no_row_of_a_segment():
    found = segments([1, 0, 0, 0, 0, 1], [3, 2, 1, 1, 3, 2], sizes=(1, 5))

    assert found["tier=mega"]["ndcg_at_1"]["model"].count == 1
