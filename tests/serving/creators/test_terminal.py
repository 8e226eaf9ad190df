"""Marks of a sparkline: from the lowest to the highest, gaps where nothing is known."""

import pytest

from serving.creators.terminal import sparkline


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([0, 0, 7, 7], "▁█"),
        ([0, 2, 7, 7, 3, 5], "▁█▅"),
        ([None, None, 1, 3, 2, None], "·▁▁"),
        ([5, 5, 5, 5], "▁▁"),
        ([None, None], "·"),
        ([0, 0, 1], "▁█"),
        ([], ""),
    ],
)
def test_each_mark_is_the_mean_of_two_days(values, marks):
    assert sparkline(values) == marks
