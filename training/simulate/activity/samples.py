"""Samples: asked for, shipped or cancelled, received, and used in time or not."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Ints
from recsys.vocabulary import CAMPAIGN_TYPES
from training.frame import Frame
from training.simulate.activity.block import Block
from training.simulate.activity.showcase import Shelves
from training.simulate.cast.catalogue import available
from training.simulate.clock import ABSENT, DAY, later
from training.simulate.columns import Values
from training.simulate.draws import sigmoid

LIVE = CAMPAIGN_TYPES.index("live")
NOTHING, IN_TIME, LATE, TAKEN_PRIVATE = range(4)
"""What a creator does with a sample."""


@dataclass(frozen=True)
class Samples(Frame):
    """One row per sample of a block; `posted_at` is when its content appears, ABSENT where none does."""

    creator: Ints
    """Row in the block."""
    product: Ints
    campaign: Ints
    """Row of Briefs, or ABSENT."""
    requested_at: Ints
    shipped_at: Ints
    received_at: Ints
    cancelled_at: Ints
    extended_at: Ints
    posted_at: Ints
    use: Ints
    in_live: Flags


def own_samples(block: Block, shelves: Shelves) -> Samples:
    """Samples creators ask for on their own."""
    rng = block.rng("samples")
    creators = block.creators
    wish = block.config.cooperation.samples_per_day * np.exp(0.4 * creators.ambition - 0.1)
    creator = np.repeat(np.arange(len(creators)), block.counts(rng, np.where(creators.sells, wish, 0.0)))
    at = block.moments(rng, creator)
    slot = (rng.random(len(creator)) * shelves.liked[creator]).astype(np.int64)
    product = shelves.product[creator, slot]
    offered = available(block.products, product, at) & (shelves.liked[creator] > 0)
    creator, product, at = creator[offered], product[offered], at[offered]
    return _played(rng, block, creator, product, at)


def _played(rng: np.random.Generator, block: Block, creator: Ints, product: Ints, at: Ints) -> Samples:
    """Shipping, receipt, extension and use of samples asked for at `at`."""
    size, given = len(creator), block.config.cooperation
    is_shipped = rng.random(size) < 0.93
    shipped = later(at, rng.uniform(0.3, 4, size) * DAY, is_shipped)
    received = later(shipped, rng.uniform(1, 7, size) * DAY, rng.random(size) < 0.98)
    cancelled = later(at, rng.uniform(0.3, 6, size) * DAY, ~is_shipped & (rng.random(size) < 0.8))
    extended = later(received, rng.uniform(7, given.fulfilment_days, size) * DAY, rng.random(size) < 0.12)
    use = _use(rng, block, creator)
    days = given.fulfilment_days + np.where(extended != ABSENT, given.extension_days, 0)
    wait = np.where(use == LATE, days + rng.uniform(0.5, 12, size), days * rng.beta(2, 2, size) * 0.95)
    in_live = (use == IN_TIME) & (block.creators.lives_per_day[creator] > 0) & (rng.random(size) < 0.4)
    posted = block.clock.observed(later(received, wait * DAY, use != NOTHING))
    return Samples(
        creator=creator,
        product=product,
        campaign=np.full(size, ABSENT),
        requested_at=at,
        shipped_at=shipped,
        received_at=received,
        cancelled_at=cancelled,
        extended_at=extended,
        posted_at=np.where(posted <= block.active_until[creator], posted, ABSENT),
        use=use,
        in_live=in_live,
    )


def _use(rng: np.random.Generator, block: Block, creator: Ints) -> Ints:
    """Reliable creators use samples in time; the others not, too late, or take the video back."""
    logit = block.config.cooperation.deliver_logit + block.creators.reliability[creator]
    failure = rng.choice([NOTHING, LATE, TAKEN_PRIVATE], len(creator), p=[0.55, 0.3, 0.15])
    return np.where(rng.random(len(creator)) < sigmoid(logit), IN_TIME, failure)


def campaign_samples(block: Block) -> Samples:
    """One sample of the first product for each acceptance; it arrives before the content is due."""
    rng = block.rng("samples")
    rows = block.funnel.take(block.funnel.accepted_at != ABSENT)
    rows = rows.take(block.creators.sells[rows.creator])
    size, everyone = len(rows), np.ones(len(rows), dtype=bool)
    shipped = later(rows.accepted_at, rng.uniform(0.2, 1, size) * DAY, everyone)
    nothing = np.full(size, ABSENT)
    is_live = block.briefs.kind[rows.brief] == LIVE
    return Samples(
        creator=rows.creator,
        product=block.briefs.products[rows.brief, 0],
        campaign=rows.brief,
        requested_at=rows.accepted_at,
        shipped_at=shipped,
        received_at=later(shipped, rng.uniform(0.5, 1.9, size) * DAY, everyone),
        cancelled_at=nothing,
        extended_at=nothing,
        posted_at=rows.delivered_at,
        use=np.where(rows.delivered_at != ABSENT, IN_TIME, NOTHING),
        in_live=is_live & (rows.delivered_at != ABSENT),
    )


def sample_rows(block: Block, samples: Samples) -> dict[str, Values]:
    """The table `samples`."""
    clock = block.clock
    is_used = (samples.use == IN_TIME) & (samples.posted_at != ABSENT)
    wait = np.where(samples.in_live, 0, block.config.cooperation.public_days * DAY)
    campaign = np.where(samples.campaign != ABSENT, block.briefs.ids[samples.campaign], ABSENT)
    return {
        "sample_id": block.ids(len(samples)),
        "creator_id": block.creators.ids[samples.creator],
        "brand_id": block.brands.ids[block.products.brand[samples.product]],
        "product_id": block.products.ids[samples.product],
        "campaign_id": campaign,
        "requested_at": samples.requested_at,
        "shipped_at": clock.observed(samples.shipped_at),
        "received_at": clock.observed(samples.received_at),
        "cancelled_at": clock.observed(samples.cancelled_at),
        "extended_at": clock.observed(samples.extended_at),
        "fulfilled_at": clock.observed(later(samples.posted_at, wait, is_used)),
    }
