"""Messages of brands to creators, and what creators do with recommended products."""

from dataclasses import dataclass, replace

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from recsys.vocabulary import EVENTS, ITEM_KINDS
from training.frame import Frame
from training.simulate.activity.block import Block
from training.simulate.activity.samples import Samples
from training.simulate.activity.showcase import Shelves
from training.simulate.cast.catalogue import Products, available, on_shelf
from training.simulate.cast.creators import Creators
from training.simulate.cast.geography import kin
from training.simulate.clock import ABSENT, later
from training.simulate.columns import Coded, Values
from training.simulate.draws import sigmoid
from training.simulate.funnel.steps import reply_seconds

RECOMMENDED_PER_DAY = 0.15
PLACES = 10
CLICK_SECONDS = 90
FIRST_PLACE = np.ones(1, np.int64)


@dataclass(frozen=True)
class Messages(Frame):
    """One row per message of a brand to a creator."""

    brand: Ints
    creator: Ints
    """Row in the block."""
    sent_at: Ints
    replied_at: Ints


@dataclass(frozen=True)
class Interactions(Frame):
    """One row per thing a creator did with a product or a video."""

    creator: Ints
    """Row in the block."""
    kind: Ints
    """Index into ITEM_KINDS."""
    item: Ints
    """Row of Products, or of the videos of the block's part."""
    event: Ints
    """Index into EVENTS."""
    at: Ints
    position: Ints
    """ABSENT where the event was not logged with a place."""
    propensity: Floats
    """NaN where the event was not logged with a place."""


def own_messages(block: Block) -> Messages:
    """Messages outside briefs; better known creators get more."""
    rng = block.rng("messages")
    creators, brands, given = block.creators, block.brands, block.config.cooperation
    known = (creators.followers / 2e4) ** 0.15
    creator = np.repeat(np.arange(len(creators)), block.counts(rng, given.messages_per_day * known))
    sent = block.moments(rng, creator)
    brand = _from_market(rng, brands.market, creators.market[creator])
    fits = brands.created_at[brand] <= sent
    brand, creator, sent = brand[fits], creator[fits], sent[fits]
    answers = rng.random(len(creator)) < sigmoid(given.reply_logit + creators.responsiveness[creator])
    wait = reply_seconds(rng, creators.responsiveness[creator])
    return Messages(brand, creator, sent, block.clock.observed(later(sent, wait, answers)))


def campaign_messages(block: Block) -> Messages:
    """One message for each invitation."""
    invited = block.funnel.take(block.funnel.invited_at != ABSENT)
    return Messages(
        block.briefs.brand[invited.brief], invited.creator, invited.invited_at, invited.replied_at
    )


def message_rows(block: Block, messages: Messages) -> dict[str, Values]:
    """The table `messages`."""
    return {
        "message_id": block.ids(len(messages)),
        "brand_id": block.brands.ids[messages.brand],
        "creator_id": block.creators.ids[messages.creator],
        "sent_at": messages.sent_at,
        "replied_at": messages.replied_at,
    }


def own_interactions(block: Block, shelves: Shelves, samples: Samples) -> Interactions:
    """Recommended products shown and clicked, products added to the showcase and asked for."""
    owner, slot = np.nonzero(shelves.added_at >= block.clock.start)
    product, at = shelves.product[owner, slot], shelves.added_at[owner, slot]
    return Interactions.joined(
        [*_recommended(block), _unplaced("showcased", owner, product, at), campaign_interactions(samples)]
    )


def campaign_interactions(samples: Samples) -> Interactions:
    """Products asked for as samples."""
    return _unplaced("sampled", samples.creator, samples.product, samples.requested_at)


def first_sales(block: Block, creator: Ints, product: Ints, at: Ints) -> Interactions:
    """Each creator's first sale of each product; `at` are the moments of all sales."""
    order = np.argsort(at, kind="stable")
    _, first = np.unique((creator * len(block.products) + product)[order], return_index=True)
    rows = np.sort(order[first])
    return _unplaced("sold", creator[rows], product[rows], at[rows])


def of_videos(
    event: str, creator: Ints, video: Ints, at: Ints, logged: tuple[Ints, Floats] | None = None
) -> Interactions:
    """Interactions with videos; `logged` is the place and the propensity with which they were shown."""
    place, chance = logged or (np.full(len(at), ABSENT), np.full(len(at), np.nan))
    kind, name = (np.full(len(at), number) for number in (ITEM_KINDS.index("video"), EVENTS.index(event)))
    return Interactions(creator, kind, video, name, at, place, chance)


def _unplaced(event: str, creator: Ints, item: Ints, at: Ints) -> Interactions:
    nowhere, unknown = np.full(len(at), ABSENT), np.full(len(at), np.nan)
    return Interactions(
        creator, _products(len(at)), item, np.full(len(at), EVENTS.index(event)), at, nowhere, unknown
    )


def _products(size: int) -> Ints:
    return np.full(size, ITEM_KINDS.index("product"))


def interaction_rows(block: Block, interactions: Interactions) -> dict[str, Values]:
    """The table `interactions`."""
    is_product = interactions.kind == ITEM_KINDS.index("product")
    product = block.products.ids[np.where(is_product, interactions.item, 0)]
    video = block.ids(1)[0] + interactions.item
    return {
        "interaction_id": block.ids(len(interactions)),
        "creator_id": block.creators.ids[interactions.creator],
        "item_kind": Coded(interactions.kind, np.array(ITEM_KINDS)),
        "item_id": np.where(is_product, product, video),
        "event": Coded(interactions.event, np.array(EVENTS)),
        "at": interactions.at,
        "position": interactions.position,
        "propensity": interactions.propensity,
    }


def _recommended(block: Block) -> tuple[Interactions, Interactions]:
    """Products shown evenly at random, and those clicked."""
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
    chance = click_chance(liking((creators, creator), (products, product)), place)
    clicks = rng.random(len(creator)) < chance
    event, chance = np.full(len(creator), EVENTS.index("shown")), _even_chance(block, creator, at)
    shown = Interactions(creator, _products(len(creator)), product, event, at, place, chance)
    event, wait = np.full(len(creator), EVENTS.index("clicked")), rng.integers(1, CLICK_SECONDS, len(creator))
    return shown, replace(shown, event=event, at=at + wait).take(clicks)


def liking(who: tuple[Creators, Ints], what: tuple[Products, Ints]) -> Floats:
    """How much each creator likes the product beside it: likeness of category less squared price distance.

    `who` are creators and rows of them, `what` products and rows of them; rows broadcast.
    """
    (creators, creator), (products, product) = who, what
    distance = products.log_price[product] - creators.price_level[creator]
    return np.asarray((creators.mix[creator] * kin()[products.category[product]]).sum(axis=-1) - distance**2)


def click_chance(liked: Floats, place: Ints) -> Floats:
    """True P(a recommended product is clicked), by liking and place from 1."""
    return np.asarray(sigmoid(3 * liked - 2) / place**0.5)


def adopt_chance(liked: Floats, logit: float) -> Floats:
    """True P(a clicked product is showcased), by liking; `logit` is that at a liking of 0."""
    return sigmoid(3 * liked + logit)


def recommendable(creators: Creators, products: Products, at: Ints) -> Flags:
    """(creators, products): on the shelf of the creator's market then; none for who does not sell."""
    there = on_shelf(products, at) & (creators.market[:, None] == products.market[None, :])
    return np.asarray(there & creators.sells[:, None])


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
