"""A release is named by what is in it, wherever that lies."""

from pathlib import Path

import pytest

from recsys.config import parse
from recsys.errors import ConfigError
from recsys.release import Release

RELEASE = Release(
    snapshot=Path("snapshots/s"),
    match=Path("bundles/m"),
    index=Path("index/i"),
    lists=(Path("lists/a"), Path("lists/b")),
)


def test_every_folder_is_told_by_what_it_is():
    assert {what: str(path) for what, path in RELEASE.folders.items()} == {
        "snapshot": "snapshots/s",
        "match": "bundles/m",
        "index": "index/i",
        "lists_0": "lists/a",
        "lists_1": "lists/b",
    }


def test_paths_from_a_folder_on_lead_there_and_absolute_ones_stay():
    below = RELEASE.model_copy(update={"match": Path("/elsewhere/m")}).below(Path("releases"))

    assert (str(below.snapshot), str(below.match)) == ("releases/snapshots/s", "/elsewhere/m")
    assert [str(path) for path in below.lists] == ["releases/lists/a", "releases/lists/b"]


def test_the_name_is_that_of_the_content_and_of_its_place_in_the_release():
    moved = RELEASE.below(Path("elsewhere"))
    other = RELEASE.model_copy(update={"match": Path("bundles/other")})
    swapped = RELEASE.model_copy(update={"match": None, "index": None, "products": Path("bundles/m")})

    assert moved.name == RELEASE.name
    assert len({RELEASE.name, other.name, swapped.name}) == 3


@pytest.mark.parametrize("part", ["challenger", "index"])
def test_what_goes_with_a_ranker_needs_one(part):
    with pytest.raises(ConfigError, match="go with a match bundle, found none"):
        parse(Release, {"snapshot": "s", part: "x"}, source="a release")
