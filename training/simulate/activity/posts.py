"""Videos: what creators post on their own, with samples and for campaigns; and when they are public."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from recsys.vocabulary import CAMPAIGN_TYPES
from training.frame import Frame
from training.simulate.activity.block import Block
from training.simulate.activity.expected import SPONSORED_VIEWS, growth
from training.simulate.activity.samples import LIVE, TAKEN_PRIVATE, Samples
from training.simulate.activity.showcase import Shelves
from training.simulate.cast.briefs import KINDS_WITH_HASHTAG, campaign_tags
from training.simulate.cast.geography import CATEGORY_NAMES
from training.simulate.clock import ABSENT, DAY, later
from training.simulate.columns import Coded, Ragged, Values
from training.simulate.draws import choose, spread, within
from training.simulate.funnel.steps import Funnel

SOUNDS = 5_000
GENERAL_TAGS = np.array(["fyp", "foryou", "viral", "trending", "ad"])
TAGS_PER_CATEGORY = 6


@dataclass(frozen=True)
class Posts(Frame):
    """One row per video of a block."""

    creator: Ints
    """Row in the block."""
    posted_at: Ints
    product: Ints
    """Row of Products, ABSENT where nothing is linked."""
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
    private, back = _private(rng, block, at, rng.random(len(creator)) < block.config.content.private_share)
    return Posts(
        creator=creator,
        posted_at=at,
        product=np.where(links, product, ABSENT),
        campaign=np.full(len(creator), ABSENT),
        kind=_kinds(rng, block, creator),
        private_at=private,
        back_at=back,
    )


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
        campaign=made.campaign,
        kind=_kinds(rng, block, made.creator),
        private_at=block.clock.observed(private),
        back_at=np.full(len(made), ABSENT),
    )


def campaign_posts(block: Block) -> Posts:
    """The block's deliveries made as videos, not as livestreams, in order of creator and time."""
    rows = block.funnel.take(block.funnel.delivered_at != ABSENT)
    rows = rows.take(block.briefs.kind[rows.brief] != LIVE)
    nothing = np.full(len(rows), ABSENT)
    return _in_order(_deliveries(block, rows, nothing))


def _deliveries(block: Block, rows: Funnel, nothing: Ints) -> Posts:
    return Posts(
        creator=rows.creator,
        posted_at=rows.delivered_at,
        product=np.where(block.creators.sells[rows.creator], block.briefs.products[rows.brief, 0], ABSENT),
        campaign=rows.brief,
        kind=block.briefs.kind[rows.brief],
        private_at=nothing,
        back_at=nothing,
    )


def life_views(block: Block, posts: Posts) -> Floats:
    """Views each video will have had at the end of its life; a few go viral."""
    rng = block.rng("views")
    content = block.config.content
    creators = block.creators.take(posts.creator)
    viral = np.where(rng.random(len(posts)) < content.viral_share, content.viral_factor, 1.0)
    usual = creators.views * growth(creators, posts.posted_at, block.config, block.clock)
    paid = np.where(posts.campaign != ABSENT, SPONSORED_VIEWS, 1.0)
    return np.asarray(usual * paid * viral * spread(rng, content.video_sigma, len(posts)))


def video_rows(block: Block, posts: Posts, ids: Ints, durations: Ints) -> dict[str, Values]:
    """The table `videos`."""
    rng = block.rng("video_traits")
    creators, products, briefs = block.creators, block.products, block.briefs
    links = posts.product != ABSENT
    made_up = choose(rng, creators.mix[posts.creator])
    category = np.where(links, products.category[posts.product], made_up)
    return {
        "video_id": ids,
        "creator_id": creators.ids[posts.creator],
        "posted_at": posts.posted_at,
        "duration": durations.astype(float),
        "category": Coded(category, CATEGORY_NAMES),
        "product_ids": Ragged(products.ids[posts.product[links]], links.astype(np.int64)),
        "hashtags": _hashtags(rng, block, posts, category),
        "sound_id": np.where(rng.random(len(posts)) < 0.3, ABSENT, _sounds(rng, len(posts))),
        "campaign_id": np.where(posts.campaign != ABSENT, briefs.ids[posts.campaign], ABSENT),
        "campaign_type": Coded(posts.kind, np.array(CAMPAIGN_TYPES)),
    }


def _sounds(rng: np.random.Generator, size: int) -> Ints:
    """A few sounds are used by very many videos."""
    return np.minimum(rng.zipf(1.5, size), SOUNDS)


def _hashtags(rng: np.random.Generator, block: Block, posts: Posts, category: Ints) -> Ragged:
    """0 to 4 hashtags of the category or of general use, and the campaign's own."""
    own = (posts.campaign != ABSENT) & np.isin(posts.kind, KINDS_WITH_HASHTAG)
    counts = rng.binomial(4, 0.6, len(posts)) + own
    place = within(counts)
    turn = np.repeat(rng.integers(0, 1_000, len(posts)), counts) + place  # no tag twice in one video
    general = len(CATEGORY_NAMES) * TAGS_PER_CATEGORY + turn % len(GENERAL_TAGS)
    local = np.repeat(category, counts) * TAGS_PER_CATEGORY + turn % TAGS_PER_CATEGORY
    codes = np.where(rng.random(len(place)) < 0.65, local, general)
    campaign = len(tag_names(block)) - len(block.briefs) + np.repeat(posts.campaign, counts)
    return Ragged(
        Coded(np.where((place == 0) & np.repeat(own, counts), campaign, codes), tag_names(block)), counts
    )


def tag_names(block: Block) -> Array:
    """Every hashtag: those of the categories, the general ones, and one for each brief."""
    plain = [name.split("/")[1].replace("_", "") for name in CATEGORY_NAMES]
    local = [f"{name}{place}" for name in plain for place in range(TAGS_PER_CATEGORY)]
    return np.array([*local, *GENERAL_TAGS, *campaign_tags(block.briefs.ids)])


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
