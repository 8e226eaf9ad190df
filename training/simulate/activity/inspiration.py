"""Videos of successful creators, shown to the others: watched, liked, saved, and their hook taken over."""

from dataclasses import dataclass, replace

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from recsys.vocabulary import EVENTS
from training.simulate.activity.ageing import luck
from training.simulate.activity.block import Block
from training.simulate.activity.outreach import PLACES, Interactions, of_videos
from training.simulate.activity.traits import Videos
from training.simulate.cast.creators import Creators
from training.simulate.cast.facets import CHOSEN
from training.simulate.cast.geography import MARKETS, kin
from training.simulate.cast.habits import weekly_gmv
from training.simulate.clock import ABSENT, DAY
from training.simulate.depth import Inspiration
from training.simulate.draws import sigmoid

HOOK = CHOSEN.index("hook")
NO_STYLE = 1 / 7
"""How much a creator is taken to make videos of no particular kind."""
MINUTE = 60
MOST_MINUTES = 10
"""Within these a shown video is watched, liked and saved."""


@dataclass(frozen=True)
class Appeal:
    """The true chances of what creators do with inspiration videos shown to them, row by row."""

    watched: Floats
    liked: Floats
    saved: Floats
    created: Floats
    """P(the next own video, if it comes in time, takes over the hook); all but `watched` given watched."""


def appeal(
    viewers: Creators, owners: Creators, about: tuple[Ints, Ints], succeeded: Floats, given: Inspiration
) -> Appeal:
    """The chances, by likeness of content, style, price level and the video's log views over the usual.

    `about` is the category and the kind (ABSENT for none) of each video. Row by row, or every viewer (rows
    of shape (viewers, 1)) beside every video (1, videos).
    """
    category, kind = about
    likeness = (viewers.mix * kin()[category]).sum(axis=-1) - 0.5
    style = np.take_along_axis(viewers.styles, kind[..., None], axis=-1)[..., 0]
    style = np.where(kind != ABSENT, style, NO_STYLE)
    distance = (viewers.price_level - owners.price_level) ** 2
    liking = (
        given.category * likeness + given.style * style - given.price * distance + given.success * succeeded
    )
    logits = (given.watch_logit, given.like_logit, given.save_logit, given.create_logit)
    return Appeal(*(sigmoid(logit + liking) for logit in logits))


def success(block: Block, videos: Videos) -> Floats:
    """Log views of each of the block's videos over what its creator usually gets."""
    return np.asarray(np.log(luck(block, len(videos)) * videos.factors(block.climate)[0]))


def inspire(block: Block, videos: Videos) -> tuple[Interactions, Videos]:
    """What creators did with inspiration videos, and the videos with the hooks they took over.

    Shown are recent videos of the block's successful creators of the same market, evenly at random, but none
    that is ever taken private; who is successful is shown none.
    """
    rng = block.rng("inspiration")
    shown = _shown(rng, block, videos)
    true = _appeal(block, videos, shown)
    watched = rng.random(len(shown)) < true.watched
    liked, saved, wanted = (
        watched & (rng.random(len(shown)) < chance) for chance in (true.liked, true.saved, true.created)
    )
    reactions = [
        _reaction(rng, event, minute, shown.take(rows))
        for event, minute, rows in (("watched", 1, watched), ("liked", 4, liked), ("saved", 7, saved))
    ]
    created, adopted = _created(block, videos, shown.take(wanted))
    return Interactions.joined([shown, *reactions, created]), adopted


def _reaction(rng: np.random.Generator, event: str, minute: int, shown: Interactions) -> Interactions:
    """An event within three minutes from that minute after showing."""
    wait = rng.integers(minute * MINUTE, (minute + 3) * MINUTE, len(shown))
    return replace(shown, event=np.full(len(shown), EVENTS.index(event)), at=shown.at + wait)


def _appeal(block: Block, videos: Videos, shown: Interactions) -> Appeal:
    seen, creators = videos.take(shown.item), block.creators
    about = seen.category, seen.kind
    viewers, owners = creators.take(shown.creator), creators.take(seen.creator)
    return appeal(viewers, owners, about, success(block, videos)[shown.item], block.config.inspiration)


def successful(block: Block) -> Flags:
    """The creators of each market with the highest expected GMV."""
    creators, share = block.creators, block.config.inspiration.successful
    names = ("views", "posts_per_day", "shoppable", "click_rate", "conversion", "sells")
    expected = weekly_gmv({name: getattr(creators, name) for name in names})
    result = np.zeros(len(creators), dtype=bool)
    for market in range(len(MARKETS)):
        own = np.flatnonzero(creators.market == market)
        result[own[np.argsort(-expected[own], kind="stable")[: int(np.ceil(share * len(own)))]]] = True
    return result


def _shown(rng: np.random.Generator, block: Block, videos: Videos) -> Interactions:
    """Every showing of a video, with its place and its chance."""
    per_day = np.where(successful(block), 0.0, block.config.inspiration.shown_per_day)
    viewer = np.repeat(np.arange(len(per_day)), block.counts(rng, per_day))
    at = np.minimum(block.moments(rng, viewer), block.clock.end - (MOST_MINUTES + 1) * MINUTE)
    video, chance = _picked(rng, block, videos, (viewer, at))
    place = rng.integers(1, PLACES + 1, len(at))
    shown = of_videos("shown", viewer, video, at, (place, chance))
    return shown.take((video != ABSENT) & (at >= block.alive_from[viewer]))


def _picked(
    rng: np.random.Generator, block: Block, videos: Videos, asked: tuple[Ints, Ints]
) -> tuple[Ints, Floats]:
    """For each (viewer, time) a video and the chance it had; ABSENT where there is none to show."""
    viewer, at = asked
    video, chance = np.full(len(viewer), ABSENT), np.ones(len(viewer))
    offered = successful(block)[videos.creator] & (videos.private_at == ABSENT)
    for market in range(len(MARKETS)):
        pool = np.flatnonzero(offered & (block.creators.market[videos.creator] == market))
        pool = pool[np.argsort(videos.posted_at[pool], kind="stable")]
        rows = np.flatnonzero(block.creators.market[viewer] == market)
        times, oldest = videos.posted_at[pool], at[rows] - block.config.inspiration.recent_days * DAY
        first, last = np.searchsorted(times, oldest), np.searchsorted(times, at[rows])
        rows, first, count = rows[last > first], first[last > first], (last - first)[last > first]
        video[rows] = pool[first + (rng.random(len(rows)) * count).astype(np.int64)]
        chance[rows] = 1 / count
    return video, chance


def _created(block: Block, videos: Videos, wanted: Interactions) -> tuple[Interactions, Videos]:
    """The next own videos of those who want to, soon after: they take over the hook of what was watched."""
    if len(videos) == 0:
        return wanted.take(slice(0, 0)), videos
    width, earliest = block.clock.end + 1, wanted.at + MOST_MINUTES * MINUTE
    keys = videos.creator * width + videos.posted_at  # ascending: videos are in order of creator and time
    following = np.searchsorted(keys, wanted.creator * width + earliest, side="right")
    following = np.minimum(following, len(videos) - 1)
    wait = videos.posted_at[following] - wanted.at
    soon = (videos.creator[following] == wanted.creator) & (wait > 0)
    soon &= wait <= block.config.inspiration.adopt_days * DAY
    following, first = np.unique(following[soon], return_index=True)
    source, words = wanted.item[soon][first], videos.words.copy()
    words[following, HOOK] = videos.words[source, HOOK]
    made = of_videos("created", videos.creator[following], source, videos.posted_at[following])
    return made, replace(videos, words=words)
