"""What is known at the end of a month, by hand, and that the month after stays out of it."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from training.trends.forecast import (
    excess,
    extrapolated,
    forecast,
    growth,
    last_growth,
    last_level,
    level,
    trending,
)
from training.trends.months import Month, judged_months, learnt_from, moment_of
from training.trends.panel import Sightings, month_start

FIRST = month_start("2011-01")


def steady_and_growing(days: int = 190, entities: int = 30, seed: int = 0) -> Sightings:
    """Poisson counts; entity 0 doubles every 60 days."""
    rng = np.random.default_rng(seed)
    rates = np.full((entities, days), 5.0)
    rates[0] *= 2 ** (np.arange(days) / 60)
    counts = rng.poisson(rates)
    entity, day = counts.nonzero()
    names = pa.array(entity.astype(str))
    return Sightings(entity, names, FIRST + day, counts[entity, day].astype(float), False, 20.0, 5.0)


def page(days: int = 160) -> Sightings:
    """Counts to date of four entities that add 1 %, 2 %, 3 % and nothing of a million a day."""
    entity, day = np.divmod(np.arange(4 * days), days)
    share = np.array([0.01, 0.02, 0.03, 0.0])[entity]
    values = 1e6 * (1 + share * day)
    return Sightings(entity, pa.array(entity.astype(str)), FIRST + day, values, True, 0.0, 0.005)


def month_named(seen: Sightings, name: str) -> Month:
    return next(month for month in judged_months(seen) if month.name == name)


def test_counts_are_those_of_30_days():
    """March has 31 days and 1 a day; the 30 days before it 2; April 3 a day."""
    rows = [
        (day, 1 + (day < month_start("2011-03")) + 2 * (day >= month_start("2011-04")))
        for day in range(FIRST, FIRST + 120)
    ]
    days, values = (np.array(each) for each in zip(*rows, strict=True))
    seen = Sightings(np.zeros_like(days), pa.array(["a"] * 120), days, values.astype(float), False, 20.0, 5.0)

    found = moment_of(seen, month_start("2011-03"), month_start("2011-04"), month_start("2011-05"))

    assert (found.known.now[0], found.known.before[0], found.next[0]) == (30, 60, 90)
    assert found.known.log_ratio(found.next, found.known.now)[0] == pytest.approx(np.log(95 / 35))
    assert found.lost == 0


def test_an_entity_below_the_floor_is_not_ranked():
    seen = replace(steady_and_growing(), floor=400.0)

    assert [month.end.known.entities.tolist() for month in judged_months(seen)][-1] == [0]


def test_growth_of_counts_to_date_is_relative():
    month = month_named(page(), "2011-04")

    assert level(month) == pytest.approx(np.log1p(month.end.next / month.end.known.total))
    assert np.argsort(level(month)).tolist() == np.argsort(extrapolated(month)).tolist()
    assert np.argmin(last_level(month)) == 3
    assert level(month)[3] == 0


def test_what_leaves_the_page_is_lost_and_counted():
    everything = page()
    gone = (everything.entity == 1) & (everything.day >= month_start("2011-05"))
    seen = replace(
        everything, entity=everything.entity[~gone], day=everything.day[~gone], value=everything.value[~gone],
        name=everything.name.filter(pa.array(~gone)),
    )  # fmt: skip

    month = month_named(seen, "2011-04")

    assert month.end.known.entities.tolist() == [0, 2, 3]
    assert month.end.lost == 1


@pytest.mark.parametrize("seen", [steady_and_growing(), page()], ids=["counts", "counts to date"])
def test_nothing_of_the_month_after_enters_the_ranking(seen):
    end = month_start("2011-05")
    later = seen.day >= end
    changed = replace(seen, value=np.where(later & (seen.entity == 2), seen.value * 7, seen.value))

    for ranker in (forecast, last_growth, trending, extrapolated, last_level):
        scores = [ranker(month_named(each, "2011-04")) for each in (seen, changed)]
        np.testing.assert_array_equal(*scores)
    assert not np.array_equal(*(growth(month_named(each, "2011-04")) for each in (seen, changed)))


def test_what_is_learnt_from_was_over_when_the_month_ended():
    for month in judged_months(steady_and_growing()):
        end = month_start(month.name) + 27
        assert all(moment.over <= end + 5 for moment in month.past)
    assert max(each.over for each in learnt_from(steady_and_growing(), FIRST + 100)) <= FIRST + 100


def test_what_grows_all_the_time_is_named_first():
    """The forecast learns that here, unlike usually, growth goes on."""
    month = judged_months(steady_and_growing())[-1]

    assert np.argmax(growth(month)) == 0
    assert np.argmax(trending(month)) == 0
    assert np.argmax(excess(month)) == 0


def test_a_month_after_of_which_little_is_known_judges_nothing():
    full, short = (judged_months(steady_and_growing(days)) for days in (181, 160))

    assert [month.name for month in full][-1] == "2011-05"
    assert [month.name for month in short][-1] == "2011-04"
