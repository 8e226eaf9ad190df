import numpy as np
import pytest

from recsys.off_policy import estimate, snips
from training.simulate.play.choices import Choices
from training.simulate.play.estimates import EACH, compare, logged_actions, predicted
from training.simulate.play.log import Log

PLACES, FREE = 4_000, 5


@pytest.fixture(scope="module")
def random_play():
    """Places filled at random from five creators; the target always takes the one worth most."""
    rng = np.random.default_rng(0)
    worth = rng.gamma(2, 10, (PLACES, FREE))
    invited, best = rng.integers(0, FREE, PLACES), worth.argmax(axis=1)
    gmv = rng.poisson(worth[np.arange(PLACES), invited])
    log = Log(
        week=np.zeros(PLACES, int),
        campaign_id=np.arange(PLACES) // 4,
        creator_id=invited,
        place=np.arange(PLACES) % 4 + 1,
        propensity=np.full(PLACES, 1 / FREE),
        free=np.full(PLACES, FREE),
        fee=np.ones(PLACES, int),
        replied=np.ones(PLACES, bool),
        accepted=np.ones(PLACES, bool),
        delivered=np.ones(PLACES, bool),
        gmv=gmv,
        expected_gmv=gmv.astype(float),
        tier=np.zeros(PLACES, int),
        is_new=np.zeros(PLACES, bool),
    )
    chosen = np.column_stack([invited, best])
    known = np.log1p(np.take_along_axis(worth, chosen, axis=1))[:, :, None]
    return log, Choices(chosen, known), float(worth.max(axis=1).mean())


@pytest.mark.parametrize("estimator", EACH.values(), ids=EACH)
def test_estimates_from_a_random_log_cover_what_the_target_is_worth(random_play, estimator):
    log, choices, truth = random_play

    found = estimate(logged_actions([log], [choices], 0), estimator, seed=1)

    assert found.interval.low < truth < found.interval.high
    assert found.interval.mean == pytest.approx(truth, rel=0.1)


def test_the_same_brief_of_two_seeds_is_two_clusters(random_play):
    log, choices, _ = random_play

    actions = logged_actions([log, log], [choices, choices], 0)

    assert len(np.unique(actions.cluster)) == 2 * len(np.unique(log.campaign_id))


def test_a_reward_is_predicted_without_its_own_brief():
    rng = np.random.default_rng(0)
    known, briefs = rng.normal(size=(200, 1)), np.arange(200) // 2
    reward = rng.poisson(5, 200).astype(float)
    other = reward.copy()
    other[:2] += 1_000

    one, two = predicted(reward, known, known, briefs), predicted(other, known, known, briefs)

    assert one.logged[:2] == pytest.approx(two.logged[:2])
    assert one.logged[2:].sum() != pytest.approx(two.logged[2:].sum())


def test_a_log_that_says_too_little_is_refused_with_the_reason(random_play):
    log, choices, _ = random_play
    few = slice(0, 200)
    plays = {"random": [log.take(few)], "best": [log]}

    found = compare(plays, {"random": [choices.take(few)]}, ("best",), seed=1)

    assert {line.estimator for line in found} == set(EACH)
    assert all(line.estimate is None and "effective sample size" in line.refused for line in found)


def test_a_policy_is_not_estimated_from_its_own_log(random_play):
    log, choices, _ = random_play

    assert compare({"best": [log]}, {"best": [choices]}, ("best",), seed=1) == []


def test_the_estimate_stands_beside_what_was_earned(random_play):
    log, choices, _ = random_play

    (line, _) = compare({"random": [log], "best": [log, log]}, {"random": [choices]}, ("best",), seed=1)

    assert line.played.mean == pytest.approx(log.gmv.mean())
    assert line.estimate.mean == estimate(logged_actions([log], [choices], 0), snips, 1).interval.mean
