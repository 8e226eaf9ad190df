"""Profiles of a set that lacks columns: the numbers of those that are there, and no others."""

from datetime import datetime

import pytest

from features.known import known
from features.profiles.posts import gaps, posts
from features.profiles.videos import latest, video_counts, windows
from recsys.tables import partial_tables

AS_OF = datetime.fromisoformat("2024-04-20T13:00")
HELD = {
    "creators": ("creator_id",),
    "videos": ("video_id", "creator_id", "posted_at"),
    "video_daily": ("video_id", "day", "views", "likes", "comments", "shares"),
}
PROFILES = {
    "posts": (posts, {"n_shoppable", "shoppable_posts_28", "links_28", "sponsored_posts_90"}),
    "gaps": (gaps, set()),
    "latest": (latest, {"latest_views_6s", "latest_completions", "latest_watch_seconds"}),
    "windows": (
        lambda then: windows(video_counts(then)),
        {
            "video_followers_28", "video_followers_90", "shop_views_28", "shop_gmv_28", "shop_views_90",
            "shop_clicks_90", "shop_orders_90", "sponsored_views_90", "organic_views_90",
            *(f"{kind}_{name}" for kind in ("sponsored", "organic")
              for name in ("views", "likes", "comments", "shares")),
        },
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def whole_and_part(tables_of, random_rows, arrow, policies):
    rows = random_rows(5)
    part = partial_tables({name: arrow(name, rows[name]).select(columns) for name, columns in HELD.items()})
    return known(tables_of(rows), AS_OF, policies), known(part, AS_OF, policies)


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_of_a_part_has_the_same_numbers_without_those_that_rest_on_absent_columns(
    whole_and_part, name
):
    profile, absent = PROFILES[name]
    whole, part = (then.read(profile(then).order_by("creator_id")) for then in whole_and_part)

    assert set(whole.column_names) - set(part.column_names) == absent
    assert part.to_pylist() == whole.select(part.column_names).to_pylist()


def test_a_part_without_moments_and_markets_is_known_under_the_policy_of_every_market(whole_and_part):
    _, part = whole_and_part

    assert list(part.policies) == ["*"]
    assert part["creators"].count().to_pyarrow().as_py() == 12
