"""The filter on creators (R13): what may be asked, and what is refused with its place."""

import pytest

from recsys.config import parse
from recsys.creator_filter import CreatorFilter, Range
from recsys.errors import ConfigError


def filters(**asked):
    return parse(CreatorFilter, asked, "this filter")


@pytest.mark.parametrize("bounds", [{}, {"low": 5}, {"high": 5}, {"low": 5, "high": 5}])
def test_a_range_may_be_open_or_a_single_value(bounds):
    assert Range(**bounds).model_dump(exclude_none=True) == bounds


def test_a_range_that_holds_nothing_is_refused():
    with pytest.raises(ConfigError, match=r"followers: .*low 9\.0 is above high 5\.0"):
        filters(followers={"low": 9, "high": 5})


@pytest.mark.parametrize("bound", [float("nan"), float("inf"), "many"])
def test_a_bound_that_is_not_a_finite_number_is_refused(bound):
    with pytest.raises(ConfigError, match=r"gmv\.low: Input should be a (finite|valid) number"):
        filters(gmv={"low": bound})


def test_an_audience_share_in_per_cent_is_refused():
    """60 for 60 % would let nobody pass."""
    share = {"dimension": "gender", "value": "female", "share": {"low": 60}}

    with pytest.raises(ConfigError, match=r"audience\.0: .*a share is between 0 and 1, found 60"):
        filters(audience=[share])


@pytest.mark.parametrize(
    "asked", [{"countries": ["usa"]}, {"regions": ["CA"]}, {"posted_within_days": 0}, {"topics": ["beauty"]}]
)
def test_what_no_filter_can_mean_is_refused(asked):
    with pytest.raises(ConfigError, match=f"this filter is not a valid CreatorFilter: {next(iter(asked))}"):
        filters(**asked)
