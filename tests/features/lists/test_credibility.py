"""The fit of priors, by hand and against a world whose truth is known."""

import numpy as np
import pytest

from features.lists.credibility import STRONGEST, Fit, Moments, fit_of, fit_rate, noise_of, prior_of

CREATORS = 40


def moments_of(observations):
    """(part, whole) pairs per creator → their sums."""
    part = np.array([sum(part for part, _ in own) for own in observations])
    whole = np.array([sum(whole for _, whole in own) for own in observations])
    square = np.array([sum(part**2 / whole for part, whole in own) for own in observations])
    return Moments(np.array([len(own) for own in observations]), part, whole, square)


def test_strength_is_the_variance_within_over_the_one_between():
    """Half the creators have (1, 3), half (5, 7), whole 1 each: within 2, spread 40 × 8 − 39 × 2 = 242."""
    moments = moments_of([[(1, 1), (3, 1)], [(5, 1), (7, 1)]] * (CREATORS // 2))

    fit = fit_rate(moments, power=1)

    between = 242 / (80 - 4 * CREATORS / 80)
    assert fit.mean == 4
    assert fit.strength == pytest.approx(max(2 / between, 1.0))
    assert fit.noise == pytest.approx((2 / 2 + 2 / 6) / 2)


def test_creators_who_differ_by_chance_alone_are_all_pulled_to_the_mean():
    moments = moments_of([[(0, 1), (1, 1)]] * CREATORS)

    assert fit_rate(moments, power=1).strength == STRONGEST * 2


def test_few_observations_are_no_history():
    assert fit_rate(moments_of([[(1, 2)], [(1, 2), (2, 2)]]), power=1) is None
    assert fit_rate(moments_of([[(1, 2)]] * CREATORS), power=1) is None
    assert np.isnan(noise_of(moments_of([[(1, 2)]] * CREATORS), power=1))


def test_a_strength_is_found_again_in_answers_drawn_from_a_beta_binomial():
    """Rates from Beta(6, 4): the strength of the mean is 6 + 4 answers."""
    rng = np.random.default_rng(5)
    rates, asked = rng.beta(6, 4, 20_000), rng.integers(1, 40, 20_000)
    answers = rng.binomial(asked, rates)

    fit = fit_rate(Moments(asked, answers, asked, answers.astype(np.float64)), power=1)

    assert fit.mean == pytest.approx(0.6, abs=0.005)
    assert fit.strength == pytest.approx(10, rel=0.05)


def test_the_largest_creator_does_not_decide_the_noise():
    """Each varies by a half of their level; the last sells a million times as much."""
    small, large = [[(1, 1), (3, 1)]] * CREATORS, [[(10**6, 1), (3 * 10**6, 1)]]

    assert noise_of(moments_of(small + large), power=2) == pytest.approx(0.5)


def test_a_fit_is_kept_and_found_again():
    assert fit_of(prior_of(Fit(0.5, 2.0, 0.25))) == Fit(0.5, 2.0, 0.25)
    unknown = fit_of(prior_of(Fit(None, 2.0, np.nan)))
    assert unknown.mean is None
    assert np.isnan(unknown.noise)
