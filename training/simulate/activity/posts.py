"""Videos: what creators post on their own, with samples and for campaigns; and when they are public."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Ints
from training.frame import Frame
from training.simulate.activity.block import Block
from training.simulate.activity.samples import LIVE, TAKEN_PRIVATE, Samples
from training.simulate.activity.showcase import MOST_LINKS, Shelves
from training.simulate.cast.briefs import MOST_PRODUCTS
from training.simulate.clock import ABSENT, DAY, later
from training.simulate.columns import Values
from training.simulate.draws import choose
from training.simulate.funnel.steps import Funnel


@dataclass(frozen=True)
class Posts(Frame):
    """One row per video of a block."""

    creator: Ints
    """Row in the block."""
    posted_at: Ints
    product: Ints
    """Row of Products that is linked first, ABSENT where nothing is linked."""
    more: Ints
    """(videos, MOST_LINKS - 1): the other products linked, ABSENT behind them."""
    campaign: Ints
    """Row of Briefs, ABSENT where not sponsored."""
    kind: Ints
    """Index into CAMPAIGN_TYPES, ABSENT where it is none of them."""
    private_at: Ints
    back_at: Ints
    """When the video is taken private and when it is public again; ABSENT where that does not happen."""


def own_posts(block: Block, shelves: Shelves, samples: Samples) -> Posts:
    """The videos creators make on their own and with samples, in order of creator and time."""
    return _in_order(Posts.joined([_spontaneous(block, shelves), _of_samples(block, samples)]))


def _in_order(posts: Posts) -> Posts:
    return posts.take(np.lexsort((posts.posted_at, posts.creator)))


def _spontaneous(block: Block, shelves: Shelves) -> Posts:
    rng = block.rng("posts")
    creators = block.creators
    creator = np.repeat(np.arange(len(creators)), block.counts(rng, creators.posts_per_day))
    at = block.moments(rng, creator)
    product, there = shelves.pick(rng, creator, at)
    links = there & creators.sells[creator] & (rng.random(len(creator)) < creators.shoppable[creator])
    product = np.where(links, product, ABSENT)
    private, back = _private(rng, block, at, rng.random(len(creator)) < block.config.content.private_share)
    return Posts(
        creator=creator,
        posted_at=at,
        product=product,
        more=shelves.beside(creator, at, product, _more_links(rng, block, creator)),
        campaign=np.full(len(creator), ABSENT),
        kind=_kinds(rng, block, creator),
        private_at=private,
        back_at=back,
    )


def _more_links(rng: np.random.Generator, block: Block, creator: Ints) -> Ints:
    """How many products each creator would link beside the first: 0 to 2, link stuffers more."""
    few = rng.binomial(2, block.config.links.more, len(creator))
    many = rng.integers(2, max(block.config.gaming.stuffing_links, 3), len(creator))
    return np.where(block.creators.stuffs[creator], many, few)


def _kinds(rng: np.random.Generator, block: Block, creator: Ints) -> Ints:
    """The kind of video, by the creator's styles; one in seven is none, and a video is never a livestream."""
    styles = block.creators.styles.copy()
    styles[:, LIVE] = 0.0
    kind = choose(rng, styles[creator] + 1e-9)
    return np.where(rng.random(len(creator)) < 6 / 7, kind, ABSENT)


def _private(rng: np.random.Generator, block: Block, at: Ints, hidden: Flags) -> tuple[Ints, Ints]:
    """Taken private some days after posting; half of those come back."""
    private = block.clock.observed(later(at, rng.gamma(1.5, 6, len(at)) * DAY + 60, hidden))
    back = later(private, rng.uniform(0.5, 12, len(at)) * DAY, rng.random(len(at)) < 0.5)
    return private, block.clock.observed(back)


def _of_samples(block: Block, samples: Samples) -> Posts:
    """The videos made with samples."""
    rng = block.rng("sample_posts")
    made = samples.take((samples.posted_at != ABSENT) & ~samples.in_live)
    private = later(made.posted_at, rng.uniform(0.2, 2.5, len(made)) * DAY, made.use == TAKEN_PRIVATE)
    return Posts(
        creator=made.creator,
        posted_at=made.posted_at,
        product=made.product,
        more=np.full((len(made), MOST_LINKS - 1), ABSENT),
        campaign=made.campaign,
        kind=_kinds(rng, block, made.creator),
        private_at=block.clock.observed(private),
        back_at=np.full(len(made), ABSENT),
    )


def campaign_posts(block: Block) -> Posts:
    """The block's deliveries made as videos, not as livestreams, in order of creator and time."""
    rows = block.funnel.take(block.funnel.delivered_at != ABSENT)
    rows = rows.take(block.briefs.kind[rows.brief] != LIVE)
    return _in_order(_deliveries(block, rows))


def _deliveries(block: Block, rows: Funnel) -> Posts:
    nothing = np.full(len(rows), ABSENT)
    linked = np.arange(MOST_PRODUCTS) < block.briefs.product_count[rows.brief, None]
    linked &= block.creators.sells[rows.creator, None]
    products = np.full((len(rows), MOST_LINKS), ABSENT)
    products[:, :MOST_PRODUCTS] = np.where(linked, block.briefs.products[rows.brief], ABSENT)
    return Posts(
        creator=rows.creator,
        posted_at=rows.delivered_at,
        product=products[:, 0],
        more=products[:, 1:],
        campaign=rows.brief,
        kind=block.briefs.kind[rows.brief],
        private_at=nothing,
        back_at=nothing,
    )


def visibility_rows(posts: Posts, ids: Ints) -> dict[str, Values]:
    """The table `video_visibility`: one stretch, and a second where the video came back."""
    again = posts.back_at != ABSENT
    order = np.argsort(np.concatenate([ids, ids[again]]), kind="stable")
    values: dict[str, Values] = {
        "video_id": np.concatenate([ids, ids[again]])[order],
        "public_from": np.concatenate([posts.posted_at, posts.back_at[again]])[order],
        "public_until": np.concatenate([posts.private_at, np.full(again.sum(), ABSENT)])[order],
    }
    return values
