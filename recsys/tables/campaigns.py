"""Tables of brands and creators working together: briefs, the funnel, messages, samples."""

from recsys.tables.columns import BRAND, CAMPAIGN, CATEGORY, CREATOR, CURRENCY, MARKET, PRODUCT
from recsys.tables.schema import Column, Table, count, ident, time
from recsys.vocabulary import CAMPAIGN_TYPES, DIMENSIONS, FUNNEL_STAGES, OBJECTIVES

CAMPAIGNS = Table(
    "campaigns",
    "a brief: what a brand asks creators for (R18)",
    ("campaign_id",),
    (
        ident("campaign_id", "the campaign"),
        BRAND,
        time("created_at", "when the brief was made: the moment its features are taken", optional=False),
        MARKET,
        CATEGORY,
        Column("product_ids", "ids", "products to promote; at least one", references="products.product_id"),
        Column("objective", "text", "what the result is measured in", choices=OBJECTIVES),
        Column("campaign_type", "text", "what creators are asked to make", choices=CAMPAIGN_TYPES),
        Column("hashtag", "text", "the campaign's hashtag without #; a challenge needs one", optional=True),
        Column("funnel_stage", "text", "where in the funnel the campaign works", choices=FUNNEL_STAGES),
        Column("store_states", "texts", "states whose stores the campaign should serve; may be empty"),
        Column("budget", "money", "what may be spent on fees"),
        CURRENCY,
        count("creators_wanted", "how many creators the brand wants"),
        Column("starts_on", "day", "first day of the campaign"),
        Column("ends_on", "day", "last day of the campaign"),
    ),
)
CAMPAIGN_TARGETS = Table(
    "campaign_targets",
    "the share of the wanted audience in one group; a dimension not named is not targeted",
    ("campaign_id", "dimension", "value"),
    (
        CAMPAIGN,
        Column("dimension", "text", "what the audience is grouped by", choices=DIMENSIONS),
        Column("value", "text", "the group, as in audience"),
        Column("share", "share", "wanted share; a dimension's shares add up to at most 1"),
    ),
)
INVITATIONS = Table(
    "invitations",
    "a creator shown for a brief, and how far it went (R19)",
    ("campaign_id", "creator_id"),
    (
        CAMPAIGN,
        CREATOR,
        time("shown_at", "when the brand saw the creator in the list", optional=False),
        count("position", "place in the shown list, from 1"),
        Column(
            "propensity",
            "share",
            "probability with which the logging policy showed this creator here; above 0",
        ),
        time("opened_at", "the brand opened the profile"),
        time("shortlisted_at", "the brand shortlisted the creator"),
        time("invited_at", "the brand invited the creator"),
        time("replied_at", "the creator answered, yes or no"),
        time("accepted_at", "the creator accepted"),
        time("delivered_at", "the agreed content was delivered"),
        time("result_at", "the result was final"),
        Column("fee", "money", "agreed fee", optional=True),
        Column("result_views", "count", "views of the delivered content", optional=True),
        Column("result_engagements", "count", "likes + comments + shares of it", optional=True),
        Column("result_followers", "count", "followers it brought to the brand", optional=True),
        Column("result_gmv", "money", "GMV it brought", optional=True),
        CURRENCY,
    ),
)
MESSAGES = Table(
    "messages",
    "a brand's message to a creator",
    ("message_id",),
    (
        ident("message_id", "the message"),
        BRAND,
        CREATOR,
        time("sent_at", "when the brand wrote", optional=False),
        time("replied_at", "when the creator answered; NULL counts as unanswered (R6)"),
    ),
)
SAMPLES = Table(
    "samples",
    "a product sample for a creator (R7)",
    ("sample_id",),
    (
        ident("sample_id", "the sample"),
        CREATOR,
        BRAND,
        PRODUCT,
        ident("campaign_id", "the campaign it belongs to", "campaigns.campaign_id", optional=True),
        time("requested_at", "when it was asked for", optional=False),
        time("shipped_at", "when it was shipped"),
        time("received_at", "when it was received"),
        time("cancelled_at", "when the seller cancelled it"),
        time("extended_at", "when the creator was given the extension"),
        time(
            "fulfilled_at",
            "when the marketplace booked it as fulfilled; features work it out by policy instead",
        ),
    ),
)
