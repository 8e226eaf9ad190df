"""Tables of brands, products, briefs, and of how far each shown creator went."""

import numpy as np

from recsys.arrays import Flags, Ints
from recsys.vocabulary import CAMPAIGN_TYPES, FUNNEL_STAGES, OBJECTIVES, PRICE_TIERS
from training.simulate.activity.block import CURRENCIES
from training.simulate.cast.briefs import KINDS_WITH_HASHTAG, MOST_PRODUCTS, Briefs, campaign_tags
from training.simulate.cast.cast import Cast
from training.simulate.cast.catalogue import Brands, Products
from training.simulate.cast.creators import FIRST_ID
from training.simulate.cast.geography import CATEGORY_NAMES, GROUPS, HOME, STATES
from training.simulate.clock import ABSENT
from training.simulate.columns import Coded, Ragged, Values
from training.simulate.funnel.results import MEASURES, Results, is_final, result_time
from training.simulate.funnel.steps import Funnel

MARKET_NAMES = np.array(HOME)
STATE_NAMES = np.array(STATES)


def _states(flags: Flags) -> Ragged:
    return Ragged(Coded(np.nonzero(flags)[1], STATE_NAMES), flags.sum(axis=1))


def brand_rows(brands: Brands) -> dict[str, Values]:
    """The table `brands`."""
    return {
        "brand_id": brands.ids,
        "created_at": brands.created_at,
        "market": Coded(brands.market, MARKET_NAMES),
        "category": Coded(brands.category, CATEGORY_NAMES),
        "price_tier": Coded(brands.tier, np.array(PRICE_TIERS)),
        "store_states": _states(brands.stores),
    }


def product_rows(products: Products, brands: Brands) -> dict[str, Values]:
    """The table `products`."""
    return {
        "product_id": products.ids,
        "brand_id": brands.ids[products.brand],
        "created_at": products.created_at,
        "removed_at": products.removed_at,
        "market": Coded(products.market, MARKET_NAMES),
        "category": Coded(products.category, CATEGORY_NAMES),
        "price": products.price,
        "currency": Coded(products.market, CURRENCIES),
        "commission": products.commission,
    }


def campaign_rows(briefs: Briefs, brands: Brands, products: Products) -> dict[str, Values]:
    """The table `campaigns`."""
    listed = np.arange(MOST_PRODUCTS) < briefs.product_count[:, None]
    has_tag = np.isin(briefs.kind, KINDS_WITH_HASHTAG)
    tags = np.where(has_tag, np.arange(len(briefs)), ABSENT)
    return {
        "campaign_id": briefs.ids,
        "brand_id": brands.ids[briefs.brand],
        "created_at": briefs.created_at,
        "market": Coded(briefs.market, MARKET_NAMES),
        "category": Coded(briefs.category, CATEGORY_NAMES),
        "product_ids": Ragged(products.ids[briefs.products[listed]], briefs.product_count),
        "objective": Coded(briefs.objective, np.array(OBJECTIVES)),
        "campaign_type": Coded(briefs.kind, np.array(CAMPAIGN_TYPES)),
        "hashtag": Coded(tags, np.array(campaign_tags(briefs.ids))),
        "funnel_stage": Coded(briefs.stage, np.array(FUNNEL_STAGES)),
        "store_states": _states(briefs.stores),
        "budget": briefs.budget,
        "currency": Coded(briefs.market, CURRENCIES),
        "creators_wanted": briefs.wanted,
        "starts_on": briefs.starts_on,
        "ends_on": briefs.ends_on,
    }


def target_rows(briefs: Briefs) -> dict[str, Values]:
    """The table `campaign_targets`."""
    row, group = np.nonzero(briefs.targets > 0)
    return {
        "campaign_id": briefs.ids[row],
        "dimension": Coded(group, np.array([name for name, _ in GROUPS])),
        "value": Coded(group, np.array([value for _, value in GROUPS])),
        "share": briefs.targets[row, group],
    }


def invitation_rows(funnel: Funnel, cast: Cast, results: Results) -> dict[str, Values]:
    """The table `invitations`; results only where their window ended while the world was observed."""
    briefs, config = cast.briefs, cast.config
    final = is_final(funnel.delivered_at, config, cast.clock)
    values = np.where(final[:, None], _placed(funnel, results), ABSENT)
    return {
        "campaign_id": briefs.ids[funnel.brief],
        "creator_id": FIRST_ID + funnel.creator,
        "shown_at": funnel.shown_at,
        "position": funnel.position,
        "propensity": funnel.propensity,
        "opened_at": funnel.opened_at,
        "shortlisted_at": funnel.shortlisted_at,
        "invited_at": funnel.invited_at,
        "replied_at": funnel.replied_at,
        "accepted_at": funnel.accepted_at,
        "delivered_at": funnel.delivered_at,
        "result_at": np.where(final, result_time(funnel.delivered_at, config), ABSENT),
        "fee": np.where(funnel.accepted_at != ABSENT, funnel.offer, ABSENT),
        **{f"result_{name}": values[:, place] for place, name in enumerate(MEASURES)},
        "currency": Coded(briefs.market[funnel.brief], CURRENCIES),
    }


def _placed(funnel: Funnel, results: Results) -> Ints:
    """(rows, MEASURES): the results at their rows of the funnel, 0 elsewhere."""
    width = 1 + max(funnel.creator.max(initial=0), results.creator.max(initial=0))
    keys = funnel.brief * width + funnel.creator
    order = np.argsort(keys)
    placed = np.zeros((len(funnel), len(MEASURES)), dtype=np.int64)
    wanted = results.brief * width + results.creator
    placed[order[np.searchsorted(keys[order], wanted)]] = results.values
    return placed
