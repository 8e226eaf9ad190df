"""Columns that several tables share: the same name always means the same."""

from recsys.tables.schema import Column, count, ident

MARKET = Column("market", "text", "marketplace region, ISO 3166-1 alpha-2 of its home country, e.g. US")
CURRENCY = Column("currency", "text", "ISO 4217 code of every money column in the row")
CATEGORY = Column("category", "text", "level 1 and level 2 joined by a slash, e.g. beauty/hair_care")
CREATOR = ident("creator_id", "the creator", "creators.creator_id")
BRAND = ident("brand_id", "the brand", "brands.brand_id")
PRODUCT = ident("product_id", "the product", "products.product_id")
VIDEO = ident("video_id", "the video", "videos.video_id")
CAMPAIGN = ident("campaign_id", "the campaign", "campaigns.campaign_id")
DAY = Column("day", "day", "UTC day the counts belong to")
REACTIONS = (
    count("likes", "likes received"),
    count("comments", "comments received"),
    count("shares", "times shared"),
)
SALES = (
    count("product_clicks", "views with a click on a linked product"),
    count("orders", "product clicks that led to an order, counted with the click"),
    Column("gmv", "money", "gross merchandise value attributed"),
    CURRENCY,
)
