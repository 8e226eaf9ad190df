"""From what would have been done to what was done: the part of a week's potential that came about."""

from dataclasses import replace

import numpy as np

from recsys.arrays import Flags, Ints
from training.simulate.activity.activity import Activity
from training.simulate.activity.days import VideoDays
from training.simulate.activity.lives import Lives
from training.simulate.activity.outreach import campaign_interactions, campaign_messages
from training.simulate.activity.samples import NOTHING, Samples
from training.simulate.clock import ABSENT
from training.simulate.funnel.steps import Funnel


def reveal(potential: Activity, funnel: Funnel) -> Activity:
    """The block's activity for the invitations in `funnel` (its creators counted in the block).

    Videos and livestreams are those of the potential, to the last view, for who delivered; samples go to who
    accepted.
    """
    accepted = funnel.take(funnel.accepted_at != ABSENT)
    delivered = funnel.take(funnel.delivered_at != ABSENT)
    samples = _samples(potential.samples, accepted, delivered)
    posts = among(potential.posts.campaign, potential.posts.creator, delivered)
    return replace(
        potential,
        block=replace(potential.block, funnel=funnel),
        samples=samples,
        posts=potential.posts.take(posts),
        days=days_of(potential, posts),
        lives=_lives(potential.lives, delivered),
        messages=campaign_messages(replace(potential.block, funnel=funnel)),
        interactions=campaign_interactions(samples),
    )


def among(brief: Ints, creator: Ints, funnel: Funnel) -> Flags:
    """Whether each pair of brief and creator is a row of the funnel."""
    width = 1 + max(creator.max(initial=0), funnel.creator.max(initial=0))
    return np.isin(brief * width + creator, funnel.brief * width + funnel.creator)


def _samples(samples: Samples, accepted: Funnel, delivered: Funnel) -> Samples:
    sent = samples.take(among(samples.campaign, samples.creator, accepted))
    used = among(sent.campaign, sent.creator, delivered)
    return replace(
        sent,
        posted_at=np.where(used, sent.posted_at, ABSENT),
        use=np.where(used, sent.use, NOTHING),
        in_live=sent.in_live & used,
    )


def days_of(potential: Activity, posts: Flags) -> VideoDays:
    """The days of these posts, which are counted anew."""
    days = potential.days
    seen = posts[days.post]
    likes, comments, shares = days.engagements
    return VideoDays(
        post=(np.cumsum(posts) - 1)[days.post[seen]],
        day=days.day[seen],
        views=days.views[seen],
        engagements=(likes[seen], comments[seen], shares[seen]),
        followers_gained=days.followers_gained[seen],
        clicks=days.clicks[seen],
        orders=days.orders[seen],
        gmv=days.gmv[seen],
    )


def _lives(lives: Lives, delivered: Funnel) -> Lives:
    held = among(lives.plans.campaign, lives.plans.creator, delivered)
    likes, comments, shares = lives.engagements
    return Lives(
        plans=lives.plans.take(held),
        views=lives.views[held],
        engagements=(likes[held], comments[held], shares[held]),
        clicks=lives.clicks[held],
        orders=lives.orders[held],
        gmv=lives.gmv[held],
    )
