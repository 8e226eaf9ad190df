"""Places by hand (R2–R6, R10, R11)."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.lists.credibility import Fit
from features.lists.standing import percentiles, places, stand
from recsys.list_rules import LIST_NAMES, MEASURES_OF

NO_PULL = 1e-12


@pytest.fixture
def plain(fits):
    """Priors that do not pull at all."""
    return {name: replace(fit, strength=NO_PULL) for name, fit in fits.items()}


def test_a_percentile_is_the_share_of_the_others_who_stand_below():
    values = np.array([10.0, 20.0, 20.0, 40.0, -np.inf])

    assert percentiles(values, np.sort(values)).tolist() == [0.25, 0.5, 0.5, 1.0, 0.0]
    assert percentiles(np.array([3.0]), np.array([3.0])).tolist() == [0.0]


def test_at_equal_index_higher_gmv_stands_above_and_full_ties_share_a_place():
    index, gmv = np.array([50.0, 80.0, 50.0, 50.0, 20.0]), np.array([7, 1, 9, 7, 100])

    assert places(index, gmv).tolist() == [3, 1, 2, 3, 5]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_lower_gmv_never_stands_above_higher_gmv_at_equal_index(pairs):
    index, gmv = np.array(pairs, np.float64).T
    found = places(index, gmv.astype(np.int64))

    for one, other in zip(*np.triu_indices(len(pairs), 1), strict=True):
        if index[one] == index[other]:
            assert (gmv[one] > gmv[other]) == (found[one] < found[other])
        else:
            assert (index[one] > index[other]) == (found[one] < found[other])


def test_top_sales_is_the_mean_of_four_percentiles(group, rules, plain):
    """Creator 2 leads in all but GMV: (1 + 1 + 1 + ½) / 4; creator 0 has no livestream, but most GMV."""
    inputs = group(
        gmv_low=[900, 100, 500], shop_gmv=[200, 100, 400], shop_views=[1000, 1000, 1000],
        shop_orders=[2, 1, 4], live_gmv=[0, 5, 50], live_views=[0, 100, 100], live_viewers=[0, 0, 0],
    )  # fmt: skip

    standing = stand("top_sales", inputs, rules, plain)

    assert standing.parts["video_gpm"].levels.value == pytest.approx([200, 100, 400])
    assert standing.parts["live_gpm"].levels.value == pytest.approx([np.nan, 50, 500], nan_ok=True)
    assert standing.parts["orders_per_viewer"].levels.value == pytest.approx([0.002, 0.001, 0.004])
    assert standing.index.tolist() == [50.0, 12.5, 87.5]
    assert standing.place.tolist() == [2, 3, 1]
    assert standing.gmv_place.tolist() == [1, 3, 2]


def test_growth_is_smoothed_so_that_the_tiny_do_not_lead_by_accident(group, rules, plain):
    """From 10 to 100 followers is ln(1100 / 1010) = .085; from 10,000 to 12,000 ln(13000 / 11000) = .167."""
    inputs = group(
        followers=[100, 12_000], followers_before=[10, 10_000],
        shop_views=[500, 90_000], live_views=[0, 10_000], shop_views_before=[5, 60_000],
    )  # fmt: skip

    standing = stand("fast_growing", inputs, rules, plain)

    assert standing.parts["followers_growth"].levels.value == pytest.approx([0.0853, 0.1671], abs=1e-4)
    assert standing.parts["views_growth"].levels.value == pytest.approx(
        [np.log(5500 / 5005), np.log(105_000 / 65_000)]
    )
    assert standing.place.tolist() == [2, 1]


def test_popularity_has_a_total_a_live_and_a_video_variant(group, rules, plain):
    inputs = group(
        fresh_views=[800, 100], video_contents=[4, 1], live_views=[600, 0], live_contents=[2, 0],
        video_views=[1_000, 200], video_watch=[9_000, 2_400], live_viewers=[500, 0], live_watch=[30_000, 0],
        video_engagements=[50, 30], live_engagements=[60, 0],
    )  # fmt: skip

    total, live, video = (
        {name: part.levels.value for name, part in stand(variant, inputs, rules, plain).parts.items()}
        for variant in ("popularity_total", "popularity_live", "popularity_video")
    )

    assert total["views_per_content"] == pytest.approx([1400 / 6, 100])
    assert total["watch_seconds"] == pytest.approx([39_000 / 1_500, 12])
    assert total["engagement_rate"] == pytest.approx([110 / 1_600, 0.15])
    assert live["live_views_per_content"] == pytest.approx([300, np.nan], nan_ok=True)
    assert live["live_watch_seconds"] == pytest.approx([60, np.nan], nan_ok=True)
    assert video["video_views_per_content"] == pytest.approx([200, 100])
    assert video["video_engagement_rate"] == pytest.approx([0.05, 0.15])


def test_cooperation_pulls_small_counts_and_holds_nothing_against_the_new(group, rules, fits):
    """(1 + 2 × ½) / 3, (9 + 1) / 12 and ½ for who was never asked; the faster answers the higher."""
    inputs = group(
        messages_90=[1, 10, 0, 0], answers_90=[1, 9, 0, 0], waited_90=[3_600, 36_000, 0, 0],
        samples_decided=[0, 4, 0, 1], samples_fulfilled=[0, 4, 0, 0],
    )  # fmt: skip

    standing = stand("cooperation", inputs, rules, fits)
    values = {name: part.levels.value for name, part in standing.parts.items()}

    assert values["response_rate"] == pytest.approx([2 / 3, 10 / 12, 0.5, 0.5])
    assert values["fulfilment_rate"] == pytest.approx([0.5, 5 / 6, 0.5, 1 / 3])
    assert values["response_time"] == pytest.approx(np.array([3_601, 36_001, 1, 1]) / [3, 12, 2, 2] / 3_600)
    assert standing.index == pytest.approx([100 * 5 / 12, 75, 100 / 3, 100 / 6], abs=1e-4)
    assert standing.place.tolist() == [2, 1, 3, 4]


def test_weights_are_the_policys(group, rules, plain):
    inputs = group(samples_decided=[1, 1], samples_fulfilled=[1, 0], messages_90=[1, 1], answers_90=[0, 1])
    heavier = rules.model_copy(
        update={
            "weights": {
                **rules.weights,
                "cooperation": {"response_rate": 3.0, "response_time": 0.0, "fulfilment_rate": 1.0},
            }
        }
    )

    assert stand("cooperation", inputs, heavier, plain).index.tolist() == [25.0, 75.0]


@pytest.mark.parametrize("name", LIST_NAMES)
def test_a_list_of_nobody_is_empty_and_of_one_has_one_place(name, group, rules, fits):
    assert len(stand(name, group(gmv_low=[]), rules, fits).place) == 0
    assert stand(name, group(gmv_low=[5]), rules, fits).place.tolist() == [1]


def test_places_do_not_depend_on_the_order_of_the_creators(group, rules, fits):
    rng = np.random.default_rng(0)
    columns = {name: rng.integers(0, 50, 40).tolist() for name in group(gmv_low=[0]) if name != "days"}
    order = rng.permutation(40)
    shuffled = {name: np.array(values)[order].tolist() for name, values in columns.items()}

    for name in LIST_NAMES:
        before, after = (stand(name, group(**each), rules, fits) for each in (columns, shuffled))
        np.testing.assert_array_equal(before.place[order], after.place)


def test_a_band_holds_the_place_and_small_counts_have_wide_ones(group, rules):
    noisy = dict.fromkeys(MEASURES_OF["cooperation"], Fit(0.5, 2.0, 0.3))
    rng = np.random.default_rng(1)
    asked = np.r_[2, 400, rng.integers(1, 60, 200)]
    answered = np.r_[1, 200, rng.binomial(asked[2:], 0.5)]
    inputs = group(
        messages_90=asked.tolist(), answers_90=answered.tolist(), waited_90=(asked * 3_600).tolist(),
        samples_decided=asked.tolist(), samples_fulfilled=answered.tolist(),
    )  # fmt: skip

    standing = stand("cooperation", inputs, rules, noisy)

    assert ((standing.best >= 1) & (standing.best <= standing.place)).all()
    assert ((standing.worst <= len(asked)) & (standing.worst >= standing.place)).all()
    widths = standing.worst - standing.best
    assert widths[0] > 2 * widths[1]


def test_without_a_fit_there_is_no_band(group, rules, fits):
    standing = stand("cooperation", group(messages_90=[1, 2]), rules, fits)

    assert standing.best.tolist() == standing.worst.tolist() == [-1, -1]


def test_the_index_does_not_change_with_the_currencys_unit(group, rules, plain):
    columns = {"shop_gmv": [5, 70, 30], "shop_views": [10, 100, 90], "gmv_low": [5, 90, 30]}
    scaled = {
        name: [100 * value for value in values] if "gmv" in name else values
        for name, values in columns.items()
    }

    before, after = (stand("top_sales", group(**each), rules, plain) for each in (columns, scaled))

    np.testing.assert_array_equal(before.index, after.index)


def test_who_stands_at_one_level_has_one_band(group, rules):
    """All lower ends are 0, and their rounding residues order nobody."""
    wild = dict.fromkeys(MEASURES_OF["gmv"], Fit(None, 0.0, 100.0))
    inputs = group(gmv_low=[900, 800, 700, 650, 600, 550, 500])

    standing = stand("gmv", inputs, rules, wild)

    assert standing.worst.tolist() == [5, 5, 5, 5, 5, 6, 7]


def test_an_accounts_first_followers_are_no_growth(group, rules, plain):
    inputs = group(followers=[5_000, 1_010], followers_before=[0, 1_000], there_before=[0, 7])

    standing = stand("fast_growing", inputs, rules, plain)

    assert np.isnan(standing.parts["followers_growth"].levels.value[0])
    assert standing.place.tolist() == [2, 1]
