"""What videos are made of: category, script, sound and hashtags, and what all that does to their success."""

from dataclasses import dataclass, fields

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from recsys.vocabulary import CAMPAIGN_TYPES, FACETS
from training.simulate.activity.block import Block
from training.simulate.activity.posts import Posts
from training.simulate.cast.climate import Climate
from training.simulate.cast.facets import CHOSEN, Scripts
from training.simulate.cast.geography import CATEGORY_NAMES, LEVEL1_OF
from training.simulate.clock import ABSENT
from training.simulate.columns import Coded, Ragged, Values
from training.simulate.draws import choose

MOST_TAGS = 4
TAGS = 0.6
"""P(a hashtag), for each of MOST_TAGS."""
POINT_NAMES = np.array(FACETS["talking_points"])


@dataclass(frozen=True)
class Videos(Posts):
    """Posts with their traits."""

    category: Ints
    """Index into CATEGORIES."""
    words: Ints
    """(videos, CHOSEN): hook, structure and call to action."""
    points: Flags
    """(videos, POINTS)."""
    sound: Ints
    """ABSENT where the sound is not known."""
    tags: Ints
    """(videos, 1 + MOST_TAGS): the campaign's hashtag, then others; ABSENT where there is none."""
    heat: Floats
    """What its sound and hashtags multiply its views by: 1 on average over the charts."""

    @property
    def linked(self) -> Ints:
        """(videos, MOST_LINKS): the products, ABSENT behind them."""
        return np.column_stack([self.product, self.more])

    def factors(self, climate: Climate) -> Floats:
        """(MEASURES, videos): what all traits together multiply views, engagement and conversion by."""
        of_script = climate.factors.realised(Scripts(self.words, self.points), LEVEL1_OF[self.category])
        of_script[0] *= self.heat
        return of_script


def with_traits(block: Block, posts: Posts) -> Videos:
    """Posts with traits: the category first, then what creators say, and what is hot there."""
    rng, climate = block.rng("traits"), block.climate
    category = _categories(rng, block, posts)
    creators = block.creators.take(posts.creator)
    script = climate.factors.draw(rng, creators.favourites, creators.favoured_points)
    place = (posts.posted_at, creators.market, LEVEL1_OF[category])
    sound, heat = _sounds(rng, block, climate.sounds.row(*place), posts.posted_at)
    tags, fame = _hashtags(rng, block, posts, climate.tags.row(*place))
    return Videos(
        **{column.name: getattr(posts, column.name) for column in fields(posts)},
        category=category,
        words=script.words,
        points=script.points,
        sound=sound,
        tags=tags,
        heat=heat * fame,
    )


def _categories(rng: np.random.Generator, block: Block, posts: Posts) -> Ints:
    """What the product (or the campaign) is about; without one, anything the creator makes content about."""
    made_up = choose(rng, block.creators.mix[posts.creator])
    asked = np.where(posts.campaign != ABSENT, block.briefs.category[posts.campaign], made_up)
    return np.where(posts.product != ABSENT, block.products.category[posts.product], asked)


def _sounds(rng: np.random.Generator, block: Block, rows: Ints, times: Ints) -> tuple[Ints, Floats]:
    """The sound of each video, and what it multiplies the views by."""
    chart, trends = block.climate.sounds, block.config.trends
    known = rng.random(len(rows)) >= trends.silent
    sound = np.where(known, chart.pick(rng, rows), ABSENT)
    rising = known & chart.is_rising(sound, times)
    return sound, _effect(rising, chart.rising_share[rows] * known, trends.sound_effect)


def _hashtags(rng: np.random.Generator, block: Block, posts: Posts, rows: Ints) -> tuple[Ints, Floats]:
    """(videos, 1 + MOST_TAGS) hashtags, each once, and what they multiply the views by."""
    chart, climate = block.climate.tags, block.climate
    wanted = rng.binomial(MOST_TAGS, TAGS, len(posts))
    tags = np.full((len(posts), 1 + MOST_TAGS), ABSENT)
    tags[:, 0] = np.where(posts.campaign != ABSENT, climate.tag_of_brief[posts.campaign], ABSENT)
    rising = np.zeros(len(posts), dtype=bool)
    for place in range(1, 1 + MOST_TAGS):
        having = np.flatnonzero(wanted >= place)
        tag = chart.pick(rng, rows[having])
        rising[having] |= chart.is_rising(tag, posts.posted_at[having])
        again = (tags[having, :place] == tag[:, None]).any(axis=1)
        tags[having, place] = np.where(again, ABSENT, tag)
    share = 1 - (1 - chart.rising_share[rows]) ** wanted
    return tags, _effect(rising, share, block.config.trends.hashtag_effect)


def _effect(rising: Flags, chance: Floats, effect: float) -> Floats:
    """The factor of what is on the rise, over its mean: expected views stay as they are."""
    return np.asarray(np.where(rising, np.exp(effect), 1.0) / (1 + chance * np.expm1(effect)))


def video_rows(block: Block, videos: Videos, ids: Ints, durations: Ints) -> dict[str, Values]:
    """The table `videos`; of the script, only what is recognised."""
    read = block.rng("recognised").random(videos.words.shape) >= block.config.facets.unread
    words = np.where(read, videos.words, ABSENT)
    linked, briefs = videos.linked, block.briefs
    return {
        "video_id": ids,
        "creator_id": block.creators.ids[videos.creator],
        "posted_at": videos.posted_at,
        "duration": durations.astype(float),
        "category": Coded(videos.category, CATEGORY_NAMES),
        "product_ids": Ragged(block.products.ids[linked[linked != ABSENT]], (linked != ABSENT).sum(axis=1)),
        "hashtags": _listed(videos.tags != ABSENT, videos.tags, block.climate.tag_names),
        "sound_id": np.where(videos.sound != ABSENT, videos.sound + 1, ABSENT),
        "campaign_id": np.where(videos.campaign != ABSENT, briefs.ids[videos.campaign], ABSENT),
        "campaign_type": Coded(videos.kind, np.array(CAMPAIGN_TYPES)),
        "talking_points": _listed(videos.points, np.arange(len(POINT_NAMES))[None, :], POINT_NAMES),
        **{facet: Coded(words[:, place], np.array(FACETS[facet])) for place, facet in enumerate(CHOSEN)},
    }


def _listed(there: Flags, codes: Ints, names: Array) -> Ragged:
    """The names of the codes that are there, row by row."""
    return Ragged(Coded(np.broadcast_to(codes, there.shape)[there], names), there.sum(axis=1))
