import numpy as np
import pytest
from numpy.testing import assert_allclose

from training.lift.jackknife import degrees_of, jackknife
from training.lift.matching import Matched
from training.lift.regression import log_linear, rates


def videos(events, exposure, group, *traits, creator=None):
    """`traits` are columns of 0 and 1."""
    group = np.array(group)
    return Matched(
        group=group,
        creator=group if creator is None else np.array(creator),
        events=np.array(events, float),
        exposure=np.array(exposure, float),
        design=np.column_stack(traits).astype(float),
    )


@pytest.fixture
def many():
    """300 videos of 30 creators, two traits."""
    rng = np.random.default_rng(5)
    group, traits = np.arange(300) % 30, rng.random((300, 2)) < 0.4
    exposure = rng.integers(20, 400, 300)
    mean = exposure * np.exp(rng.normal(-2, 1, 30)[group] + traits @ [0.4, -0.3] + rng.normal(0, 0.2, 300))
    return videos(rng.poisson(mean), exposure, group, *traits.T)


def with_a_column_for_each_group(matched):
    """Design and target of the same regression with every group's level as a column."""
    levels = matched.group[:, None] == np.arange(matched.group.max() + 1)
    return np.column_stack([matched.design, levels]), np.log((matched.events + 0.5) / matched.exposure)


def test_least_squares_within_groups_is_least_squares_with_a_level_for_each(many):
    design, target = with_a_column_for_each_group(many)

    expected = np.linalg.lstsq(design, target, rcond=None)[0][:2]

    assert_allclose(log_linear(many).coefficients, expected, rtol=1e-9)


def test_two_videos_of_a_creator_worked_by_hand():
    # Logs of 99.5 + 0.5 and 49.5 + 0.5: the word doubles the views, whatever the other creator gets.
    views = videos([99.5, 49.5, 7.5, 7.5], [1] * 4, [0, 0, 1, 1], [1, 0, 0, 0])

    assert_allclose(np.exp(log_linear(views).coefficients), [2])


def test_a_rate_three_times_as_high_worked_by_hand():
    # 30 of 100 clicks against 10 of 100; the creator without orders says nothing of the word.
    orders = videos([18, 12, 4, 6], [50, 50, 50, 50], [0, 0, 0, 0], [1, 1, 0, 0])

    assert_allclose(np.exp(rates(orders).coefficients), [3])


def test_rates_of_creators_with_different_levels_are_pooled():
    # Exactly twice as much with the word, at both creators: levels of 0.1 and 0.5.
    likes = videos([20, 10, 300, 50], [100, 100, 300, 100], [0, 0, 1, 1], [1, 0, 1, 0])

    assert_allclose(np.exp(rates(likes).coefficients), [2], rtol=1e-6)


def test_the_fit_of_rates_solves_the_equations_of_the_likelihood(many):
    fit = rates(many)

    assert_allclose(fit.design.T @ fit.scores, 0, atol=1e-6)
    assert_allclose(np.bincount(many.group, fit.scores), 0, atol=1e-6)


def test_rates_find_the_effects_in_counts_that_are_mostly_zero():
    rng = np.random.default_rng(8)
    group, trait = np.arange(20_000) % 500, rng.random(20_000) < 0.5
    mean = rng.gamma(1, 0.2, 500)[group] * np.exp(0.5 * trait)
    events = rng.poisson(mean)
    live = np.bincount(group, events)[group] > 0
    _, group = np.unique(group[live], return_inverse=True)

    fit = rates(videos(events[live], np.ones(live.sum()), group, trait[live]))

    assert (events == 0).mean() > 0.7
    assert fit.coefficients[0] == pytest.approx(0.5, abs=0.08)


def test_one_outlier_does_not_throw_the_fit_of_rates_off():
    wild = videos([10_000, 0, 5, 6], [1, 10_000, 50, 50], [0, 0, 1, 1], [1, 0, 1, 0])

    assert np.isfinite(rates(wild).coefficients).all()


def test_words_that_add_up_to_one_differ_as_if_one_of_them_were_left_out(many):
    one, rest = many.design[:, :1], 1 - many.design[:, :1]
    both = Matched(many.group, many.creator, many.events, many.exposure, np.hstack([one, rest]))
    alone = Matched(many.group, many.creator, many.events, many.exposure, one)

    first, second = log_linear(both).coefficients

    assert_allclose(first - second, log_linear(alone).coefficients[0])


def test_the_jackknife_is_that_of_fits_without_each_creator(many):
    refits = []
    for creator in range(30):
        kept = many.take(many.creator != creator)
        design, target = with_a_column_for_each_group(kept)
        refits.append(np.linalg.lstsq(design, target, rcond=None)[0][:2])
    apart = np.array(refits) - np.mean(refits, axis=0)

    moves = jackknife(log_linear(many), many.creator, most=500)

    assert_allclose(moves.T @ moves, 29 / 30 * apart.T @ apart, rtol=1e-6)


def test_creators_are_left_out_in_no_more_groups_than_asked_for(many):
    assert jackknife(log_linear(many), many.creator, most=12).shape == (12, 2)


def test_a_creator_who_decides_alone_leaves_few_degrees_of_freedom():
    even, alone = np.ones(90), np.r_[30.0, np.full(89, 0.1)]

    degrees = degrees_of(np.column_stack([even, alone]))

    assert degrees[0] == pytest.approx(3 * 90)
    assert degrees[1] < 3.1
