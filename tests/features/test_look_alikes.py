"""Look-alikes (R22): each part by hand, and all of them against a plain double loop."""

from datetime import UTC, datetime
from math import isnan, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from features.look_alikes import (
    GMV_BASE,
    GPM_BASE,
    LOOK_ALIKE_PARTS,
    PEOPLE,
    LookAlikeWeights,
    overlap,
    parts,
    score,
    score_above,
    weighted_mean,
)
from recsys.snapshot import NOTHING, Columns, Snapshot, SnapshotFacts

NAN = float("nan")
CATEGORIES = ("baby/toys", "beauty/hair_care", "beauty/perfume")
WIDTHS = {"country": 2, "state": 3, "gender": 2, "age": 3, "device": 2}
FACTS = SnapshotFacts(
    as_of=datetime(2024, 3, 1, tzinfo=UTC), policies={}, data={},
    vocabularies={name: tuple(map(str, range(width))) for name, width in WIDTHS.items()},
    categories=CATEGORIES, markets=(), countries=(), languages=(), facets={}, feature_names=(),
)  # fmt: skip
WEIGHTS = LookAlikeWeights()
ALL = ["content", "audience", "sales", "tier"]


def snapshot_of(**columns):
    arrays = {name: np.array(values) for name, values in columns.items()}
    ids = np.arange(len(next(iter(arrays.values()))))
    return Snapshot(FACTS, Columns(ids, arrays), NOTHING, NOTHING, NOTHING)


def random_snapshot(creators, seed):
    rng = np.random.default_rng(seed)
    shares = {
        f"audience_{name}": rng.dirichlet(np.ones(width + 1), creators)[:, 1:]
        for name, width in WIDTHS.items()
    }
    shares |= {
        "category_mix": rng.dirichlet(np.ones(3) / 3, creators),
        "type_mix": rng.dirichlet(np.ones(7), creators),
    }
    for values in shares.values():
        values[rng.random(creators) < 0.2] = NAN
    low = rng.integers(0, 50_000, creators)
    return snapshot_of(
        **{name: values.astype(np.float32) for name, values in shares.items()},
        gmv_low_28=low, gmv_high_28=low + rng.integers(0, 2, creators) * 20_000,
        days_28=rng.integers(0, 3, creators), views_28=rng.integers(0, 3, creators) * 700,
        live_views_28=np.zeros(creators, int), category=rng.integers(0, 3, creators),
        currency=rng.integers(0, 2, creators),
        followers=np.where(rng.random(creators) < 0.1, NAN, 5e4),
        tier=rng.integers(0, 5, creators).astype(np.int8),
    )  # fmt: skip


def plain(snapshot, one, other):
    """The parts of two creators, spelt out number by number."""
    creators = snapshot.creators

    def common(a, b):
        if isnan(sum(a) + sum(b)) or not any([*a, *b]):
            return NAN
        return sum(map(min, a, b)) / max(sum(a), sum(b))

    def mean(values):
        known = [value for value in values if not isnan(value)]
        return sum(known) / len(known) if known else NAN

    def vectors(name):
        return creators[name][one].astype(float).tolist(), creators[name][other].astype(float).tolist()

    mixes = [
        [float(code == creators["category"][row]) for code in range(3)] if isnan(sum(mix)) else mix
        for row, mix in zip((one, other), vectors("category_mix"), strict=True)
    ]
    broad = [(mix[0], mix[1] + mix[2]) for mix in mixes]
    content = mean([common(*mixes), common(*broad), common(*vectors("type_mix"))])
    audience = mean([common(*vectors(f"audience_{name}")) for name in PEOPLE])

    def gap(base, per_view):
        ends = []
        for row in (one, other):
            views = creators["views_28"][row]
            if not (views if per_view else creators["days_28"][row]):
                return NAN
            scale = 1000 / views if per_view else 1
            ends.append([log(creators[f"gmv_{end}_28"][row] * scale + base) for end in ("low", "high")])
        (low, high), (other_low, other_high) = ends
        return max(low - other_high, other_low - high, 0)

    same_money = creators["currency"][one] == creators["currency"][other]
    gaps = [gap(GMV_BASE, False), gap(GPM_BASE, True)] if same_money else []
    sales = mean([0.5 ** (each / log(3)) for each in gaps])
    apart = abs(int(creators["tier"][one]) - int(creators["tier"][other])) / 4
    known = not isnan(creators["followers"][one] + creators["followers"][other])
    return [content, audience, sales, 1 - apart if known else NAN]


def plain_score(values, weights=(0.4, 0.3, 0.2, 0.1)):
    known = [(value, weight) for value, weight in zip(values, weights, strict=True) if not isnan(value)]
    measured = sum(weight for _, weight in known)
    return sum(value * weight for value, weight in known) / measured if measured >= 0.5 - 1e-12 else NAN


