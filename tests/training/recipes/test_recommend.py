import numpy as np
import pytest
from numpy.testing import assert_array_equal

from features.recommending.matrix import ITEM_FEATURES
from recsys.bundle import Bundle
from recsys.errors import ConfigError, TableError
from recsys.interactions.matrix import NOTHING
from recsys.vocabulary import CREATOR_OBJECTIVES, ITEM_REASON_GROUPS
from training.recipes.recommend import OURS, RecommendExperiment, run
from training.recommending.evaluation import asked_together
from training.recommending.recommender import Recommender

SURFACES = ("products", "inspiration")


@pytest.fixture(params=SURFACES)
def result(request, trained_items):
    return trained_items(request.param)


def test_the_shipped_configurations_are_complete(policies_folder):
    for surface in SURFACES:
        assert RecommendExperiment.load(policies_folder.parent / f"{surface}.yaml").surface == surface


@pytest.mark.parametrize(
    ("setting", "match"),
    [
        ("baselines.mine=[taste]", r"baselines use \['taste'\], expected signals among"),
        ("baselines.model=[als]", r"baselines need names of their own, found \['model'\]"),
        ("cutoffs=[5]", r"cutoffs must hold 10"),
        ("retrieval.models.als.factor=3", r"retrieval\.models\.als\.als\.factor: Extra inputs"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_training(item_experiment, setting, match):
    with pytest.raises(ConfigError, match=match):
        item_experiment("products", setting)


def test_the_bundle_holds_both_stages_and_can_be_opened_again(result):
    facts = Bundle.open(result.bundle.path).facts

    assert facts.recipe == facts.retrieval.surface == result.prepared.surface
    assert set(facts.models) == {f"rank_{objective}" for objective in CREATOR_OBJECTIVES}
    assert facts.feature_names == tuple(ITEM_FEATURES[facts.recipe])
    assert set(facts.reason_groups.values()) <= set(ITEM_REASON_GROUPS)
    assert len(facts.golden) == 3
    assert all(request.items for request in facts.retrieval.golden)


def test_what_is_learnt_from_was_over_before_the_test(result):
    moments, horizon = result.prepared.moments, result.prepared.horizon

    assert all(at + horizon <= moments.test[0] for at in moments.known)
    assert all(before + horizon <= at for before, at in zip(moments.known, moments.known[1:], strict=False))


def test_lists_hold_distinct_items_that_may_be_recommended(result):
    for rows, situation, objective in asked_together(result.lists.asked, result.prepared):
        allowed = situation.allowed(situation.creators, objective)
        for places in result.lists.places.values():
            shown = places[rows]
            users, _ = np.nonzero(shown != NOTHING)
            items = shown[shown != NOTHING]
            assert allowed[users, items].all()
            assert len(np.unique(np.stack([users, items]), axis=1).T) == len(items)


def test_creators_without_a_video_are_served_as_well_as_the_oracle_could(result):
    asked, places = result.lists.asked, result.lists.places
    new = asked.segment == 0

    assert new.any()
    assert_array_equal(*((places[name][new] != NOTHING).sum(axis=1) for name in (OURS, "random")))


def test_no_list_is_expected_to_bring_more_than_the_oracles(result):
    for objective in CREATOR_OBJECTIVES:
        own = result.shares.made_for(objective)
        for shares in result.shares.by_judge[objective].values():
            known = shares[own & ~np.isnan(shares)]
            assert len(known)
            assert known.min() >= 0
            assert known.max() <= 1 + 1e-9


def test_another_objective_makes_other_lists(result):
    places, asked = result.lists.places[OURS], result.lists.asked
    ours, theirs = (places[asked.objective == number] for number in range(2))

    assert (ours != theirs).any(axis=1).mean() > 0.5


def test_the_bundle_answers_as_it_did_in_the_run(result):
    situation = result.prepared.situations[result.prepared.moments.test[0]]
    again = Recommender.of(result.bundle).lists(situation, situation.creators[:5], "gmv", 10)

    assert_array_equal(again, result.lists.places[OURS][:5, :10])


def test_the_graph_gives_the_lists_of_the_models(result):
    assert result.fitted.parity.same_lists > 0.95


def test_tables_too_short_for_the_moments_are_refused(item_experiment, small_world, tmp_path):
    experiment = item_experiment("products", "preparation.moments.learning=40")
    with pytest.raises(TableError, match="shorten horizon_days or take fewer moments"):
        run(experiment, small_world.folder, tmp_path, lambda _: None)
