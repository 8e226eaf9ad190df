"""All that a block's creators do in one part of their life: on their own, or for campaigns."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from training.simulate.activity.block import OWN, Block
from training.simulate.activity.days import VideoDays, day_rows, draw_days, draw_durations
from training.simulate.activity.inspiration import inspire
from training.simulate.activity.lives import (
    Lives,
    campaign_plans,
    hold,
    live_rows,
    own_plans,
    segment_rows,
)
from training.simulate.activity.outreach import (
    Interactions,
    Messages,
    campaign_interactions,
    campaign_messages,
    first_sales,
    interaction_rows,
    message_rows,
    own_interactions,
    own_messages,
)
from training.simulate.activity.posts import campaign_posts, own_posts, visibility_rows
from training.simulate.activity.sales import Sold
from training.simulate.activity.samples import Samples, campaign_samples, own_samples, sample_rows
from training.simulate.activity.showcase import Shelves
from training.simulate.activity.traits import Videos, video_rows, with_traits
from training.simulate.clock import DAY
from training.simulate.columns import Values


@dataclass(frozen=True)
class Activity:
    """What one part of a block's life consists of; drawn from streams of its own, it changes no other."""

    block: Block
    samples: Samples
    posts: Videos
    days: VideoDays
    lives: Lives
    messages: Messages
    interactions: Interactions

    @classmethod
    def own(cls, block: Block, shelves: Shelves) -> Self:
        """What the creators do on their own, whatever campaigns they are asked for."""
        block = block.of(OWN)
        samples = own_samples(block, shelves)
        inspired, posts = own_videos(block, shelves, samples)
        days, of_videos = draw_days(block, posts)
        lives, of_lives = hold(block, own_plans(block, shelves, samples))
        sold = _first_sales(block, (posts, of_videos), (lives, of_lives))
        return cls(
            block=block,
            samples=samples,
            posts=posts,
            days=days,
            lives=lives,
            messages=own_messages(block),
            interactions=Interactions.joined([own_interactions(block, shelves, samples), inspired, sold]),
        )

    @classmethod
    def of_campaigns(cls, block: Block) -> Self:
        """What comes of the block's rows of the funnel; the block may be of any part but OWN."""
        samples = campaign_samples(block)
        posts = with_traits(block, campaign_posts(block))
        return cls(
            block=block,
            samples=samples,
            posts=posts,
            days=draw_days(block, posts)[0],
            lives=hold(block, campaign_plans(block, samples))[0],
            messages=campaign_messages(block),
            interactions=campaign_interactions(samples),
        )

    def rows(self) -> dict[str, dict[str, Values]]:
        """The rows it adds to the tables, by table."""
        block, posts, plans = self.block, self.posts, self.lives.plans
        videos, durations = block.ids(len(posts)), draw_durations(block, len(posts))
        streams = block.ids(len(plans))
        return {
            "messages": message_rows(block, self.messages),
            "samples": sample_rows(block, self.samples),
            "videos": video_rows(block, posts, videos, durations),
            "video_visibility": visibility_rows(posts, videos),
            "video_daily": day_rows(block, posts, self.days, videos, durations),
            "livestreams": live_rows(block, self.lives, streams),
            "livestream_segments": segment_rows(block, plans, streams),
            "interactions": interaction_rows(block, self.interactions),
        }


def own_videos(block: Block, shelves: Shelves, samples: Samples) -> tuple[Interactions, Videos]:
    """The videos that creators make on their own, and what they did with those that inspired them."""
    return inspire(block, with_traits(block, own_posts(block, shelves, samples)))


def _first_sales(block: Block, on_videos: tuple[Videos, Sold], in_lives: tuple[Lives, Sold]) -> Interactions:
    """Each creator's first sale of each product: at the end of the day, or of the livestream."""
    (videos, of_videos), (lives, of_lives) = on_videos, in_lives
    creator = np.concatenate([videos.creator[of_videos.offer], lives.plans.creator[of_lives.offer]])
    at = np.concatenate([(of_videos.day + 1) * DAY - 1, lives.plans.ended_at[of_lives.offer]])
    return first_sales(block, creator, np.concatenate([of_videos.product, of_lives.product]), at)
