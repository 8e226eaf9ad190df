from datetime import datetime

import pytest

from recsys.errors import BundleError
from recsys.lift import LIFTS, TraitLift, TraitLifts

AS_OF = datetime.fromisoformat("2026-06-30")


def lift(word="question", measure="views", **changed):
    row = {"lift": 1.2, "low": 1.1, "high": 1.3, "videos_with": 40, "videos_without": 90, "verdict": "raises"}
    return TraitLift(
        **{"facet": "hook", "word": word, "category": "beauty", "measure": measure, **row, **changed}
    )


def lifts(*rows):
    return TraitLifts(as_of=AS_OF, level=0.95, false_discovery_rate=0.05, rows=rows)


def test_the_lifts_of_a_word_are_found_by_category_and_facet():
    views, orders, other = lift(), lift(measure="conversion"), lift("story")
    all_lifts = lifts(views, orders, other)

    assert all_lifts.of("beauty", "hook", "question") == (views, orders)
    assert all_lifts.of("home", "hook", "question") == ()
    assert all_lifts.of("beauty", "structure", "question") == ()


def test_a_video_gets_the_lifts_of_all_its_words():
    hook, point = lift(), lift("price", facet="talking_points")

    found = lifts(hook, point).of_video("beauty", {"hook": ["question"], "talking_points": ["price", "gift"]})

    assert found == (hook, point)


def test_lifts_are_the_same_after_writing_and_reading(tmp_path):
    told = lifts(lift(), lift("story", lift=None, low=None, high=None, verdict="no evidence"))
    told.write(tmp_path / LIFTS)

    assert TraitLifts.read(tmp_path / LIFTS) == told


def test_a_missing_file_and_a_foreign_one_are_errors(tmp_path):
    with pytest.raises(BundleError, match="cannot read the lifts"):
        TraitLifts.read(tmp_path / LIFTS)

    (tmp_path / LIFTS).write_text('{"as_of": "2026-06-30"}')
    with pytest.raises(BundleError, match="holds no lifts: level: Field required"):
        TraitLifts.read(tmp_path / LIFTS)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"low": 1.25}, "expected low <= lift <= high"),
        ({"low": None}, "or none of them"),
        ({"lift": None, "low": None, "high": None}, "or none of them and no evidence"),
    ],
)
def test_a_lift_lies_in_its_interval_and_a_verdict_needs_one(changed, message):
    with pytest.raises(ValueError, match=message):
        lift(**changed)


def test_a_lift_told_twice_is_refused():
    with pytest.raises(ValueError, match="once"):
        lifts(lift(), lift(lift=1.25))
