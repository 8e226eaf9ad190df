"""Every Ibis expression of the features by name: to compare all of them on two engines, and to time them."""

from collections.abc import Callable
from datetime import timedelta

import ibis

from features.known import Known
from features.lists import history as list_history
from features.lists import inputs
from features.portable import SECONDS_A_DAY
from features.profiles import (
    audience,
    brands,
    content,
    creators,
    days,
    fulfilment,
    history,
    invitations,
    livestreams,
    messages,
    peers,
    posts,
    prices,
    rules,
    samples,
    videos,
)
from features.published import creators as published_creators
from features.published import growth, measured_again
from features.recommending import events, links, products
from features.recommending import videos as clips
from features.sources import Sources
from features.trends import best_videos, counts, series
from recsys.periods import Period

Expression = Callable[[Sources], ibis.Table]

OF_KNOWN: tuple[Callable[[Known], ibis.Table], ...] = (
    audience.measured,
    brands.asked_types, brands.liked_types, brands.messages_between, brands.posts_between, brands.products,
    brands.showcased,
    content.gmv_by_category, content.novelty, content.posts_by_category, content.posts_by_type,
    content.recent_videos, content.views_by_type,
    days.days, days.gains,
    fulfilment.fulfilment,
    invitations.deals_by_category, invitations.history, invitations.invitations, invitations.results,
    livestreams.livestreams,
    messages.messages,
    posts.gaps, posts.posts, posts.promoted,
    prices.chosen, prices.positions,
    rules.rules,
    samples.asked, samples.sample_states,
    videos.latest, videos.latest_videos, videos.video_counts,
    events.product_log, events.video_log,
    links.linked,
    inputs.activity, inputs.contents, inputs.currencies,
    list_history.content_history, list_history.live_history, list_history.message_history,
    list_history.sales_history, list_history.sample_history, list_history.video_history,
    series.creator_followers, series.creator_views, series.hashtag_uses, series.hashtag_views,
    series.keyword_uses, series.keyword_views, series.product_orders, series.product_uses,
    series.product_views, series.sound_uses, series.sound_views, series.video_views,
    measured_again.measured_again,
    growth.steps,
    published_creators.cadence, published_creators.popularity, published_creators.with_cadence,
)  # fmt: skip
"""Those that need the known tables and nothing else."""
OF_PERIOD = (inputs.days, inputs.live_links, inputs.livestreams, inputs.posts, inputs.videos)
"""Those of a ranking list's period; the week before the moment is taken."""
OF_DAYS = (history.counts_by_day, history.followers_by_day)
"""Those of a number of days; 28 are taken."""
DAYS = 28
WEEKS = 8
OF_SOURCES: dict[Callable[..., ibis.Table], Expression] = {
    audience.audience: lambda of: audience.audience(of.shares),
    brands.brands: lambda of: brands.brands(of.known, of.profiles),
    brands.samples_between: lambda of: brands.samples_between(of.samples),
    content.focus: lambda of: content.focus(content.posts_by_category(of.known)),
    creators.creator_profiles: lambda of: of.profiles,
    peers.expected_fees: lambda of: peers.expected_fees(of.profiles),
    peers.fitted: lambda of: peers.fitted(peers.trials(of.profiles)),
    peers.pooled: lambda of: peers.pooled(of.profiles),
    peers.priors: lambda of: peers.priors(of.profiles, peers.fitted(peers.trials(of.profiles))),
    peers.ranks: lambda of: peers.ranks(of.profiles, creators.objective_levels(of.profiles)),
    peers.standings: lambda of: peers.standings(of.profiles, creators.objective_rates(of.profiles)),
    peers.trials: lambda of: peers.trials(of.profiles),
    peers.usual_prices: lambda of: peers.usual_prices(of.profiles),
    samples.samples: lambda of: samples.samples(of.samples),
    videos.windows: lambda of: videos.windows(videos.video_counts(of.known)),
    events.product_events: lambda of: events.product_events(
        events.product_log(of.known), links.linked(of.known)
    ),
    events.video_events: lambda of: events.video_events(of.known, events.video_log(of.known)),
    products.meetings: lambda of: products.meetings(of.known, events.product_log(of.known)),
    products.results: lambda of: products.results(links.linked(of.known)),
    products.sales: lambda of: products.sales(links.linked(of.known)),
    clips.videos: lambda of: clips.videos(of.known, events.video_log(of.known)),
    best_videos.performance: lambda of: best_videos.performance(of.known, DAYS),
    counts.by_block: lambda of: counts.by_block(series.hashtag_views(of.known), _window(of.known)),
    counts.by_day: lambda of: counts.by_day(series.product_orders(of.known), _window(of.known)),
}
"""Those that are made of others' results."""


def _window(known: Known) -> counts.Window:
    return counts.Window(known.now // SECONDS_A_DAY - DAYS, DAYS, WEEKS)


def _name(function: Callable[..., ibis.Table]) -> str:
    return f"{function.__module__.removeprefix('features.')}.{function.__name__}"


def _of_known(function: Callable[[Known], ibis.Table]) -> Expression:
    return lambda of: function(of.known)


def _of_period(function: Callable[[Known, Period], ibis.Table]) -> Expression:
    return lambda of: function(of.known, Period.of("week", of.known.today - timedelta(days=7)))


def _of_days(function: Callable[[Known, int, int], ibis.Table]) -> Expression:
    return lambda of: function(of.known, DAYS, 1)


EXPRESSIONS: dict[str, Expression] = {
    **{_name(each): _of_known(each) for each in OF_KNOWN},
    **{_name(each): _of_period(each) for each in OF_PERIOD},
    **{_name(each): _of_days(each) for each in OF_DAYS},
    **{_name(each): expression for each, expression in OF_SOURCES.items()},
}
"""`profiles.days.gains` → the expression over what a snapshot gathers. A new one belongs here."""
EXCEPTIONS = {
    "portable.fill_counts": "changes any table; in the expressions that call it",
}
"""Public functions that give tables, but are no expression of their own, each with the reason."""
