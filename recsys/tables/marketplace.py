"""The marketplace's tables: the contract between whoever fills them and everything here that reads them."""

from recsys.tables.accounts import AUDIENCE, BRANDS, CREATOR_DAILY, CREATORS, PRODUCTS, SHOWCASE
from recsys.tables.campaigns import CAMPAIGN_TARGETS, CAMPAIGNS, INVITATIONS, MESSAGES, SAMPLES
from recsys.tables.content import (
    INTERACTIONS,
    LIVESTREAM_SEGMENTS,
    LIVESTREAMS,
    VIDEO_DAILY,
    VIDEO_VISIBILITY,
    VIDEOS,
)
from recsys.tables.schema import Table

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        CREATORS, CREATOR_DAILY, AUDIENCE, BRANDS, PRODUCTS, CAMPAIGNS, CAMPAIGN_TARGETS, INVITATIONS,
        MESSAGES, SAMPLES, SHOWCASE, VIDEOS, VIDEO_VISIBILITY, VIDEO_DAILY, LIVESTREAMS,
        LIVESTREAM_SEGMENTS, INTERACTIONS,
    )
}  # fmt: skip
"""Every table of the contract, by name; a table comes after those it refers to."""
