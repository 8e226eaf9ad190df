import numpy as np
import pytest
from numpy.testing import assert_array_equal
from pydantic import ValidationError

from training.funnel import STAGES, GradeConfig, Shown


def reached(*stages):
    return np.array([[stage in stages for stage in STAGES]])


@pytest.mark.parametrize(
    ("stages", "grade"),
    [
        ((), 0),
        (("opened",), 0),
        (("opened", "shortlisted"), 1),
        (("opened", "shortlisted", "invited"), 2),
        (("opened", "shortlisted", "invited", "replied"), 2),
        (("opened", "shortlisted", "invited", "replied", "accepted"), 3),
        (STAGES, 4),
    ],
)
def test_the_furthest_stage_gives_the_grade(stages, grade):
    assert GradeConfig().grades(reached(*stages)) == [grade]


def test_grades_are_configuration():
    config = GradeConfig(opened=1, shortlisted=2, invited=3, replied=3, accepted=4, delivered=5, result=6)

    assert config.grades(reached(*STAGES)) == [6]


def test_a_later_stage_cannot_be_worth_less():
    with pytest.raises(ValidationError, match="accepted has grade 1, expected at least that of replied: 2"):
        GradeConfig(accepted=1)


def test_a_grade_without_a_gain_is_refused():
    with pytest.raises(ValidationError, match="less than or equal to 30"):
        GradeConfig(result=31)


@pytest.fixture
def shown():
    return Shown(
        campaign_ids=np.array([3, 3, 5, 9]),
        creator_ids=np.array([10, 11, 10, 12]),
        positions=np.array([1, 2, 1, 1]),
        propensities=np.ones(4),
        reached_at=np.array(
            [
                [f"2026-01-0{row}", *[None] * 4, f"2026-01-0{row + 1}", f"2026-01-0{row + 2}"]
                for row in (1, 2, 3)
            ]
            + [["2026-01-04", *[None] * 6]],
            "datetime64[us]",
        ),
        results=np.tile([[1.0], [2.0], [3.0], [np.nan]], 4),
    )


@pytest.mark.parametrize(("campaign", "creators"), [(3, [10, 11]), (5, [10]), (9, [12]), (4, []), (99, [])])
def test_the_rows_of_a_brief_are_found(shown, campaign, creators):
    assert_array_equal(shown.of(campaign).creator_ids, creators)


def test_stages_reached_later_and_results_not_final_yet_are_not_known(shown):
    before = shown.known_at(np.datetime64("2026-01-03"))

    assert_array_equal(before.has("opened"), [True, True, True, False])
    assert_array_equal(before.has("delivered"), [True, True, False, False])
    assert_array_equal(before.has("result"), [True, False, False, False])
    assert_array_equal(before.results[:, 0], [1, np.nan, np.nan, np.nan])
    assert_array_equal(GradeConfig(opened=1).grades(before.reached), [4, 4, 1, 0])
    assert shown.results[2, 0] == 3


def test_parts_join_to_the_whole(shown):
    parts = [shown.of(campaign) for campaign in (3, 5, 9)]

    assert_array_equal(Shown.joined(parts).creator_ids, shown.creator_ids)
