"""Money is told with its currency, where the snapshot knows it."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from recsys.snapshot import NOTHING, Columns, Snapshot, SnapshotFacts
from recsys.vocabulary import DIMENSIONS
from serving.money import Currencies, minor_units
from serving.recommending.engine import ItemEngine

GB, US, NO_MARKET = 0, 1, -1
GBP, USD, NOT_KNOWN = 0, 1, -1
FACTS = SnapshotFacts(
    as_of=datetime(2026, 4, 1, tzinfo=UTC),
    policies={},
    data={},
    vocabularies=dict.fromkeys(DIMENSIONS, ()),
    categories=(),
    markets=("GB", "US"),
    countries=("FR", "GB", "US"),
    languages=(),
    currencies=("GBP", "USD"),
    facets={},
    feature_names=(),
)


def currencies_of(*creators):
    """Those of a snapshot of creators, each a market and a currency."""
    market, currency = np.array(creators, np.int32).reshape(-1, 2).T
    columns = Columns(np.arange(len(creators)), {"market": market, "currency": currency})
    return Currencies.of(Snapshot(FACTS, columns, NOTHING, NOTHING, NOTHING))


def test_a_market_has_the_currency_of_its_creators():
    found = currencies_of((US, USD), (GB, GBP), (US, NOT_KNOWN), (NO_MARKET, GBP))

    assert [found.of_market(name) for name in ("GB", "US")] == ["GBP", "USD"]
    assert [found.of_code(code) for code in (GB, US)] == ["GBP", "USD"]


@pytest.mark.parametrize("creators", [(), [(US, NOT_KNOWN)], [(US, USD), (US, GBP)], [(GB, GBP)]])
def test_without_one_currency_a_market_has_none_that_is_known(creators):
    assert currencies_of(*creators).of_market("US") is None


def test_a_country_without_a_market_and_no_market_have_no_currency():
    found = currencies_of((US, USD), (GB, GBP), (NO_MARKET, GBP))

    assert found.of_market("FR") is None
    assert found.of_code(NO_MARKET) is None


def test_only_currencies_that_are_known_differ():
    both, one = currencies_of((US, USD), (GB, GBP)), currencies_of((US, USD), (GB, NOT_KNOWN))
    markets = np.array([GB, US, NO_MARKET])

    assert both.differ(markets, "US").tolist() == [True, False, False]
    assert both.differ(markets, "FR").tolist() == [False, False, False]
    assert one.differ(markets, "US").tolist() == [False, False, False]
    assert one.differ(markets, "GB").tolist() == [False, False, False]


def test_amounts_are_in_minor_units_of_a_currency_that_is_known():
    assert (minor_units("USD"), minor_units(None)) == ("minor units of USD", "minor units")


@pytest.mark.parametrize("surface", ["products", "inspiration"])
def test_items_are_priced_in_the_currency_of_the_creators_market(item_bundles, snapshot, surface):
    engine, expected = ItemEngine.of(item_bundles[surface], snapshot), {"GB": "GBP", "US": "USD"}

    for code, market in enumerate(snapshot.facts.markets):
        creator = snapshot.creators.ids[snapshot.creators["market"] == code][0]
        assert engine.recommend(int(creator), "gmv", 1).currency == expected[market]


def test_the_currency_of_a_snapshot_that_knows_none_is_unknown(item_bundles, snapshot):
    values = dict(snapshot.creators.values) | {"currency": np.full(len(snapshot.creators), NOT_KNOWN)}
    unpaid = replace(snapshot, creators=Columns(snapshot.creators.ids, values))
    creator_id = int(snapshot.creators.ids[0])

    assert ItemEngine.of(item_bundles["products"], unpaid).recommend(creator_id, "gmv", 1).currency is None
