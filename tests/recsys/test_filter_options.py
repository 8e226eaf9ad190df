"""Filters on a command line: ends of ranges, audience groups, and options that overrule a file."""

import pytest

from recsys.creator_filter import CreatorFilter
from recsys.errors import ConfigError
from recsys.filter_options import audience_of, filter_of, range_of


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("10:500", {"low": 10, "high": 500}),
        ("10:", {"low": 10}),
        (":1e3", {"high": 1000}),
        (None, None),
    ],
)
def test_a_range_has_one_end_or_two(text, ends):
    assert range_of("--followers", text) == ends


@pytest.mark.parametrize("text", ["10", "", ":", "many:", "1:2:3"])
def test_what_is_no_range_is_refused_with_the_option(text):
    with pytest.raises(ConfigError, match=f"--followers: expected LOW:HIGH, LOW: or :HIGH, found '{text}'"):
        range_of("--followers", text)


def test_an_audience_group_is_named_with_its_dimension():
    assert audience_of("--audience", ["gender.female=0.6:", "age.18-24=:0.5"]) == [
        {"dimension": "gender", "value": "female", "share": {"low": 0.6}},
        {"dimension": "age", "value": "18-24", "share": {"high": 0.5}},
    ]


@pytest.mark.parametrize("text", ["female=0.6:", "gender.female", "gender.female=0.6"])
def test_what_is_no_audience_group_is_refused(text):
    with pytest.raises(ConfigError, match="--audience"):
        audience_of("--audience", [text])


def test_without_a_file_or_options_the_filter_is_empty():
    assert filter_of(None, {"countries": None, "audience": []}, "the command") == CreatorFilter()


def test_options_stand_in_place_of_the_files_keys_and_the_others_stay(tmp_path):
    path = tmp_path / "filter.yaml"
    path.write_text("countries: [US]\nfollowers: {low: 5, high: 9}\nhas_ecommerce: true\n")

    found = filter_of(path, {"followers": {"low": 7}, "has_ecommerce": False, "languages": None}, "find")

    assert found == CreatorFilter(countries=("US",), followers={"low": 7}, has_ecommerce=False)


def test_a_wrong_option_is_named_with_its_command():
    with pytest.raises(ConfigError, match=r"recsys creators find is not a valid CreatorFilter: countries\.0"):
        filter_of(None, {"countries": ["usa"]}, "recsys creators find")
