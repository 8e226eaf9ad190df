"""Messages of brands to creators, and what creators do with recommended products."""

import numpy as np

from recsys.arrays import Floats, Ints
from recsys.vocabulary import EVENTS, ITEM_KINDS
from training.simulate.activity.block import Block
from training.simulate.activity.samples import Samples
from training.simulate.activity.showcase import Shelves
from training.simulate.cast.catalogue import available
from training.simulate.cast.geography import kin
from training.simulate.clock import ABSENT, later
from training.simulate.columns import Coded, Values
from training.simulate.draws import sigmoid
from training.simulate.funnel.steps import reply_seconds

RECOMMENDED_PER_DAY = 0.15
PLACES = 10
CLICK_SECONDS = 90


def message_rows(block: Block) -> dict[str, Values]:
    """The table `messages`: brands' own approaches at any time, and one message for each invitation."""
    rng = block.rng("messages")
    brand, creator, sent, replied = _approaches(rng, block)
    invited = block.funnel.take(block.funnel.invited_at != ABSENT)
    creator = np.concatenate([creator, invited.creator])
    return {
        "message_id": block.ids(len(creator)),
        "brand_id": block.brands.ids[np.concatenate([brand, block.briefs.brand[invited.brief]])],
        "creator_id": block.creators.ids[creator],
        "sent_at": np.concatenate([sent, invited.invited_at]),
        "replied_at": np.concatenate([replied, invited.replied_at]),
    }


def _approaches(rng: np.random.Generator, block: Block) -> tuple[Ints, Ints, Ints, Ints]:
    """Brand, creator, time and answer of messages outside briefs; better known creators get more."""
    creators, brands, given = block.creators, block.brands, block.config.cooperation
    known = (creators.followers / 2e4) ** 0.15
    creator = np.repeat(np.arange(len(creators)), block.counts(rng, given.messages_per_day * known))
    sent = block.moments(rng, creator)
    brand = _from_market(rng, brands.market, creators.market[creator])
    fits = brands.created_at[brand] <= sent
    brand, creator, sent = brand[fits], creator[fits], sent[fits]
    answers = rng.random(len(creator)) < sigmoid(given.reply_logit + creators.responsiveness[creator])
    wait = reply_seconds(rng, creators.responsiveness[creator])
    return brand, creator, sent, block.clock.observed(later(sent, wait, answers))


def interaction_rows(block: Block, shelves: Shelves, samples: Samples) -> dict[str, Values]:
    """The table `interactions`: recommended products shown and clicked, added to the showcase, asked for."""
    shown, clicked = _recommended(block)
    owner, slot = np.nonzero(shelves.added_at >= block.clock.start)
    added = (owner, shelves.product[owner, slot], shelves.added_at[owner, slot])
    asked = (samples.creator, samples.product, samples.requested_at)
    parts = (shown[:3], clicked[:3], added, asked)
    creator, product, at = (np.concatenate(values) for values in zip(*parts, strict=True))
    sizes = [len(part[0]) for part in parts]
    events = [EVENTS.index(name) for name in ("shown", "clicked", "showcased", "sampled")]
    places = np.concatenate([shown[3], clicked[3]])
    logged = len(places)
    position = np.full(len(creator), ABSENT)
    position[:logged] = places
    propensity = np.full(len(creator), np.nan)
    propensity[:logged] = _even_chance(block, creator[:logged], at[:logged])
    return {
        "interaction_id": block.ids(len(creator)),
        "creator_id": block.creators.ids[creator],
        "item_kind": Coded(np.zeros(len(creator), dtype=np.int64), np.array(ITEM_KINDS)),
        "item_id": block.products.ids[product],
        "event": Coded(np.repeat(events, sizes), np.array(EVENTS)),
        "at": at,
        "position": position,
        "propensity": propensity,
    }


def _recommended(block: Block) -> tuple[tuple[Ints, ...], tuple[Ints, ...]]:
    """Creator, product, time and place of products shown evenly at random, and of those clicked."""
    rng = block.rng("recommended")
    creators, products = block.creators, block.products
    creator = np.repeat(
        np.arange(len(creators)), block.counts(rng, np.where(creators.sells, RECOMMENDED_PER_DAY, 0.0))
    )
    at = np.minimum(block.moments(rng, creator), block.clock.end - 2 * CLICK_SECONDS)
    product = _from_market(rng, products.market, creators.market[creator])
    there = available(products, product, at) & (at >= block.alive_from[creator])
    creator, product, at = creator[there], product[there], at[there]
    place = rng.integers(1, PLACES + 1, len(creator))
    distance = products.log_price[product] - creators.price_level[creator]
    liking = (creators.mix[creator] * kin()[products.category[product]]).sum(axis=1) - distance**2
    clicks = rng.random(len(creator)) < sigmoid(3 * liking - 2) / place**0.5
    shown = (creator, product, at, place)
    wait = rng.integers(1, CLICK_SECONDS, len(creator))
    return shown, (creator[clicks], product[clicks], (at + wait)[clicks], place[clicks])


def _from_market(rng: np.random.Generator, market_of: Ints, wanted: Ints) -> Ints:
    """For each wanted market a row of `market_of` that is of this market, evenly at random."""
    order = np.argsort(market_of, kind="stable")
    starts = np.searchsorted(market_of[order], wanted, side="left")
    ends = np.searchsorted(market_of[order], wanted, side="right")
    return order[rng.integers(starts, ends)]


def _even_chance(block: Block, creator: Ints, at: Ints) -> Floats:
    """1 over the products on the shelf of the creator's market at the time."""
    products = block.products
    chance = np.zeros(len(at))
    for market in np.unique(products.market):
        own = products.market == market
        rows = block.creators.market[creator] == market
        removed = products.removed_at[own & (products.removed_at != ABSENT)]
        there = _until(products.created_at[own], at[rows]) - _until(removed, at[rows])
        chance[rows] = 1 / np.maximum(there, 1)
    return chance


def _until(moments: Ints, at: Ints) -> Ints:
    """How many of the moments are not after each time."""
    return np.searchsorted(np.sort(moments), at, side="right")
