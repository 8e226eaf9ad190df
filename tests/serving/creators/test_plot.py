"""The picture of a history: the same bytes each time, with dates and names that can be read."""

import pytest

from recsys.errors import ConfigError, RequestError
from serving.creators.engine import CreatorEngine
from serving.creators.plot import draw


@pytest.fixture
def profile(creators_snapshot):
    return CreatorEngine(creators_snapshot).show(130)


def test_an_svg_is_the_same_bytes_each_time_and_names_no_date_of_drawing(profile, tmp_path):
    for name in ("a.svg", "b.svg"):
        draw(profile, tmp_path / name)

    drawn = (tmp_path / "a.svg").read_text()
    assert drawn == (tmp_path / "b.svg").read_text()
    assert "dc:date" not in drawn


def test_axes_are_named_and_dated(profile, tmp_path):
    draw(profile, tmp_path / "a.svg")

    drawn = (tmp_path / "a.svg").read_text()
    for word in ("followers", "views", "engagement rate", "Feb", "Creator 130", "2024-01-01 to 2024-03-30"):
        assert word in drawn


def test_a_png_is_a_picture(profile, tmp_path):
    draw(profile, tmp_path / "a.png")

    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_another_format_is_refused(profile, tmp_path):
    with pytest.raises(ConfigError, match=r"ends in \.png or \.svg, found .*a\.jpg"):
        draw(profile, tmp_path / "a.jpg")


def test_there_is_nothing_to_draw_without_history(make_snapshot, tmp_path):
    with pytest.raises(RequestError, match="nothing to draw: unwritten was built without daily history"):
        draw(CreatorEngine(make_snapshot()).show(130), tmp_path / "a.svg")
