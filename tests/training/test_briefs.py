from datetime import UTC, date, datetime, timedelta

import pytest

from recsys.brief import Brief
from recsys.errors import TableError
from recsys.policy import read_policies
from recsys.tables import TABLES, Tables, empty
from training.briefs import LoggedBrief, read_briefs


@pytest.fixture(scope="module")
def briefs(small_world):
    return read_briefs(small_world.tables)


def test_every_campaign_is_a_brief_oldest_first(small_world, briefs):
    assert len(briefs) == small_world.tables["campaigns"].count().to_pyarrow().as_py()
    assert briefs == sorted(briefs, key=lambda logged: (logged.created_at, logged.campaign_id))


def test_targets_belong_to_their_campaign(small_world, briefs):
    rows = small_world.tables["campaign_targets"].to_pyarrow().to_pylist()
    by_id = {logged.campaign_id: logged.brief for logged in briefs}

    for row in rows:
        assert by_id[row["campaign_id"]].target[row["dimension"]][row["value"]] == row["share"]
    assert sum(len(shares) for brief in by_id.values() for shares in brief.target.values()) == len(rows)


def test_moments_are_aware_of_utc(briefs):
    assert all(logged.created_at.tzinfo is UTC for logged in briefs)


@pytest.mark.parametrize(
    ("created", "ends", "final"),
    [
        (datetime(2026, 3, 1, 12, tzinfo=UTC), date(2026, 3, 5), datetime(2026, 3, 22, 12, tzinfo=UTC)),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), date(2026, 4, 5), datetime(2026, 4, 6, tzinfo=UTC)),
        (datetime(2022, 3, 1, 12, tzinfo=UTC), date(2022, 3, 5), datetime(2022, 3, 18, 12, tzinfo=UTC)),
    ],
    ids=["window and extension", "campaign", "policy of its day"],
)
def test_grades_are_final_when_window_and_campaign_are_over(policies_folder, created, ends, final):
    brief = Brief(
        brand_id=1,
        market="US",
        category="beauty/hair_care",
        product_ids=(1,),
        objective="gmv",
        campaign_type="review",
        budget=1,
        starts_on=ends - timedelta(days=1),
        ends_on=ends,
    )

    assert LoggedBrief(1, created, brief).final_at(read_policies(policies_folder)) == final


def test_a_campaign_that_serving_would_refuse_is_named(small_world):
    rows = small_world.tables["campaigns"].to_pyarrow()
    backwards = rows.set_column(
        rows.column_names.index("ends_on"), "ends_on", rows["created_at"].cast("date32")
    )
    arrow = {name: empty(name) for name in TABLES} | {
        "campaigns": backwards,
        "creators": small_world.tables["creators"].to_pyarrow(),
    }

    with pytest.raises(TableError, match=r"campaign \d+ .*ends_on .* is before starts_on"):
        read_briefs(Tables.from_arrow(arrow))
