"""The snapshot's creators: profiles as NumPy columns, words as codes, distributions as vectors."""

import ibis
import numpy as np
import pyarrow as pa

from features.arrow import codes, matrix, numbers, rows_of, shares, spread
from features.catalogue import CREATOR_FEATURES
from features.profiles import content, invitations
from features.sources import Sources
from recsys.arrays import Array, Features, Ints
from recsys.ratio import ratio
from recsys.snapshot import Columns
from recsys.vocabulary import CAMPAIGN_TYPES, DIMENSIONS, OBJECTIVES, VIDEO_COUNTS, tier_of

FLOATS = (
    "followers", "account_days", "price_low", "price_median", "price_high", "commission_usual",
    "fee_median", "fee_expected", "days_since_post", "days_since_live", "active_share",
    "main_country_share", "main_state_share",
)  # fmt: skip
COUNTS = (
    "gmv_low_28", "gmv_high_28", "gmv_low_before_28", "gmv_high_before_28", "orders_28", "orders_before_28",
    "views_28", "views_before_28", "gained_28", "gained_before_28", "n_videos", "n_shoppable",
    "latest_videos", "posts_28", "posts_before_28", "open_deals", "n_results", "live_views_28",
    "withheld_days_28", "days_28",
)  # fmt: skip
COUNTED = ("latest", "recent", "sponsored", "organic")
"""Sets of videos that profiles compare (R14, R16)."""
LIVE = CAMPAIGN_TYPES.index("live")


def creator_columns(sources: Sources) -> Columns:
    """One row per creator, by id; docs/features.md says what each column is."""
    table = sources.known.read(sources.profiles.order_by("creator_id"))
    ids = numbers(table, "creator_id")
    plain = {name: numbers(table, name) for name in (*FLOATS, *COUNTS, "has_ecommerce")}
    values = plain | _coded(sources, table) | _means(table) | {"profile": creator_features(sources)}
    values |= (
        _counts(table)
        | _audiences(sources, ids)
        | _mixes(sources, ids)
        | _types(sources, table)
        | _objectives(table)
    )
    return Columns(ids, values)


def creator_features(sources: Sources) -> Features:
    """The creator features in the catalogue's order, one row per creator, by id."""
    profiles = sources.profiles
    columns = {
        name: feature.function(*(profiles[parameter] for parameter in feature.parameters))
        for name, feature in CREATOR_FEATURES.items()
    }
    typed = {name: column.cast("float32") for name, column in columns.items()}
    table = sources.known.read(profiles.select("creator_id", **typed).order_by("creator_id"))
    return matrix(table, list(CREATOR_FEATURES))


def _coded(sources: Sources, table: pa.Table) -> dict[str, Array]:
    words = sources.words
    return {
        "market": codes(table, "market", words.markets),
        "country": codes(table, "country", words.countries),
        "language": codes(table, "language", words.languages),
        "currency": codes(table, "currency", words.currencies),
        "category": codes(table, "category", words.categories),
        "main_country": codes(table, "main_country_name", words.groups["country"]),
        "main_state": codes(table, "main_state_name", words.groups["state"]),
        "tier": tier_of(numbers(table, "followers")),
    }


def _means(table: pa.Table) -> dict[str, Array]:
    return {
        "mean_views": ratio(numbers(table, "latest_views"), numbers(table, "latest_videos")),
        "price_position": ratio(numbers(table, "chosen_position"), numbers(table, "chosen_products") + 1.0),
        "mean_views_90": ratio(numbers(table, "views_90"), numbers(table, "posts_90")),
    }


def _counts(table: pa.Table) -> dict[str, Array]:
    """Per set of videos how many they are, and what they were counted to date, by `VIDEO_COUNTS`."""
    posts, sponsored = numbers(table, "posts_90"), numbers(table, "sponsored_posts_90")
    sizes = {
        "recent_videos": numbers(table, "posts_30"),
        "sponsored_videos": sponsored,
        "organic_videos": posts - sponsored,
    }
    return sizes | {
        f"{videos}_counts": np.stack([numbers(table, f"{videos}_{name}") for name in VIDEO_COUNTS], axis=1)
        for videos in COUNTED
    }


def _audiences(sources: Sources, ids: Ints) -> dict[str, Array]:
    """Per dimension the shares of its groups; a creator whose dimension was never measured has NaN."""
    table = sources.known.read(sources.shares)
    dimensions, rows = table["dimension"].to_numpy(), rows_of(table, "creator_id", ids)
    vectors = {}
    for dimension in DIMENSIONS:
        own, groups = dimensions == dimension, sources.words.groups[dimension]
        part, places = table.filter(pa.array(own)), rows[own]
        wide = spread(places, codes(part, "value", groups), numbers(part, "share"), (len(ids), len(groups)))
        wide[np.setdiff1d(np.arange(len(ids)), places)] = np.nan
        vectors[f"audience_{dimension}"] = wide.astype(np.float32)
    return vectors


def _mixes(sources: Sources, ids: Ints) -> dict[str, Array]:
    """Per category the share of 90 days' videos and of their GMV, and the number of deals ever made."""
    categories = sources.words.categories

    def wide(long: ibis.Table, amount: str) -> Array:
        table = sources.known.read(long)
        rows, places = rows_of(table, "creator_id", ids), codes(table, "category", categories)
        return spread(rows, places, numbers(table, amount), (len(ids), len(categories)))

    return {
        "category_mix": shares(wide(content.posts_by_category(sources.known), "posts")),
        "category_gmv_mix": shares(wide(content.gmv_by_category(sources.known), "gmv")),
        "category_deals": wide(invitations.deals_by_category(sources.known), "deals").astype(np.float32),
    }


def _types(sources: Sources, table: pa.Table) -> dict[str, Array]:
    """Per campaign type the share of 90 days' posts, and views per post; livestreams are of type live."""
    ids = numbers(table, "creator_id")

    def wide(long: ibis.Table, amount: str, lives: str) -> Array:
        rows = sources.known.read(long)
        places = codes(rows, "campaign_type", CAMPAIGN_TYPES)
        shape = (len(ids), len(CAMPAIGN_TYPES))
        amounts = spread(rows_of(rows, "creator_id", ids), places, numbers(rows, amount), shape)
        amounts[:, LIVE] += numbers(table, lives)
        return amounts

    posts = wide(content.posts_by_type(sources.known), "posts", "lives_90")
    views = wide(content.views_by_type(sources.known), "views", "live_views_90")
    everything = numbers(table, "posts_90") + numbers(table, "lives_90")
    return {
        "type_mix": ratio(posts, everything[:, None]).astype(np.float32),
        "type_views": ratio(views, posts).astype(np.float32),
    }


def _objectives(table: pa.Table) -> dict[str, Array]:
    """Per objective the standing in the market, by volume and by view, and the mean result of campaigns."""
    results = matrix(table, [f"result_{objective}" for objective in OBJECTIVES])
    return {
        "objective_rank": matrix(table, [f"rank_{objective}" for objective in OBJECTIVES]),
        "objective_standing": matrix(table, [f"standing_{objective}" for objective in OBJECTIVES]),
        "objective_result": ratio(results, numbers(table, "n_results")[:, None]).astype(np.float32),
    }
