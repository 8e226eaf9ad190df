"""A creator's profile: everything known about one creator, one row each."""

import ibis

from features.arrow import beside
from features.known import Known
from features.portable import elapsed_days, level_1, log_ratio, ratio, real, seconds, shrunk
from features.profiles import (
    audience,
    content,
    days,
    invitations,
    livestreams,
    messages,
    posts,
    prices,
    samples,
    videos,
)
from features.profiles.peers import (
    VIEWS_STRENGTH,
    expected_fees,
    fitted,
    pooled,
    priors,
    ranks,
    standings,
    trials,
    usual_prices,
)


def creator_profiles(known: Known, shares: ibis.Table, states: ibis.Table) -> ibis.Table:
    """Per creator, by id: the columns that creator features are computed from, in memory.

    `shares` are `audience.measured` and `states` are `samples.sample_states`, handed in because others use
    them too. Integers are counts and sums, 0 where there is nothing; floats are measurements, NULL where
    nothing was measured.
    """
    accounts = known.read(_accounts(known).order_by("creator_id"))
    # Each part is a query of its own: one plan for all of them takes longer to make than to run.
    for part in _parts(known, shares, states):
        accounts = beside(accounts, known.read(part), "creator_id")
    for compare in (_priors, _compared):
        for part in compare(known, known.hold(accounts)):
            accounts = beside(accounts, known.read(part), "creator_id")
    return known.hold(accounts)


def _accounts(known: Known) -> ibis.Table:
    creators = known["creators"]
    return creators.select(
        "creator_id",
        "market",
        "country",
        "language",
        "category",
        "has_ecommerce",
        category_1=level_1(creators.category),
        account_days=elapsed_days(known.now - seconds(creators.created_at)),
    )


def _parts(known: Known, shares: ibis.Table, states: ibis.Table) -> list[ibis.Table]:
    return [
        days.days(known),
        days.gains(known),
        videos.windows(videos.video_counts(known)),
        videos.latest(known),
        posts.posts(known),
        posts.gaps(known),
        posts.promoted(known),
        livestreams.livestreams(known),
        messages.messages(known),
        samples.samples(states),
        samples.asked(known),
        prices.chosen(known),
        invitations.invitations(known),
        invitations.results(known),
        content.focus(content.posts_by_category(known)),
        content.novelty(known),
        audience.audience(shares),
    ]


def _priors(known: Known, profiles: ibis.Table) -> list[ibis.Table]:
    """What rates of small counts are pulled to."""
    return [priors(profiles, known.kept(fitted(trials(profiles)))), pooled(profiles)]


def _compared(known: Known, profiles: ibis.Table) -> list[ibis.Table]:
    """What a creator's profile gains from their peers' profiles."""
    return [
        usual_prices(profiles),
        expected_fees(profiles),
        ranks(profiles, objective_levels(profiles)),
        standings(profiles, objective_rates(profiles)),
    ]


def objective_levels(profiles: ibis.Table) -> dict[str, ibis.Value]:
    """What each objective counts, lately; lower bounds where GMV is withheld."""
    engagements = profiles.latest_likes + profiles.latest_comments + profiles.latest_shares
    levels = {
        "gmv": real(profiles.gmv_low_28),
        "followers": real(profiles.gained_28),
        "views": ratio(profiles.latest_views, profiles.latest_videos),
        "engagement": ratio(engagements, profiles.latest_videos),
    }
    return {objective: level.fill_null(0.0) for objective, level in levels.items()}


def objective_rates(profiles: ibis.Table) -> dict[str, ibis.Value]:
    """ln of what a view (for views: a follower) brings of each objective; NULL for who may not sell (R21)."""
    clicks = shrunk(profiles.shop_clicks_90, profiles.shop_views_90, profiles.ctr_pooled, VIEWS_STRENGTH)
    orders = shrunk(
        profiles.shop_orders_90, profiles.shop_clicks_90, profiles.cvr_prior, profiles.cvr_strength
    )
    follows = shrunk(profiles.video_followers_90, profiles.views_90, profiles.follow_pooled, VIEWS_STRENGTH)
    engagements = profiles.latest_likes + profiles.latest_comments + profiles.latest_shares
    one = ibis.literal(1.0)
    return {
        "gmv": profiles.has_ecommerce.ifelse(log_ratio(clicks * orders, one), ibis.null("float64")),
        "followers": log_ratio(follows, one),
        "views": log_ratio(ratio(profiles.latest_views, profiles.latest_videos), profiles.followers),
        "engagement": log_ratio(engagements, profiles.latest_views),
    }
