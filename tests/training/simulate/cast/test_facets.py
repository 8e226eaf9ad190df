import numpy as np
import pytest
from numpy.testing import assert_allclose

from recsys.errors import ConfigError
from recsys.vocabulary import HOOKS
from training.simulate.cast.facets import POINTS, Factors, draw_favourites, true_effects
from training.simulate.cast.geography import LEVEL1

SIZE = 40_000


def test_effects_stand_where_the_configuration_names_them_and_are_zero_elsewhere(shipped):
    effects = true_effects(shipped(["facets.views={hook: {question: {food: -0.2}}}"]).facets, "hook")

    assert effects[0, LEVEL1.index("food"), HOOKS.index("question")] == -0.2
    assert (effects[0] != 0).sum() == 1


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("facets.views={hooks: {}}", "facets must be among"),
        ("facets.views={hook: {wow: {}}}", "hook must be among"),
        ("facets.views={hook: {question: {beauty/perfume: 1}}}", "question must be among"),
    ],
)
def test_effects_of_unknown_facets_words_or_categories_are_refused(shipped, setting, message):
    with pytest.raises(ConfigError, match=message):
        shipped([setting])


def test_expected_factors_are_the_means_of_those_that_come_about(shipped):
    factors, rng = Factors.of(shipped([]).facets), np.random.default_rng(1)
    favourites = np.tile([[1, 4, 1]], (SIZE, 1))
    favoured = np.tile(np.arange(POINTS) % 2 == 0, (SIZE, 1))
    level1 = np.full(SIZE, LEVEL1.index("fashion"))

    views, engaged, sold = factors.realised(factors.draw(rng, favourites, favoured), level1)
    seen, engagement, conversion = factors.expected(favourites[:1], favoured[:1], level1[:1])

    assert_allclose(views.mean(), seen, atol=4 * views.std() / SIZE**0.5)
    assert_allclose((views * engaged).mean(), seen * engagement, atol=4 * (views * engaged).std() / SIZE**0.5)
    assert_allclose((views * sold).mean(), seen * conversion, atol=4 * (views * sold).std() / SIZE**0.5)


def test_with_one_word_for_certain_expected_factors_are_the_means_of_scripts_that_have_it(shipped):
    factors, rng, bold = Factors.of(shipped([]).facets), np.random.default_rng(1), HOOKS.index("bold_claim")
    favourites, favoured = np.tile([[0, 4, 1]], (SIZE, 1)), np.zeros((SIZE, POINTS), bool)
    level1 = np.full(SIZE, LEVEL1.index("electronics"))
    scripts = factors.draw(rng, favourites, favoured)
    scripts.words[:, 0] = bold

    views, _, sold = factors.realised(scripts, level1)
    seen, _, conversion = factors.expected_given((0, bold), favourites[:1], favoured[:1], level1[:1])

    assert_allclose(views.mean(), seen, atol=4 * views.std() / SIZE**0.5)
    assert_allclose((views * sold).mean(), seen * conversion, atol=4 * (views * sold).std() / SIZE**0.5)


def test_two_scripts_differ_by_exactly_the_effects_of_their_words(shipped):
    facets = shipped([]).facets
    factors, level1 = Factors.of(facets), np.array([LEVEL1.index("beauty")] * 2)
    scripts = factors.draw(np.random.default_rng(1), np.zeros((2, 3), int), np.zeros((2, POINTS), bool))
    scripts.words[:] = [[0, 0, 0], [3, 0, 0]]
    scripts.points[:] = False

    one, other = np.log(factors.realised(scripts, level1)).T

    effects = true_effects(facets, "hook")[:, level1[0]]
    assert_allclose(other - one, effects[:, 3] - effects[:, 0])


def test_better_creators_prefer_the_first_words_as_far_as_confounding_says(shipped):
    quality = np.repeat([-1.0, 1.0], SIZE // 2)

    def first_hooks(confounding):
        facets = shipped([f"facets.confounding={confounding}"]).facets
        chosen = draw_favourites(np.random.default_rng(1), quality, facets)["favourites"][:, 0] == 0
        return chosen[quality > 0].mean() - chosen[quality < 0].mean()

    assert first_hooks(1) > 0.2
    assert abs(first_hooks(0)) < 4 * (2 * (1 / 7) * (6 / 7) / (SIZE // 2)) ** 0.5