@pytest.mark.parametrize("seed", range(3))
def test_everyone_against_everyone_is_what_a_plain_double_loop_finds(seed):
    snapshot = random_snapshot(25, seed)
    rows = np.arange(25)

    for one in rows:
        found = parts(snapshot, one, rows, WEIGHTS)
        expected = np.array([plain(snapshot, one, other) for other in rows])
        assert_allclose(np.stack([found[name] for name in ALL], axis=1), expected, rtol=1e-5, atol=1e-6)
        assert_allclose(
            score(found, WEIGHTS), [plain_score(values) for values in expected], rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("floor", [-np.inf, 0.2, 0.5, 0.8])
def test_only_who_scores_below_the_floor_may_be_left_out(seed, floor):
    snapshot, rows = random_snapshot(40, seed), np.arange(40)
    left_out = 0
    for row in range(40):
        whole = score(parts(snapshot, row, rows, WEIGHTS), WEIGHTS)
        found = score_above(floor, snapshot, row, rows, WEIGHTS)
        there = found != -np.inf
        np.testing.assert_array_equal(found[there], whole[there])
        assert (whole[~there] < floor).all()
        left_out += int(np.count_nonzero(~there))
    assert left_out if floor == 0.8 else True


def test_the_parts_are_weighed_by_their_names():
    assert list(LOOK_ALIKE_PARTS) == ALL
    assert {WEIGHTS.of(name) for name in ALL} == {0.4, 0.3, 0.2, 0.1}


def test_two_of_three_women_in_common_are_an_overlap_by_hand():
    """min(.6, .9) + min(.4, .1) = .7 of 1; a group of 80 % that was listed against all of it is .8 of 1."""
    own = np.array([0.6, 0.4], np.float32)
    others = np.array([[0.9, 0.1], [0.6, 0.4], [0.6, 0.2], [0, 0], [NAN, NAN]], np.float32)

    assert_allclose(overlap(own, others), [0.7, 1.0, 0.8, 0.0, NAN], rtol=1e-6)


def test_nothing_against_nothing_says_nothing():
    assert_allclose(overlap(np.zeros(2), np.zeros((1, 2))), [NAN])


def test_a_sister_category_is_half_way_between_the_same_and_another():
    mix = np.eye(3, dtype=np.float32)[[1, 1, 2, 0]]
    snapshot = snapshot_of(category_mix=mix, category=[0] * 4, type_mix=np.full((4, 7), NAN, np.float32))

    content = LOOK_ALIKE_PARTS["content"](snapshot, 0, np.arange(4), WEIGHTS)

    assert_allclose(content, [1, 1, 0.5, 0])


def test_a_creator_without_videos_is_taken_by_their_main_category():
    """Against half perfume and half toys: .5 at level 2, .5 at level 1."""
    mix = np.array([[NAN] * 3, [NAN] * 3, [0.5, 0, 0.5], [NAN] * 3], np.float32)
    snapshot = snapshot_of(
        category_mix=mix, category=[2, 1, 0, -1], type_mix=np.full((4, 7), NAN, np.float32)
    )

    content = LOOK_ALIKE_PARTS["content"](snapshot, 0, np.arange(4), WEIGHTS)

    assert_allclose(content, [1, 0.5, 0.5, NAN])
    assert np.isnan(snapshot.creators["category_mix"][0]).all()


def sales(low, high, currency=(0, 0), weights=WEIGHTS):
    snapshot = snapshot_of(
        gmv_low_28=low, gmv_high_28=high, days_28=[28, 28], currency=currency,
        views_28=[0, 0], live_views_28=[0, 0],
    )  # fmt: skip
    return float(LOOK_ALIKE_PARTS["sales"](snapshot, 0, np.array([1]), weights)[0])


def test_selling_three_times_as_much_is_half_as_alike():
    """(80,000 + 10,000) / (20,000 + 10,000) = 3."""
    assert sales([20_000, 80_000], [20_000, 80_000]) == pytest.approx(0.5)
    assert sales([80_000, 20_000], [80_000, 20_000]) == pytest.approx(0.5)


def test_a_withheld_gmv_is_alike_where_it_may_be_equal_and_else_by_its_nearer_end():
    assert sales([20_000, 10_000], [20_000, 30_000]) == 1
    assert sales([20_000, 80_000], [20_000, 900_000]) == pytest.approx(0.5)


def test_amounts_in_two_currencies_are_not_compared():
    assert np.isnan(sales([5, 5], [5, 5], currency=(0, 1)))


def test_the_factor_that_halves_is_configuration():
    assert sales(
        [20_000, 80_000], [20_000, 80_000], weights=LookAlikeWeights(halving_factor=9)
    ) == pytest.approx(0.5**0.5)


def test_tiers_are_a_quarter_apart_and_unknown_without_followers():
    snapshot = snapshot_of(tier=np.array([1, 1, 3, 0], np.int8), followers=[2e4, 2e4, 6e5, NAN])

    assert_allclose(LOOK_ALIKE_PARTS["tier"](snapshot, 0, np.arange(4), WEIGHTS), [1, 1, 0.5, NAN])
    assert_allclose(LOOK_ALIKE_PARTS["tier"](snapshot, 3, np.arange(2), WEIGHTS), [NAN, NAN])


def test_an_unmeasured_part_is_left_out_and_the_others_weigh_more():
    """.4 × .5 + .1 × 1 over .5; with too little measured there is no score."""
    values = {"content": [0.5, NAN], "audience": [NAN, 1], "sales": [NAN, NAN], "tier": [1, 1]}
    found = score({name: np.array(each) for name, each in values.items()}, WEIGHTS)

    assert_allclose(found, [0.6, NAN])


def test_how_much_must_be_measured_is_configuration():
    values = {name: np.array([1.0 if name == "tier" else NAN]) for name in ALL}

    assert_allclose(score(values, LookAlikeWeights(least_measured=0.1)), [1])


@given(arrays(np.float64, (4, 3), elements=st.floats(0, 1) | st.just(NAN)))
def test_a_mean_lies_between_what_was_measured(values):
    mean = weighted_mean(values, np.array([0.4, 0.3, 0.2, 0.1]))

    for column in range(3):
        known = values[~np.isnan(values[:, column]), column]
        assert (
            np.isnan(mean[column])
            if not len(known)
            else known.min() - 1e-9 <= mean[column] <= known.max() + 1e-9
        )
