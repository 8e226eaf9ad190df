"""Tables of creators and brands: who they are, what they offer, whom they reach."""

from recsys.tables.columns import BRAND, CATEGORY, CREATOR, CURRENCY, DAY, MARKET, PRODUCT
from recsys.tables.schema import Column, Table, count, ident, time
from recsys.vocabulary import DIMENSIONS, PRICE_TIERS

CREATORS = Table(
    "creators",
    "a creator",
    ("creator_id",),
    (
        ident("creator_id", "the creator"),
        time("created_at", "when the account was created", optional=False),
        MARKET,
        Column("country", "text", "where the creator lives, ISO 3166-1 alpha-2"),
        Column("language", "text", "main language, ISO 639-1"),
        CATEGORY,
        Column("has_ecommerce", "flag", "may link products"),
    ),
)
CREATOR_DAILY = Table(
    "creator_daily",
    "a creator on a day, from the first day of the account or of the data, without gaps",
    ("creator_id", "day"),
    (
        CREATOR,
        DAY,
        count("followers", "followers at the end of the day"),
        Column(
            "gmv", "money", "GMV of the day, all sources; NULL where the creator withholds it", optional=True
        ),
        Column("gmv_low", "money", "lower bound of GMV; equal to gmv where that is known (R17)"),
        Column("gmv_high", "money", "upper bound of GMV; equal to gmv where that is known (R17)"),
        count("orders", "orders of the day, all sources"),
        CURRENCY,
    ),
)
AUDIENCE = Table(
    "audience",
    "the share of a creator's followers in one group, as measured on a day",
    ("creator_id", "day", "dimension", "value"),
    (
        CREATOR,
        Column("day", "day", "UTC day of the measurement; it holds until the next one"),
        Column("dimension", "text", "what the followers are grouped by", choices=DIMENSIONS),
        Column("value", "text", "the group: US, US-CA, female, 18-24, ios, active"),
        Column("share", "share", "share of followers in the group; a dimension's shares add up to at most 1"),
    ),
)
BRANDS = Table(
    "brands",
    "a brand",
    ("brand_id",),
    (
        ident("brand_id", "the brand"),
        time("created_at", "when the brand joined", optional=False),
        MARKET,
        CATEGORY,
        Column("price_tier", "text", "how the brand prices within its category", choices=PRICE_TIERS),
        Column("store_states", "texts", "states with a store of the brand, e.g. US-CA; may be empty"),
    ),
)
PRODUCTS = Table(
    "products",
    "a product",
    ("product_id",),
    (
        ident("product_id", "the product"),
        BRAND,
        time("created_at", "when the product was listed", optional=False),
        time("removed_at", "when it was taken off the shelf"),
        MARKET,
        CATEGORY,
        Column("price", "money", "price of one unit"),
        CURRENCY,
        Column("commission", "share", "share of GMV paid to the creator"),
    ),
)
SHOWCASE = Table(
    "showcase",
    "a product in a creator's showcase",
    ("creator_id", "product_id"),
    (
        CREATOR,
        PRODUCT,
        time("added_at", "when it was added", optional=False),
        time("removed_at", "when it was taken out"),
    ),
)
