import numpy as np
import pytest

from training.recommending.evaluation import Asked, mean_by_creator


def test_a_creator_who_asked_often_counts_once():
    asked = Asked(*(np.array(column) for column in ([7, 7, 9, 9], [0, 1, 0, 1], [0] * 4, [0] * 4)))
    values = np.array([1.0, 0.0, 1.0, np.nan])

    assert mean_by_creator(values, asked, np.ones(4, bool)).tolist() == [0.5, 1]
    assert mean_by_creator(values, asked, asked.moment == 1) == pytest.approx([0])
    assert not len(mean_by_creator(values, asked, np.zeros(4, bool)))
