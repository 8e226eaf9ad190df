"""What every feature must be, and what the match matrix is made of."""

from collections import Counter

import numpy as np
import pytest

from features.catalogue import CREATOR_FEATURES, FEATURES, PAIR_FEATURES, features_of
from features.feature import pair_feature
from features.matrix import match_features
from features.profiles import creators
from recsys.vocabulary import REASON_GROUPS

PREFIXES = ("brief_", "creator_", "brand_", "product_", "history_")


@pytest.fixture(scope="session")
def matrix(brief, snapshot):
    return match_features(brief, snapshot, np.arange(len(snapshot.creators)))


def test_there_are_at_least_sixty_features():
    assert len(FEATURES) >= 60
    assert list(FEATURES) == [*CREATOR_FEATURES, *PAIR_FEATURES]


def test_every_reason_group_has_features():
    assert set(Counter(feature.reason for feature in FEATURES.values())) == set(REASON_GROUPS)


@pytest.mark.parametrize("feature", FEATURES.values(), ids=FEATURES)
def test_a_feature_says_what_it_means_in_one_sentence(feature):
    assert feature.meaning.endswith(".")
    assert ". " not in feature.meaning
    assert len(feature.meaning) > 20


@pytest.mark.parametrize("feature", FEATURES.values(), ids=FEATURES)
def test_no_feature_is_an_id_or_a_creators_own_gender_or_age(feature):
    assert not [name for name in feature.parameters if name.endswith(("_id", "_gender", "_age", "_at"))
                and not name.startswith(("creator_audience_", "brief_target_"))]  # fmt: skip


@pytest.mark.parametrize("place", range(len(FEATURES)), ids=FEATURES)
def test_every_value_is_finite_or_missing_and_some_are_there(matrix, place):
    column = matrix[:, place]

    assert matrix.dtype == np.float32
    assert not np.isinf(column).any()
    assert np.isfinite(column).any() or list(FEATURES)[place] == "state_overlap"


@pytest.mark.parametrize("feature", PAIR_FEATURES.values(), ids=PAIR_FEATURES)
def test_a_pair_feature_reads_columns_named_by_whose_they_are_or_features_above_it(feature):
    above = list(PAIR_FEATURES)[: list(PAIR_FEATURES).index(feature.name)]

    assert all(name.startswith(PREFIXES) or name in above for name in feature.parameters)


def test_the_profile_matrix_has_the_creator_features(snapshot):
    assert snapshot.creators["profile"].shape == (len(snapshot.creators), len(CREATOR_FEATURES))
    assert snapshot.facts.feature_names == tuple(FEATURES)


def test_a_module_gives_its_features_in_the_order_they_are_written():
    class Declared:
        @pair_feature(reason="price")
        def second(brief_price):  # noqa: N805  # a namespace, not a class
            """Price in minor units."""

        @pair_feature(reason="price")
        def first(brief_price):  # noqa: N805  # a namespace, not a class
            """Price in minor units."""

    assert list(features_of(Declared)) == ["second", "first"]
    assert features_of(creators) == {}
