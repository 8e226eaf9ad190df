from pathlib import Path

import duckdb
import pytest

PUBLISHED = {
    "tides/creators.parquet": """
        select arg_max(followers, day) as followers from creator_daily group by creator_id""",
    "tiktok_famous/videos.parquet": """
        select video_id, creator_id, epoch(posted_at)::bigint as create_time, n_plays, n_followers
        from videos join (select video_id, sum(views) as n_plays from video_daily group by 1) using (video_id)
        join (select creator_id, arg_max(followers, day) as n_followers from creator_daily group by 1)
            using (creator_id)""",
    "tiktok_vn_2025/videos.parquet": """
        select video_id, followers::double as followers, posted_at::timestamp as posted_at,
            born + to_days(age) + interval 23 hour as scraped_at, views::double as views,
            likes::double as likes, comments::double as comments, shares::double as shares from crawled""",
    "tiktok_vn_2025/recrawl.parquet": """
        select video_id, born + to_days(age + 12) + interval 23 hour as scraped_at,
            later::double as views from crawled""",
    "tiktok_discover/hashtags.parquet": """
        select tag as hashtag_id, strftime(day, '%Y-%m-%d') as snapshot,
            sum(sum(views)) over (partition by tag order by day) * 1000 as views
        from (select video_id, unnest(hashtags) as tag from videos) join video_daily using (video_id)
        group by tag, day""",
    "uci_online_retail/sales.parquet": """
        select product_id::varchar as "Description", price::double as "UnitPrice", orders as "Quantity"
        from videos as v join video_daily using (video_id) join products as p
            on p.product_id = v.product_ids[1] where orders > 0""",
}
CRAWLED = """
create table crawled as
    select video_id, any_value(posted_at) as posted_at, any_value(posted_at)::date as born,
        any_value(age) as age, any_value(followers) as followers,
        sum(views) filter (day <= posted_at::date + age) as views,
        sum(views) filter (day <= posted_at::date + age + 12) as later,
        sum(likes) filter (day <= posted_at::date + age) as likes,
        sum(comments) filter (day <= posted_at::date + age) as comments,
        sum(shares) filter (day <= posted_at::date + age) as shares
    from (select *, (row_number() over (order by video_id) % 29 + 1)::int as age from videos) as v
    join video_daily using (video_id)
    join (select creator_id, arg_max(followers, day) as followers from creator_daily group by 1)
        using (creator_id)
    where posted_at < (select max(day) from creator_daily) - interval 52 day group by 1;
"""


@pytest.fixture
def published(tmp_path):
    """Makes real sets of a simulated world: the same files with the same columns, where they are used."""

    def make(tables: Path) -> Path:
        with duckdb.connect() as connection:
            for name in ("creator_daily", "videos", "video_daily", "products"):
                connection.read_parquet(str(tables / name / "*.parquet")).create_view(name)
            connection.execute(CRAWLED)
            for file, query in PUBLISHED.items():
                (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
                connection.execute(f"copy ({query}) to '{tmp_path / file}' (format parquet)")
        return tmp_path

    return make
