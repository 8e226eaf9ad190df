"""Trends of a market: what rises and falls in which slice, and that nothing later matters."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from features.known import known
from features.trends.counts import Slice
from features.trends.expected import Growth
from features.trends.kinds import measure_of
from features.trends.trends import TrendsConfig, scores, trends, verdicts
from recsys.errors import TableError
from recsys.tables import partial_tables

AS_OF = datetime.fromisoformat("2024-05-20")
HASHTAGS = measure_of("hashtags")
EVERYWHERE = Slice()


def test_what_doubled_leads_the_risers_with_growth_near_2(market):
    first, *others = trends(market, HASHTAGS, EVERYWHERE, TrendsConfig()).to_pylist()

    # 28 days of 3 a day and 6 on weekends are 108 posts; a tag that a video has twice counts once.
    assert (first["rank"], first["entity"], first["observed"]) == (1, "up", 216)
    assert first["expected"] == pytest.approx(108, rel=0.05)
    assert 1.7 < first["growth"] < 2.1
    assert first["growth_low"] > 1.4
    assert (first["verdict"], first["new"]) == ("rising", False)
    assert {row["verdict"] for row in others if row["entity"] != "down"} == {"steady"}
    assert [row["rank"] for row in others] == list(range(2, 2 + len(others)))


def test_what_stopped_leads_the_decliners(market):
    first = trends(market, HASHTAGS, EVERYWHERE, TrendsConfig(declining=True, count=1)).to_pylist()[0]

    assert (first["entity"], first["observed"], first["verdict"]) == ("down", 0, "falling")
    assert first["growth_high"] < 0.3


@pytest.mark.parametrize(("days", "usual"), [(1, 6), (2, 12), (3, 15), (7, 27)])
def test_a_window_of_days_expects_what_such_weekdays_bring(market, days, usual):
    """The last day is a Sunday: 6 posts are usual, and not the 27 / 7 of an average day."""
    rows = trends(market, HASHTAGS, EVERYWHERE, TrendsConfig(window=days, floor=1)).to_pylist()
    steady = next(row for row in rows if row["entity"] == "steady0")

    assert steady["observed"] == usual
    assert steady["expected"] == pytest.approx(usual, rel=0.05)


def test_a_slice_holds_its_market_and_category_only(market):
    here = trends(market, HASHTAGS, Slice("US"), TrendsConfig(count=99))["entity"].to_pylist()
    level_1 = trends(market, HASHTAGS, Slice(category="home"), TrendsConfig(count=99))["entity"].to_pylist()
    level_2 = trends(market, HASHTAGS, Slice(category="beauty/skin"), TrendsConfig(count=99))

    assert sorted(here) == sorted(level_1) == sorted(["up", *(f"steady{2 * n}" for n in range(11))])
    assert "steady1" in level_2["entity"].to_pylist()
    assert len(trends(market, HASHTAGS, Slice("FR"), TrendsConfig())) == 0


def test_daily_counts_end_with_the_last_day(market):
    row = trends(market, HASHTAGS, EVERYWHERE, TrendsConfig(count=1)).to_pylist()[0]

    assert len(row["daily"]) == 12 * 7 + 28
    assert row["daily"][-7:] == [6, 6, 6, 6, 6, 12, 12]


def test_what_is_too_small_is_left_out(market):
    assert trends(market, HASHTAGS, EVERYWHERE, TrendsConfig(floor=200))["entity"].to_pylist() == ["up"]


def test_later_rows_change_nothing(market_rows, tables_of, policies):
    cut = AS_OF - timedelta(days=20)
    early = {**market_rows, "videos": [row for row in market_rows["videos"] if row["posted_at"] < cut]}

    found = [
        trends(known(tables_of(rows), cut, policies), HASHTAGS, EVERYWHERE, TrendsConfig())
        for rows in (market_rows, early)
    ]

    assert found[0].equals(found[1])


def test_the_day_that_is_not_over_is_left_out(market_rows, tables_of, policies):
    tables = tables_of(market_rows)
    midnight, evening = (known(tables, AS_OF - timedelta(hours=hours), policies) for hours in (24, 3))

    assert trends(midnight, HASHTAGS, EVERYWHERE, TrendsConfig()).equals(
        trends(evening, HASHTAGS, EVERYWHERE, TrendsConfig())
    )


def test_a_year_of_history_makes_the_season_expected(tables_of, policies):
    """`xmas` is posted three times as often in the same four weeks of both years."""
    start, days = datetime.fromisoformat("2023-01-02"), 52 * 7 + 7 * 18

    def often(tag: str, day: int) -> int:
        return 9 if tag == "xmas" and day % 364 in range(98, 126) else 3

    rows = [
        {"creator_id": 1, "posted_at": start + timedelta(days=day, hours=hour), "hashtags": [tag]}
        for tag in ["xmas", *(f"steady{number}" for number in range(20))]
        for day in range(days)
        for hour in range(often(tag, day))
    ]
    videos = [{"video_id": place, **row} for place, row in enumerate(rows)]
    tables = tables_of({"creators": [{"creator_id": 1, "created_at": start}], "videos": videos})
    config = TrendsConfig(count=99)

    second_year = trends(known(tables, start + timedelta(days=days), policies), HASHTAGS, EVERYWHERE, config)
    first_year = trends(known(tables, start + timedelta(days=126), policies), HASHTAGS, EVERYWHERE, config)
    growth = [
        dict(zip(found["entity"].to_pylist(), found["growth"].to_pylist(), strict=True))["xmas"]
        for found in (first_year, second_year)
    ]

    assert growth[0] > 2.5
    assert growth[1] == pytest.approx(1, abs=0.15)


def test_what_the_tables_lack_is_named(arrow, policies):
    tables = partial_tables({"creators": arrow("creators", [{"creator_id": 1}]).select(["creator_id"])})

    with pytest.raises(TableError, match="no table videos"):
        trends(known(tables, AS_OF, policies), HASHTAGS, EVERYWHERE, TrendsConfig())


def test_a_market_that_the_tables_do_not_know_is_named(market_rows, arrow, policies):
    columns = {"creators": ["creator_id"], "videos": ["video_id", "creator_id", "posted_at", "hashtags"]}
    tables = partial_tables(
        {name: arrow(name, market_rows[name]).select(wanted) for name, wanted in columns.items()}
    )
    partly = known(tables, AS_OF, policies)

    assert trends(partly, HASHTAGS, EVERYWHERE, TrendsConfig(count=1))["entity"].to_pylist() == ["up"]
    with pytest.raises(TableError, match=r"creators\.market"):
        trends(partly, HASHTAGS, Slice("US"), TrendsConfig())


def growth(low: float, high: float, expected: float) -> Growth:
    one = np.ones(1)
    return Growth(expected * one, one, low * one, high * one, np.zeros(1, bool))


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(1.1, 2.0, "rising"), (0.5, 0.9, "falling"), (0.9, 1.1, "steady")]
)
def test_a_verdict_needs_the_whole_interval(low, high, verdict):
    assert verdicts(growth(low, high, 100)).tolist() == [verdict]
    assert (scores(growth(low, high, 100), 20, declining=False)[0] > 0) == (verdict == "rising")
    assert (scores(growth(low, high, 100), 20, declining=True)[0] > 0) == (verdict == "falling")


def test_growth_from_next_to_nothing_does_not_lead():
    """20 surely times as many as 1 is less than 3 times as many as 100: (20+20)/21 < (300+20)/120."""
    tiny, large = (scores(growth(*case), 20, declining=False)[0] for case in ((20, 60, 1), (3, 4, 100)))

    assert tiny == pytest.approx(np.log(40 / 21))
    assert large == pytest.approx(np.log(320 / 120))
