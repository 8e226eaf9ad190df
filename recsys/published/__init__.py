"""Published data sets, each with a loader that maps it to the marketplace's tables.

To add one: a module with a `PublishedSet`, and a line in PUBLISHED. Nothing here imports `recsys.tables`,
which opens these sets by their names: `read_tables("tiktok_famous://folder")`.
"""

from recsys.published.published_set import Cleaned, Loaded, PublishedSet
from recsys.published.tiktok_discover import TIKTOK_DISCOVER
from recsys.published.tiktok_famous import TIKTOK_FAMOUS
from recsys.published.tiktok_vn_2025 import TIKTOK_VN_2025
from recsys.published.top1000_2022 import TOP1000_2022
from recsys.published.uci_online_retail import UCI_ONLINE_RETAIL

PUBLISHED: dict[str, PublishedSet] = {
    published.name: published
    for published in (
        TIKTOK_VN_2025,
        TIKTOK_FAMOUS,
        TOP1000_2022,
        TIKTOK_DISCOVER,
        UCI_ONLINE_RETAIL,
    )
}
"""Every set there is a loader for, by name."""

__all__ = ["PUBLISHED", "Cleaned", "Loaded", "PublishedSet"]
