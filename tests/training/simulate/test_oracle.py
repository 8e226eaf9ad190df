import numpy as np
import pytest

from recsys.errors import RequestError, TableError
from training.simulate.oracle import Oracle


@pytest.fixture(scope="module")
def oracle(world) -> Oracle:
    return Oracle.open(world.truth_folder)


def some_campaigns(world, count=25):
    ids = np.unique(world.truth.campaign_id)
    return ids[np.linspace(0, len(ids) - 1, count).astype(int)].tolist()


def test_it_says_of_the_shown_creators_what_the_world_was_drawn_from(world, oracle):
    for campaign in some_campaigns(world):
        drawn = world.truth.take(world.truth.campaign_id == campaign)
        said = oracle.truth(campaign, drawn.creator_id)

        assert np.array_equal(said.chances, drawn.chances)
        assert np.array_equal(said.expected_result, drawn.expected_result)


def test_the_state_of_creators_matters_somewhere(world, oracle):
    """Else the test above would not notice that nobody is ever busy or known to a brand."""
    blank = Oracle(oracle.cast, oracle.work.take(slice(0, 0)))
    campaigns = some_campaigns(world, 100)
    changed = 0
    for campaign in campaigns:
        ids = world.truth.creator_id[world.truth.campaign_id == campaign]
        before, after = blank.truth(campaign, ids).chances, oracle.truth(campaign, ids).chances
        changed += not np.array_equal(before, after)

    assert changed > len(campaigns) / 4


def test_the_ranking_of_the_market_leads_any_other_list_of_it(world, oracle):
    campaign = some_campaigns(world)[3]
    best = oracle.ranking(campaign, 20)
    shown = world.truth.take(world.truth.campaign_id == campaign)
    gains = best.expected_gain()

    assert len(set(best.creator_id.tolist())) == 20
    assert (np.diff(gains) <= 0).all()
    assert gains[:10].sum() >= np.sort(shown.expected_gain())[::-1][:10].sum()


def test_creators_come_back_in_the_order_they_were_asked_for(world, oracle):
    campaign = some_campaigns(world)[0]
    ids = np.array([1_000_900, 1_000_001, 1_000_501, 1_000_500])

    together = oracle.truth(campaign, ids)
    apart = [oracle.truth(campaign, ids[[place]]).chances[0] for place in range(4)]

    assert together.creator_id.tolist() == ids.tolist()
    assert np.array_equal(together.chances, apart)


def test_facet_effects_hold_true_zeros_and_true_effects(oracle):
    effects = np.array([effect.log_factor for effect in oracle.facet_effects()])

    assert (effects == 0).mean() > 0.3
    assert (effects > 0).any()
    assert (effects < 0).any()


def test_some_campaigns_lift_sales_and_some_do_not(world, oracle):
    lifts = np.array([oracle.lift(campaign) for campaign in some_campaigns(world, 100)])

    assert (lifts == 0).any()
    assert (lifts > 0).any()
    assert (lifts >= 0).all()


@pytest.mark.parametrize(("campaign", "creator"), [(1, 1_000_001), (500_001, 5)])
def test_who_is_not_of_the_world_is_named(oracle, campaign, creator):
    with pytest.raises(RequestError, match="none of the world's"):
        oracle.truth(campaign, np.array([creator]))


def test_a_folder_without_a_truth_is_named(tmp_path):
    with pytest.raises(TableError, match=r"holds no config\.json"):
        Oracle.open(tmp_path)
