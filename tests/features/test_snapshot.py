"""A snapshot is a function of what the tables hold, not of how they hold it."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from features.snapshot import build_match_snapshot, build_snapshot
from recsys.errors import ConfigError, TableError
from recsys.snapshot import PARTS, Snapshot

AS_OF = datetime.fromisoformat("2024-04-20T13:00")
VIEWS = "SELECT count(*) FROM duckdb_views() WHERE NOT internal"


@pytest.fixture
def build(random_rows, tables_of, policies):
    def of(order=lambda rows: rows, threads=1, as_of=AS_OF):
        tables = tables_of({name: order(rows) for name, rows in random_rows(1).items()})
        tables.backend.con.execute(f"SET threads = {threads}")
        return build_snapshot(tables, as_of, policies)

    return of


def test_the_order_of_rows_and_the_number_of_threads_do_not_change_the_name(build, tmp_path):
    rng = np.random.default_rng(3)
    shuffled = build(order=lambda rows: [rows[place] for place in rng.permutation(len(rows))], threads=2)

    assert shuffled.write(tmp_path).name == build().write(tmp_path).name


def test_another_moment_gives_another_name(build, tmp_path):
    assert build(as_of=AS_OF - timedelta(days=1)).write(tmp_path).name != build().write(tmp_path).name


def test_a_moment_with_a_zone_is_converted_to_utc(build):
    there = datetime(2024, 4, 20, 18, tzinfo=timezone(timedelta(hours=5)))

    facts = build(as_of=there).facts

    assert facts.as_of == AS_OF.replace(tzinfo=UTC)
    assert facts == build().facts


def test_a_written_snapshot_opens_with_the_same_columns(snapshot, tmp_path):
    opened = Snapshot.open(snapshot.write(tmp_path).path)

    assert opened.facts == snapshot.facts
    for part in PARTS:
        assert_same(getattr(opened, part), getattr(snapshot, part))


def assert_same(found, expected):
    np.testing.assert_array_equal(found.ids, expected.ids)
    assert set(found.values) == set(expected.values)
    for name, values in expected.values.items():
        np.testing.assert_array_equal(found[name], values, name)


def test_a_snapshot_for_matching_lacks_only_what_recommending_needs(
    random_rows, tables_of, policies, snapshot
):
    lean = build_match_snapshot(tables_of(random_rows(1)), AS_OF, policies)

    assert lean.facts == snapshot.facts
    for part in ("creators", "brands", "pairs"):
        assert_same(getattr(lean, part), getattr(snapshot, part))
    assert set(lean.products.values) < set(snapshot.products.values)
    for name, values in lean.products.values.items():
        np.testing.assert_array_equal(values, snapshot.products[name], name)
    assert [len(part) for part in (lean.videos, lean.product_events, lean.video_events)] == [0, 0, 0]


def test_a_video_that_is_there_twice_is_refused(tables_of, policies):
    creators = [{"creator_id": 1, "created_at": datetime.fromisoformat("2024-02-01")}]
    tables = tables_of({"creators": creators, "videos": [{"video_id": 7}, {"video_id": 7}]})

    with pytest.raises(TableError, match=r"table videos: expected each video_id once, found \[7\]"):
        build_snapshot(tables, AS_OF, policies)


def test_it_says_which_policy_was_in_force_in_each_market(snapshot):
    assert snapshot.facts.policies == {"CA": "2023-09", "US": "2023-09"}


def test_a_moment_before_any_policy_is_refused(tables_of, policies):
    tables = tables_of({"creators": [{"creator_id": 1, "created_at": datetime.fromisoformat("2019-01-01")}]})

    with pytest.raises(ConfigError, match="no policy is in force in market US"):
        build_snapshot(tables, datetime.fromisoformat("2020-01-01"), policies)


def test_before_the_first_creator_a_snapshot_is_empty(tables_of, policies, tmp_path):
    tables = tables_of({"creators": [{"creator_id": 1, "created_at": datetime.fromisoformat("2024-02-01")}]})

    empty = build_snapshot(tables, datetime.fromisoformat("2024-01-01"), policies).write(tmp_path)

    assert [len(getattr(empty, part)) for part in PARTS] == [0] * len(PARTS)


def test_a_creator_who_did_nothing_yet_has_counts_of_0_and_no_measurements(tables_of, policies):
    tables = tables_of({"creators": [{"creator_id": 5, "created_at": datetime.fromisoformat("2024-02-01")}]})

    creators = build_snapshot(tables, datetime.fromisoformat("2024-02-02"), policies).creators

    assert creators["n_videos"].tolist() == creators["gmv_high_28"].tolist() == [0]
    assert np.isnan(
        [creators["followers"][0], creators["price_median"][0], creators["days_since_post"][0]]
    ).all()
    assert creators["main_country"].tolist() == [-1]


def test_nothing_stays_in_the_database_when_a_snapshot_is_done(random_rows, tables_of, policies):
    tables = tables_of(random_rows(1))
    connection = tables.backend.con
    before = connection.execute(VIEWS).fetchall()

    build_snapshot(tables, AS_OF, policies)

    assert connection.execute(VIEWS).fetchall() == before
