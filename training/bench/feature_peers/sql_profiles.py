"""The profiles' aggregates as DuckDB SQL; `$today` is the day asked about, `$now` its first second."""

PROFILES = {
    "days": """
SELECT creator_id,
       arg_max(followers, day)::DOUBLE AS followers,
       arg_max(currency, day) AS currency,
       (max(followers) FILTER (day = $today - 8))::DOUBLE AS followers_7,
       (max(followers) FILTER (day = $today - 29))::DOUBLE AS followers_28,
       (max(followers) FILTER (day = $today - 91))::DOUBLE AS followers_90,
       sum(gmv_low) FILTER (day >= $today - 28) AS gmv_low_28,
       sum(gmv_high) FILTER (day >= $today - 28) AS gmv_high_28,
       sum(gmv_low) FILTER (day >= $today - 56 AND day < $today - 28) AS gmv_low_before_28,
       sum(gmv_high) FILTER (day >= $today - 56 AND day < $today - 28) AS gmv_high_before_28,
       sum(gmv_low) FILTER (day >= $today - 90) AS gmv_low_90,
       sum(gmv_high) FILTER (day >= $today - 90) AS gmv_high_90,
       sum(orders) FILTER (day >= $today - 28) AS orders_28,
       sum(orders) FILTER (day >= $today - 56 AND day < $today - 28) AS orders_before_28,
       count(*) FILTER (day >= $today - 28) AS days_28,
       count(*) FILTER (day >= $today - 28 AND gmv IS NULL) AS withheld_days_28
FROM creator_daily
WHERE day >= $today - 91 AND day < $today
GROUP BY creator_id
""",
    "gains": """
SELECT creator_id,
       count(*) FILTER (gain > 0 AND day >= $today - 28) AS gain_days_28,
       sum(gain) FILTER (gain > 0 AND day >= $today - 28) AS gained_28,
       sum(gain) FILTER (gain > 0 AND day < $today - 28) AS gained_before_28,
       max(gain) FILTER (gain > 0 AND day >= $today - 28) AS best_gain_28
FROM (
    SELECT creator_id, day,
           followers - lag(followers) OVER (PARTITION BY creator_id ORDER BY day) AS gain
    FROM creator_daily
    WHERE day >= $today - 57 AND day < $today
)
GROUP BY creator_id
""",
    "windows": """
WITH kinds AS (
    SELECT creator_id, len(product_ids) > 0 AS shop, campaign_id IS NOT NULL AS sponsored,
           CASE WHEN posted_at >= $today - 30 THEN 30 WHEN posted_at >= $today - 90 THEN 90 END AS posted,
           CASE WHEN day >= $today - 7 THEN 7 WHEN day >= $today - 14 THEN 14
                WHEN day >= $today - 28 THEN 28 WHEN day >= $today - 30 THEN 30
                WHEN day >= $today - 56 THEN 56 ELSE 90 END AS step,
           sum(views) AS views, sum(likes) AS likes, sum(comments) AS comments, sum(shares) AS shares,
           sum(followers_gained) AS gained, sum(product_clicks) AS clicks, sum(orders) AS orders,
           sum(gmv) AS gmv
    FROM video_daily JOIN videos USING (video_id)
    WHERE day >= $today - 90 AND day < $today AND posted_at < $today
    GROUP BY ALL
)
SELECT creator_id,
       sum(views) FILTER (step = 7) AS views_7,
       sum(views) FILTER (step = 14) AS views_before_7,
       sum(views) FILTER (step <= 28) AS views_28,
       sum(views) FILTER (step IN (30, 56)) AS views_before_28,
       sum(views) FILTER (step <= 30) AS views_30,
       sum(likes + comments + shares) FILTER (step <= 30) AS engagements_30,
       sum(gained) FILTER (step <= 28) AS video_followers_28,
       sum(views) FILTER (shop AND step <= 28) AS shop_views_28,
       sum(gmv) FILTER (shop AND step <= 28) AS shop_gmv_28,
       sum(gained) AS video_followers_90,
       sum(views) FILTER (shop) AS shop_views_90,
       sum(clicks) FILTER (shop) AS shop_clicks_90,
       sum(orders) FILTER (shop) AS shop_orders_90,
       sum(views) AS views_90,
       sum(views) FILTER (sponsored) AS sponsored_views_90,
       sum(views) FILTER (NOT sponsored) AS organic_views_90,
       sum(views) FILTER (posted = 30) AS recent_views,
       sum(likes) FILTER (posted = 30) AS recent_likes,
       sum(comments) FILTER (posted = 30) AS recent_comments,
       sum(shares) FILTER (posted = 30) AS recent_shares,
       sum(views) FILTER (sponsored AND posted IS NOT NULL) AS sponsored_views,
       sum(likes) FILTER (sponsored AND posted IS NOT NULL) AS sponsored_likes,
       sum(comments) FILTER (sponsored AND posted IS NOT NULL) AS sponsored_comments,
       sum(shares) FILTER (sponsored AND posted IS NOT NULL) AS sponsored_shares,
       sum(views) FILTER (NOT sponsored AND posted IS NOT NULL) AS organic_views,
       sum(likes) FILTER (NOT sponsored AND posted IS NOT NULL) AS organic_likes,
       sum(comments) FILTER (NOT sponsored AND posted IS NOT NULL) AS organic_comments,
       sum(shares) FILTER (NOT sponsored AND posted IS NOT NULL) AS organic_shares
FROM kinds
GROUP BY creator_id
""",
    "gmv_by_category": """
SELECT creator_id, category, sum(gmv) AS gmv
FROM video_daily JOIN videos USING (video_id)
WHERE gmv > 0 AND day >= $today - 90 AND day < $today AND posted_at < $today
GROUP BY creator_id, category
""",
    "views_by_type": """
SELECT creator_id, campaign_type, sum(views) AS views
FROM video_daily JOIN videos USING (video_id)
WHERE campaign_type IS NOT NULL AND day >= $today - 90 AND day < $today AND posted_at < $today
GROUP BY creator_id, campaign_type
""",
    "latest": """
SELECT creator_id, latest_videos, sums.* EXCLUDE (creator_id)
FROM (
    SELECT creator_id, least(count(*), any_value(last_videos)) AS latest_videos
    FROM videos JOIN rules USING (creator_id) WHERE posted_at < $today GROUP BY creator_id
) LEFT JOIN (
    SELECT creator_id, sum(views) AS latest_views, sum(views_6s) AS latest_views_6s,
           sum(completions) AS latest_completions, sum(watch_seconds) AS latest_watch_seconds,
           sum(likes) AS latest_likes, sum(comments) AS latest_comments, sum(shares) AS latest_shares
    FROM (
        SELECT creator_id, video_id
        FROM videos JOIN rules USING (creator_id)
        WHERE posted_at < $today
        QUALIFY row_number() OVER (PARTITION BY creator_id ORDER BY posted_at DESC, video_id DESC)
                <= last_videos
    ) JOIN video_daily USING (video_id)
    WHERE day < $today
    GROUP BY creator_id
) AS sums USING (creator_id)
""",
    "posts": """
SELECT creator_id, count(*) AS n_videos,
       count(*) FILTER (links > 0) AS n_shoppable,
       count(*) FILTER (posted_at >= $today - 28) AS posts_28,
       count(*) FILTER (posted_at < $today - 28 AND posted_at >= $today - 56) AS posts_before_28,
       count(*) FILTER (posted_at >= $today - 28 AND links > 0) AS shoppable_posts_28,
       sum(least(links, 5)) FILTER (posted_at >= $today - 28 AND links > 0) AS links_28,
       count(*) FILTER (posted_at >= $today - 30) AS posts_30,
       count(*) FILTER (posted_at >= $today - 90) AS posts_90,
       count(*) FILTER (posted_at >= $today - 90 AND campaign_id IS NOT NULL) AS sponsored_posts_90,
       count(DISTINCT age // 604800) FILTER (posted_at >= $today - 90) AS weeks_posted_90,
       min(age) / 86400 AS days_since_post
FROM (
    SELECT creator_id, posted_at, campaign_id, len(product_ids) AS links,
           $now - epoch_us(posted_at) // 1000000 AS age
    FROM videos WHERE posted_at < $today
)
GROUP BY creator_id
""",
}
