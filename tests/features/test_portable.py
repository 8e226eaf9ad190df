"""The traps, one by one."""

import ibis
import pyarrow as pa
import pytest

from features import portable


@pytest.fixture
def value():
    def of(compute, **columns):
        return compute(ibis.memtable(pa.table(columns))).to_pyarrow().to_pylist()

    return of


@pytest.fixture
def total():
    def of(compute, numbers):
        rows = ibis.memtable(pa.table({"a": pa.array(numbers, pa.float64())}))
        return compute(rows.a).to_pyarrow().as_py()

    return of


def test_a_ratio_to_0_is_missing(value):
    assert value(lambda t: portable.ratio(t.a, t.b), a=[1, 1, 0], b=[2, 0, 0]) == [0.5, None, None]


def test_a_log_ratio_needs_two_positive_numbers(value):
    found = value(
        lambda t: portable.log_ratio(t.a, t.b), a=[1.0, 0.0, 2.0, -1.0, None], b=[1.0, 1.0, 0.0, 1.0, 1.0]
    )

    assert found == [0.0, None, None, None, None]


def test_a_sum_of_fractions_does_not_depend_on_their_order(total):
    numbers = [0.1, 1e9, -1e9, 0.2, 1e-3] * 99

    sums = {total(portable.exact_sum, order) for order in (numbers, numbers[::-1], sorted(numbers))}

    assert len(sums) == 1
    assert sums.pop() == pytest.approx(99 * 0.301, abs=1e-3)


def test_the_mean_of_nothing_is_missing(total):
    assert total(portable.exact_mean, [None, None]) is None
    assert total(portable.exact_mean, [0.25, None, 0.75]) == 0.5


def test_seconds_are_whole_even_for_a_part_of_one(value):
    moments = pa.array([1_700_000_000_999_999, 0], pa.timestamp("us"))

    assert value(lambda t: portable.seconds(t.a), a=moments) == [1_700_000_000, 0]


def test_a_moment_and_its_day_have_the_same_number(value):
    moments = pa.array([-1, 0, 86_399_999_999, 86_400_000_000, None], pa.timestamp("us"))

    days = pa.array([-1, 0, 0, 1, None], pa.date32())

    assert value(lambda t: portable.day_number(t.a), a=moments) == [-1, 0, 0, 1, None]
    assert value(lambda t: portable.day_number(t.a), a=days) == [-1, 0, 0, 1, None]


def test_a_day_is_over_when_the_next_begins(value):
    days = pa.array([0, 19_000, None], pa.date32())

    assert value(lambda t: portable.end_of_day(t.a), a=days) == [86_400, 19_001 * 86_400, None]


def test_growth_is_smoothed(value):
    assert value(lambda t: portable.log_growth(t.a, t.b, 10.0), a=[10, 0], b=[0, 0]) == pytest.approx(
        [0.6931472, 0]
    )


def test_level_1_is_what_stands_before_the_slash(value):
    assert value(lambda t: portable.level_1(t.a), a=["beauty/hair", "beauty"]) == ["beauty", "beauty"]
    assert portable.level_1_of("beauty/hair/oil") == "beauty"


def test_only_integers_are_filled(value):
    columns = {"a": pa.array([None, 2], pa.int64()), "b": pa.array([None, 2.0])}

    assert value(portable.fill_counts, **columns) == [{"a": 0, "b": None}, {"a": 2, "b": 2.0}]


def test_a_quantile_lies_between_its_neighbours(total):
    assert total(lambda values: portable.quantile(values, 0.5), [1, 2, None, 4]) == 2
    assert total(lambda values: portable.quantile(values, 0.1), [1_000, 3_000, 8_000]) == 1_400


def test_days_have_a_fraction(total):
    assert total(lambda values: portable.elapsed_days(values.max()), [129_600]) == 1.5
