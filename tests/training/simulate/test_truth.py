from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from recsys.errors import TableError
from training.funnel import GradeConfig
from training.simulate import SimulateConfig
from training.simulate.funnel.steps import STEPS
from training.simulate.truth import Truth, read_truth

CONFIG = Path(__file__).parents[3] / "configs" / "simulate.yaml"


def a_truth(chances):
    rows = len(chances)
    return Truth(
        np.arange(rows), np.arange(rows) + 10, np.ones(rows), np.array(chances, float), np.ones(rows)
    )


def z_score(chances, happened):
    """How many standard errors the number of events is from the sum of their probabilities."""
    return (happened.sum() - chances.sum()) / np.sqrt((chances * (1 - chances)).sum())


def test_the_mean_grade_is_worked_out_from_the_steps():
    truth = a_truth([[0.5, 0.5, 1, 1, 1, 1]])
    grades = GradeConfig(opened=1, shortlisted=2, invited=3, replied=3, accepted=3, delivered=3, result=3)

    assert_allclose(truth.expected_grade(grades), [0.5 * 1 + 0.25 * 2])
    assert_allclose(truth.expected_gain(grades), [0.25 * 1 + 0.25 * 7])


def test_certain_steps_give_the_highest_grade_and_impossible_ones_none():
    truth = a_truth([[1] * 6, [0] * 6])

    assert_allclose(truth.expected_grade(), [GradeConfig().result, 0])


def test_the_truth_is_found_by_campaign_and_creator_in_any_order():
    truth = a_truth([[0.1] * 6, [0.2] * 6, [0.3] * 6])

    found = truth.aligned(np.array([2, 0]), np.array([12, 10]))

    assert_array_equal(found.chances[:, 0], [0.3, 0.1])


def test_a_pair_that_was_never_shown_has_no_truth():
    with pytest.raises(TableError, match=r"\(1, 99\)"):
        a_truth([[0.1] * 6, [0.2] * 6]).aligned(np.array([1]), np.array([99]))


def test_a_folder_without_truth_is_named(tmp_path):
    with pytest.raises(TableError, match=r"holds no invitations\.parquet"):
        read_truth(tmp_path)


def test_the_truth_covers_exactly_what_was_shown(world):
    rows = world.query("select campaign_id, creator_id from {invitations}")

    found = world.truth.aligned(rows["campaign_id"], rows["creator_id"])

    assert len(found.campaign_id) == len(world.truth.campaign_id)


@pytest.mark.parametrize(
    ("step", "given"),
    [*zip(STEPS[1:], STEPS[:-1], strict=True)],
)
def test_each_step_happens_as_often_as_its_probability_says(world, step, given):
    possible = world.reached(given)
    chances = world.truth.chances[possible, STEPS.index(step)]

    assert abs(z_score(chances, world.reached(step)[possible])) < 4


def test_opening_happens_as_often_as_looking_and_liking_say(world):
    assert abs(z_score(world.truth.examined * world.truth.chances[:, 0], world.reached("opened"))) < 4


def test_probabilities_are_right_in_every_tenth_of_them(world):
    chances = world.truth.examined * world.truth.invite
    invited = world.reached("invited")

    tenths = np.array_split(np.argsort(chances), 10)

    assert max(abs(z_score(chances[rows], invited[rows])) for rows in tenths) < 4.5


def test_results_are_what_was_expected_on_average(world):
    rows = world.query(
        "select expected_result, case objective when 'gmv' then result_gmv"
        " when 'followers' then result_followers when 'views' then result_views"
        " else result_engagements end as result from {truth}"
        " join {invitations} using (campaign_id, creator_id) join {campaigns} using (campaign_id)"
        " where result_at is not null and expected_result > 0"
    )
    ratios = rows["result"].astype(float) / rows["expected_result"]

    assert abs(ratios.mean() - 1) < 4 * ratios.std() / np.sqrt(len(ratios))
    assert 0.8 < ratios.mean() < 1.2


def test_typical_views_are_below_the_expected_ones_by_what_their_heavy_tail_is_worth(world):
    rows = world.query(
        "select result_views / expected_result as ratio from {truth}"
        " join {invitations} using (campaign_id, creator_id) join {campaigns} using (campaign_id)"
        " where result_views > 0 and objective = 'views' and campaign_type <> 'live'"
    )
    content = SimulateConfig.load(CONFIG).fitted
    viral = content.viral_share * np.log(content.viral_factor)
    mean_of_viral = np.log(1 + content.viral_share * (content.viral_factor - 1))
    worth = 0.5 * content.video_sigma**2 + mean_of_viral - viral

    logs = np.log(rows["ratio"])

    assert abs(logs.mean() + worth) < 3 * logs.std() / np.sqrt(len(logs))
