"""The ranking lists' aggregates as DuckDB SQL, of the days from `$first` on and those `$before`."""

LISTS = {
    "list_days": """
SELECT creator_id,
       sum(gmv_low) FILTER (day >= $first) AS gmv_low,
       sum(gmv_high) FILTER (day >= $first) AS gmv_high,
       sum(gmv_low) FILTER (day < $first) AS gmv_low_before,
       count(*) FILTER (day < $first) AS there_before,
       max(followers) FILTER (day = $today - 1) AS followers,
       max(followers) FILTER (day = $first - 1) AS followers_before
FROM creator_daily
WHERE day >= $before AND day < $today
GROUP BY creator_id
""",
    "list_videos": """
SELECT creator_id,
       sum(views) FILTER (day >= $first) AS video_views,
       sum(watch_seconds) FILTER (day >= $first) AS video_watch,
       sum(likes + comments + shares) FILTER (day >= $first) AS video_engagements,
       sum(views) FILTER (day >= $first AND fresh) AS fresh_views,
       sum(views) FILTER (day >= $first AND shop) AS shop_views,
       sum(orders) FILTER (day >= $first AND shop) AS shop_orders,
       sum(gmv) FILTER (day >= $first AND shop) AS shop_gmv,
       sum(views) FILTER (day < $first AND shop) AS shop_views_before
FROM video_daily JOIN (
    SELECT video_id, creator_id, len(product_ids) > 0 AS shop,
           posted_at >= $today - content_days AS fresh
    FROM videos JOIN rules USING (creator_id) WHERE posted_at < $today
) USING (video_id)
WHERE day >= $before AND day < $today
GROUP BY creator_id
""",
    "list_livestreams": """
SELECT creator_id,
       count(*) FILTER (ended_at >= $first) AS live_contents,
       count(*) FILTER (ended_at >= $first AND epoch(ended_at) - epoch(started_at) >= live_counted)
           AS livestreams,
       sum(views) FILTER (ended_at >= $first) AS live_views,
       sum(viewers) FILTER (ended_at >= $first) AS live_viewers,
       sum(watch_seconds) FILTER (ended_at >= $first) AS live_watch,
       sum(likes + comments + shares) FILTER (ended_at >= $first) AS live_engagements,
       sum(orders) FILTER (ended_at >= $first) AS live_orders,
       sum(gmv) FILTER (ended_at >= $first) AS live_gmv,
       sum(views) FILTER (ended_at < $first) AS live_views_before
FROM livestreams JOIN rules USING (creator_id)
WHERE ended_at >= $before AND ended_at < $today
GROUP BY creator_id
""",
    "list_posts": """
SELECT creator_id,
       sum(least(posts, posts_counted)) AS shoppable_posts,
       sum(least(links, posts_counted * links_counted)) AS linked_products
FROM (
    SELECT creator_id, posts_counted, links_counted, posted_at::DATE AS day,
           count(*) AS posts, sum(least(len(product_ids), links_counted)) AS links
    FROM videos JOIN rules USING (creator_id)
    WHERE posted_at >= $first AND posted_at < $today AND len(product_ids) > 0
    GROUP BY ALL
)
GROUP BY creator_id
""",
    "list_contents": """
SELECT creator_id, count(*) FILTER (posted_at >= $today - content_days) AS video_contents
FROM videos JOIN rules USING (creator_id)
WHERE posted_at < $today
GROUP BY creator_id
""",
    "list_activity": """
SELECT creator_id,
       count(DISTINCT moment::DATE) FILTER (moment >= $today - activity_days) AS active_days,
       epoch(max(moment))::BIGINT AS last_active
FROM (
    SELECT creator_id, posted_at AS moment FROM videos WHERE posted_at < $today
    UNION ALL SELECT creator_id, ended_at FROM livestreams WHERE ended_at < $today
) JOIN rules USING (creator_id)
GROUP BY creator_id
""",
}
