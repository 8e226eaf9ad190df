"""What a brand sees in a creator, and what a creator sees in a brief: the true effects."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Floats
from recsys.vocabulary import OBJECTIVES
from training.simulate.cast.briefs import Briefs
from training.simulate.cast.catalogue import Brands, Products
from training.simulate.cast.creators import Creators
from training.simulate.cast.geography import columns_of, kin
from training.simulate.config import SimulateConfig
from training.simulate.draws import sigmoid

STAGE_SHARE = 0.45
"""How much of the brand's interest counts at each of open, shortlist and invite: they add up."""
GONE = 0.1
"""P(a creator who has stopped posting replies), relative to before."""
TARGETED = ("country", "gender", "age", "device")


@dataclass(frozen=True)
class Chances:
    """True probabilities of the shown creators, each given the step before."""

    opened: Floats
    shortlisted: Floats
    invited: Floats
    replied: Floats
    accepted: Floats
    delivered: Floats


def affinity(creators: Creators, category: int) -> Floats:
    """0 to about 1: how much of the creator's content is about the category or its kin."""
    return np.asarray(creators.mix @ kin()[category])


def components(
    brief: Briefs, shown: Creators, brands: Brands, products: Products, known: Flags
) -> dict[str, Floats]:
    """What the brand's interest is made of: one array over the shown creators per name in Effects.

    `brief` has one row; `known` says who delivered to this brand before.
    """
    price = float(products.log_price[brief.products[0, : brief.product_count[0]]].mean())
    per_creator = brief.budget[0] / brief.wanted[0]
    return {
        "category": affinity(shown, brief.category[0]) - 0.35,
        "audience": _overlap(shown.audience, brief.targets[0]) - 0.75,
        "stores": _coverage(shown.audience, brief.stores[0]),
        "price": 0.3 - np.minimum((price - shown.price_level) ** 2, 1.5),
        "style": 2 * shown.styles[:, brief.kind[0]]
        - 0.3
        + shown.styles @ brands.tastes[brief.brand[0]]
        - 0.15,
        "performance": _performance(shown, brief.objective[0]),
        "engagement": np.log(shown.engagement / 0.065),
        "reach": np.log(shown.followers / 2e4) / 2,
        "budget": -np.abs(np.log(shown.fee / per_creator)).clip(0, 3) / 3,
        "history": known.astype(float),
    }


def _overlap(audience: Floats, targets: Floats) -> Floats:
    """Mean over the targeted dimensions of the shared mass; country counts as met when it is exceeded."""
    parts = []
    for dimension in TARGETED:
        columns = columns_of(dimension)
        wanted = targets[columns]
        if wanted.any():
            parts.append(np.minimum(audience[:, columns], wanted).sum(axis=1) / wanted.sum())
    return np.asarray(np.mean(parts, axis=0))


def _coverage(audience: Floats, stores: Flags) -> Floats:
    """Share of the followers who live in a state with a store, 0 where there are no stores."""
    return np.asarray(audience[:, columns_of("state")] @ stores.astype(float))


def _performance(shown: Creators, objective: int) -> Floats:
    """What the creator does best for this objective per view, on a log scale of spread about .6."""
    selling = np.where(shown.sells, np.log(shown.click_rate * shown.conversion / (0.02 * 0.03)), -1.5)
    by_name = {
        "gmv": 0.8 * selling,
        "followers": 1.2 * np.log(shown.follow_rate / 0.003),
        "views": 0.7 * np.log(shown.views / (0.2 * shown.followers)),
        "engagement": np.log(shown.engagement / 0.065),
    }
    return np.asarray(np.clip(by_name[OBJECTIVES[objective]], -2, 2))


def chances(
    brief: Briefs,
    shown: Creators,
    parts: dict[str, Floats],
    fee_ratio: Floats,
    busy: Flags,
    config: SimulateConfig,
) -> Chances:
    """P of each step given the step before; `fee_ratio` is the offered fee over the creator's usual one."""
    effects, cooperation = config.effects, config.cooperation
    interest = STAGE_SHARE * sum(getattr(effects, name) * values for name, values in parts.items())
    hunger = 0.5 * np.log(brief.wanted[0] / 5)
    accept = (
        effects.accept_logit
        + shown.ambition
        + effects.accept_fee * np.log(fee_ratio)
        + effects.accept_category * parts["category"]
        + effects.accept_busy * busy
    )
    there = np.where(shown.leaves_at > brief.created_at[0], 1.0, GONE)
    return Chances(
        opened=sigmoid(effects.open_logit + interest),
        shortlisted=sigmoid(effects.shortlist_logit + hunger + interest),
        invited=sigmoid(effects.invite_logit + hunger + interest),
        replied=sigmoid(cooperation.reply_logit + 0.8 + shown.responsiveness) * there,
        accepted=sigmoid(accept),
        delivered=sigmoid(cooperation.deliver_logit + shown.reliability - 0.3 * busy),
    )
