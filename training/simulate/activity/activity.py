"""All that a block's creators do in one part of their life: on their own, or for campaigns."""

from dataclasses import dataclass
from typing import Self

from training.simulate.activity.block import OWN, Block
from training.simulate.activity.days import VideoDays, day_rows, draw_days, draw_durations
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
    interaction_rows,
    message_rows,
    own_interactions,
    own_messages,
)
from training.simulate.activity.posts import (
    Posts,
    campaign_posts,
    life_views,
    own_posts,
    video_rows,
    visibility_rows,
)
from training.simulate.activity.samples import Samples, campaign_samples, own_samples, sample_rows
from training.simulate.activity.showcase import Shelves
from training.simulate.columns import Values


@dataclass(frozen=True)
class Activity:
    """What one part of a block's life consists of; drawn from streams of its own, it changes no other."""

    block: Block
    samples: Samples
    posts: Posts
    days: VideoDays
    lives: Lives
    messages: Messages
    interactions: Interactions

    @classmethod
    def own(cls, block: Block, shelves: Shelves) -> Self:
        """What the creators do on their own, whatever campaigns they are asked for."""
        block = block.of(OWN)
        samples = own_samples(block, shelves)
        posts = own_posts(block, shelves, samples)
        return cls(
            block=block,
            samples=samples,
            posts=posts,
            days=draw_days(block, posts, life_views(block, posts)),
            lives=hold(block, own_plans(block, shelves, samples)),
            messages=own_messages(block),
            interactions=own_interactions(block, shelves, samples),
        )

    @classmethod
    def of_campaigns(cls, block: Block) -> Self:
        """What comes of the block's rows of the funnel; the block may be of any part but OWN."""
        samples = campaign_samples(block)
        posts = campaign_posts(block)
        return cls(
            block=block,
            samples=samples,
            posts=posts,
            days=draw_days(block, posts, life_views(block, posts)),
            lives=hold(block, campaign_plans(block, samples)),
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
