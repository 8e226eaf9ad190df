"""`recsys bench engines`: every expression is timed; here on DuckDB, which is always there."""

from datetime import datetime, time

import pytest

from features.expressions import EXPRESSIONS
from features.known import known
from features.profiles.days import gains
from features.profiles.posts import posts
from recsys.policy import read_policies
from training.bench.engines import DUCKDB, EngineTiming, steps, time_engines
from training.bench.engines_cli import rows_of


@pytest.fixture(scope="module")
def moment(small_world):
    """The first moment of the world's last day."""
    last_day = small_world.tables["creator_daily"].day.max().to_pyarrow().as_py()
    return datetime.combine(last_day, time())


@pytest.fixture(scope="module")
def policies(policies_folder):
    return read_policies(policies_folder)


@pytest.fixture(scope="module")
def timings(small_world, moment, policies):
    return list(time_engines(str(small_world.folder), moment, policies, (), rounds=1))


def test_every_expression_is_timed_once_an_engine(timings):
    assert [(each.expression, each.engine) for each in timings] == [(name, DUCKDB) for name in EXPRESSIONS]
    assert len(timings) == steps(())


def test_times_are_above_0(timings):
    assert all(each.seconds > 0 and each.cpu_seconds > 0 for each in timings)


def test_rows_are_those_of_the_expressions_counted_where_they_are_computed(
    timings, small_world, moment, policies
):
    then = known(small_world.tables, moment, policies)
    expected = {
        "profiles.days.gains": gains(then).count().to_pyarrow().as_py(),
        "profiles.posts.posts": posts(then).count().to_pyarrow().as_py(),
    }

    assert {each.expression: each.rows for each in timings if each.expression in expected} == expected
    assert all(expected.values())


def test_the_table_has_the_engines_side_by_side_and_sums_last():
    timings = [
        EngineTiming("a", "duckdb", 7, 1.0, 2.0),
        EngineTiming("b", "duckdb", 8, 3.0, 4.0),
        EngineTiming("a", "local[1]", 7, 5.0, 6.0),
        EngineTiming("b", "local[1]", 8, 7.0, 8.0),
    ]

    assert rows_of(timings) == [
        ("a", 7, 1.0, 2.0, 5.0, 6.0),
        ("b", 8, 3.0, 4.0, 7.0, 8.0),
        ("all", None, 4.0, 6.0, 12.0, 14.0),
    ]
