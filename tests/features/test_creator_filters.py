"""The filter on creators (R13): who passes, in which order, how many are left, what is not understood."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.creator_filters import FEW, Condition, conditions, narrowed, passing
from recsys.creator_filter import CreatorFilter
from recsys.errors import RequestError

NAN = float("nan")


def asked(**filters):
    return CreatorFilter(**filters)


@pytest.fixture(scope="session")
def applied(four_creators):
    def of(asked, inside=None, **changes):
        return passing(asked, inside, four_creators(**changes))

    return of


@pytest.fixture(scope="session")
def rows_of(applied):
    return lambda *filters, **changes: applied(*filters, **changes).rows.tolist()


def test_without_a_market_or_filters_everyone_passes_and_nothing_is_counted(applied):
    everyone = applied(asked())

    assert everyone.rows.tolist() == [0, 1, 2, 3]
    assert everyone.counts == ()


def test_what_was_asked_is_said_in_full(applied):
    filters = {"followers": {"low": 1_234_567, "high": 10_000_000}, "average_views": {"low": 0.5}}

    followers, views = applied(asked(**filters)).counts

    assert (followers.asked, views.asked) == ("1,234,567 to 10,000,000", "0.5 to …")


def test_creators_of_another_market_do_not_pass(rows_of):
    assert rows_of(asked(), "US", market=[0, 1, 0, 1]) == [1, 3]


def test_a_creator_abroad_with_an_audience_here_passes_and_one_here_with_one_abroad_does_not(rows_of):
    living, audience = [0, 2, 2, 2], [2, 0, 2, 2]

    assert rows_of(asked(countries=["US"]), country=living, main_country=audience) == [0, 2, 3]


def test_any_of_several_countries_will_do(rows_of):
    assert rows_of(asked(countries=["US", "BR"]), main_country=[0, 1, 2, 0]) == [0, 2, 3]


def test_a_creator_whose_audience_was_never_measured_passes_no_filter_on_it(rows_of):
    unmeasured = {"main_country": [-1] * 4, "main_state": [-1] * 4, "audience_gender": np.full((4, 2), NAN)}

    assert rows_of(asked(countries=["US"]), **unmeasured) == []
    assert rows_of(asked(regions=["US-CA"]), **unmeasured) == []
    audience = [{"dimension": "gender", "value": "female", "share": {"low": 0}}]
    assert rows_of(asked(audience=audience), **unmeasured) == []
    assert rows_of(asked(), **unmeasured) == [0, 1, 2, 3]


def test_the_region_is_the_state_with_most_of_the_audience(rows_of):
    assert rows_of(asked(regions=["US-NY", "GB-ENG"]), main_state=[0, 1, 2, -1]) == [0, 2]


def test_a_level_1_category_takes_in_its_level_2_categories(rows_of):
    assert rows_of(asked(categories=["beauty"]), category=[0, 1, 2, -1]) == [1, 2]
    assert rows_of(asked(categories=["beauty/perfume"]), category=[0, 1, 2, -1]) == [2]
    assert rows_of(asked(categories=["beauty/perfume", "baby"]), category=[0, 1, 2, -1]) == [0, 2]


def test_languages_are_those_of_the_creator(rows_of):
    assert rows_of(asked(languages=["es", "pt"]), language=[0, 1, 2, -1]) == [1, 2]


@pytest.mark.parametrize(("wanted", "rows"), [(True, [0, 2]), (False, [1, 3]), (None, [0, 1, 2, 3])])
def test_access_to_commerce_may_be_wanted_or_not_or_not_matter(rows_of, wanted, rows):
    assert rows_of(asked(has_ecommerce=wanted), has_ecommerce=[True, False, True, False]) == rows


@pytest.mark.parametrize(
    ("key", "column"),
    [("followers", "followers"), ("average_views", "mean_views"), ("price", "price_median")],
)
def test_both_ends_of_a_range_are_included_and_the_unknown_is_not(rows_of, key, column):
    values = {column: [99.0, 100, 200, NAN]}

    assert rows_of(asked(**{key: {"low": 100, "high": 200}}), **values) == [1, 2]
    assert rows_of(asked(**{key: {"high": 99}}), **values) == [0]
    assert rows_of(asked(**{key: {"low": 200}}), **values) == [2]
    assert rows_of(asked(**{key: {}}), **values) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        ({"low": 500, "high": 600}, [1, 2]),
        ({"low": 101}, [1, 2, 3]),
        ({"high": 99}, [1]),
        ({"low": 100, "high": 100}, [0, 1]),
    ],
)
def test_a_withheld_gmv_passes_where_it_may_lie_inside_the_range(rows_of, wanted, rows):
    """The first shows 100; the others withhold theirs, between 50 and 1,000, 500 and 2,000, 900 and 1,500."""
    low, high = [100, 50, 500, 900], [100, 1000, 2000, 1500]

    assert rows_of(asked(gmv=wanted), gmv_low_28=low, gmv_high_28=high) == rows


def test_shares_of_the_audience_have_a_range_each(applied):
    shares = np.array([[0.6, 0.4], [0.59, 0.41], [0.9, 0.1], [NAN, NAN]])
    audience = [
        {"dimension": "gender", "value": "female", "share": {"low": 0.6}},
        {"dimension": "gender", "value": "male", "share": {"low": 0.2, "high": 0.5}},
    ]

    left = applied(asked(audience=audience), audience_gender=shares)

    assert left.rows.tolist() == [0]
    assert [(count.name, count.left) for count in left.counts] == [
        ("audience.gender.female", 2),
        ("audience.gender.male", 1),
    ]


def test_a_creator_who_never_posted_has_not_posted_lately(rows_of):
    assert rows_of(asked(posted_within_days=7), days_since_post=[0, 7, 7.1, NAN]) == [0, 1]


def test_blocked_creators_are_left_out_and_blocking_strangers_changes_nothing(rows_of):
    assert rows_of(asked(blocked_creators=[20, 40, 99])) == [0, 2]


def test_each_filter_is_counted_in_a_fixed_order_and_the_one_that_empties_is_known(applied):
    wanted = asked(
        blocked_creators=[10],
        posted_within_days=7,
        followers={"low": 10**12},
        languages=["en"],
        countries=["US"],
    )

    left = applied(wanted, "US", language=[0, 0, 1, 1])

    assert [(count.name, count.asked, count.left) for count in left.counts] == [
        ("market", "US", 4),
        ("countries", "US", 4),
        ("languages", "en", 2),
        ("followers", "1e+12 to …", 0),
        ("posted_within_days", "… to 7", 0),
        ("blocked_creators", "1 named", 0),
    ]
    assert len(left.rows) == 0


@pytest.mark.parametrize(
    ("wanted", "match"),
    [
        (asked(countries=["UK"]), r"unknown countries filter 'UK'.*near matches.*US"),
        (asked(regions=["US-CO"]), r"unknown regions filter 'US-CO'.*near matches.*US-CA"),
        (asked(languages=["english"]), r"unknown languages filter 'english'.*en"),
        (asked(categories=["beauty/hair"]), r"unknown categories filter 'beauty/hair'.*beauty/hair_care"),
        (asked(categories=["beaty"]), r"unknown categories filter 'beaty'.*beauty"),
        (
            asked(audience=[{"dimension": "gender", "value": "woman", "share": {"low": 0.5}}]),
            r"unknown audience filter's gender 'woman'.*male",
        ),
    ],
)
def test_an_unknown_word_is_refused_with_near_ones(applied, wanted, match):
    with pytest.raises(RequestError, match=match):
        applied(wanted)


def test_an_unknown_market_is_refused_with_near_ones(applied):
    with pytest.raises(RequestError, match=r"unknown market filter 'FR'.*near matches.*GB"):
        applied(asked(), "FR")


def test_an_unknown_word_is_refused_even_behind_a_filter_that_leaves_nobody(applied):
    with pytest.raises(RequestError, match="unknown languages filter 'xx'"):
        applied(asked(countries=["BR"], languages=["xx"]))


@given(st.lists(st.floats(0, 100), min_size=4, max_size=4), st.floats(0, 100), st.floats(0, 100))
def test_a_filter_never_lets_more_pass_when_it_is_narrowed(rows_of, values, one, other):
    low, high = sorted((one, other))

    wide = set(rows_of(asked(followers={"low": low}), followers=values))
    narrow = set(rows_of(asked(followers={"low": low, "high": high}), followers=values))

    assert narrow <= wide
    assert narrow == {row for row, value in enumerate(values) if low <= value <= high}


def test_counts_and_rows_are_the_same_over_all_rows_and_row_by_row():
    """The first condition leaves 1 in 10, so the others look rows up; a second count goes over all rows."""
    rng = np.random.default_rng(5)
    columns = [rng.random(1_000) for _ in range(3)]
    limits = (0.1, 0.5, 0.5)
    assert limits[0] * FEW < 1

    def below(column, limit):
        return Condition("below", str(limit), lambda rows: column[rows] < limit)

    found = narrowed([below(*pair) for pair in zip(columns, limits, strict=True)], 1_000)

    flags = np.logical_and.accumulate([column < limit for column, limit in zip(columns, limits, strict=True)])
    assert [count.left for count in found.counts] == flags.sum(axis=1).tolist()
    np.testing.assert_array_equal(found.rows, np.flatnonzero(flags[-1]))


def test_every_part_of_a_filter_makes_a_condition_of_its_name(four_creators):
    """A part added to the filter and not applied would let everyone pass without a word."""
    everything = asked(
        countries=["US"],
        regions=["US-CA"],
        categories=["beauty"],
        languages=["en"],
        has_ecommerce=True,
        followers={"low": 1},
        average_views={"low": 1},
        gmv={"low": 1},
        price={"low": 1},
        audience=[{"dimension": "gender", "value": "female", "share": {"low": 0.1}}],
        posted_within_days=7,
        blocked_creators=[10],
    )

    names = {each.name.partition(".")[0] for each in conditions(everything, "US", four_creators())}

    assert names == {"market", *CreatorFilter.model_fields}
