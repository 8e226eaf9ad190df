"""What is measured, as SQL: the simulated tables are looked at in the way the real sets were collected."""

OF_REAL_SETS = """
create view counted as  -- DuckDB takes NaN to be larger than any number
    select * from vietnam where not isnan(views + likes + comments + shares + followers);
create view counted_again as select * from vietnam_again where not isnan(views);
create view famous_latest as
    select creator_id, n_followers as followers, n_plays as views, to_timestamp(create_time) as posted_at
    from famous where n_followers > 0
    qualify row_number() over (partition by creator_id order by create_time desc, video_id) <= 25;
create table crawled_twice as  -- videos with more views than their creator has followers
    select row_number() over (order by video_id) - 1 as place, v.views as now, r.views as later,
        date_diff('day', v.posted_at::timestamp, v.scraped_at::timestamp)::int as age,
        date_diff('day', v.scraped_at::timestamp, r.scraped_at::timestamp)::int as gap
    from counted as v join counted_again as r using (video_id)
    where v.views >= v.followers and v.views > 0 and r.views >= v.views and age between 1 and 29 and gap >= 7;
create view discover_daily as  -- cumulated views of the hashtags on the page, and the unit they are shown in
    select hashtag_id, left(snapshot, 10)::date as day, max(views) as views,
        case when max(views) >= 1e9 then 1e8 when max(views) >= 1e6 then 1e5 else 1e2 end as unit
    from discover group by all;
create table discover_growth as  -- views won in three days and in the three before, in units shown
    select row_number() over (order by a.hashtag_id, a.day) - 1 as place,
        round((b.views - a.views) / c.unit) as before, round((c.views - b.views) / c.unit) as after
    from discover_daily as a join discover_daily as b on b.hashtag_id = a.hashtag_id and b.day = a.day + 3
        join discover_daily as c on c.hashtag_id = a.hashtag_id and c.day = a.day + 6
    where before >= 5 and after >= 5;
create view retail_sold as
    select Description as product_id, 'GBP' as currency, median(UnitPrice) as price,
        sum(Quantity) as units, sum(Quantity * UnitPrice) as gmv
    from retail where Quantity > 0 and UnitPrice > 0 and Description is not null group by 1;
"""

OF_WORLD = """
create view reach as
    select creator_id, arg_max(followers, day) as followers from creator_daily group by 1;
create table seen as
    select video_id, any_value(creator_id) as creator_id, any_value(posted_at) as posted_at,
        sum(views) as views, sum(likes + comments + shares) as engagements
    from videos join video_daily using (video_id) group by 1;
create table latest as  -- each account's latest videos, all seen at one moment
    select seen.*, followers from seen join reach using (creator_id) where followers > 0
    qualify row_number() over (partition by creator_id order by posted_at desc, video_id desc) <= 25;
create view hits as  -- videos far above their creator's usual, seen at the ages at which a real one was
    select video_id, posted_at::date as born, age, gap, now as shown,
        case when now >= 1e6 then 1e5 else 1e2 end as unit
    from (select *, row_number() over (order by video_id) - 1 as turn
          from (select *, median(views) over (partition by creator_id) as usual from seen)
          where views >= 5 * usual and views > 1000
              and posted_at < (select max(day) from creator_daily) - interval 52 day) as h
    join crawled_twice as c on h.turn % (select count(*) from crawled_twice) = c.place;
create view grown as
    select video_id, any_value(age) as age, any_value(shown) as shown, any_value(unit) as unit,
        sum(views) filter (day <= born + age) as now,
        sum(views) filter (day <= born + age + gap) as later
    from hits join video_daily using (video_id) group by 1;
create view stretches as  -- of three days, once the videos of the first weeks have grown old
    select video_id, date_diff('day', (select min(day) from creator_daily), day) // 3 as stretch,
        sum(views) as views
    from video_daily where day >= (select min(day) from creator_daily) + 40
        and day <= (select max(day) from creator_daily) - 3 group by all;
create view tag_views as
    select hashtag, stretch, sum(views) as views
    from (select video_id, unnest(hashtags) as hashtag from videos) join stretches using (video_id)
    group by all;
create view tag_growth as  -- the ten most seen hashtags of each six days, as on a page of ten
    with seen_tags as materialized (from tag_views)
    select a.views as before, b.views as after, row_number() over (order by a.stretch, hashtag) - 1 as turn
    from seen_tags as a join seen_tags as b using (hashtag)
    where b.stretch = a.stretch + 1 and a.stretch > 13
    qualify row_number() over (partition by a.stretch order by a.views + b.views desc, hashtag) <= 10;
create view sold as
    select product_id, any_value(currency) as currency, any_value(price) as price, sum(units) as units,
        sum(units * price) as gmv
    from (select product_id, orders / len(product_ids) as units  -- clicks land on all linked alike
          from (select video_id, product_ids, unnest(product_ids) as product_id from videos)
          join (select video_id, sum(orders) as orders from video_daily group by 1) using (video_id))
    join products using (product_id) group by 1 having sum(units) > 0;
"""

FOLLOWERS = "select followers as by, followers as value from {} where followers >= 1000"
ENGAGEMENT = (
    "select followers as by, engagements / views as value from latest where views > 100 and engagements > 0"
)
REAL_ENGAGEMENT = (
    "select followers as by, (likes + comments + shares) / views as value from counted"
    " where views > 100 and followers > 0 and likes > 0"
)
REACH = "select followers as by, views / followers as value from {} where views > 0"
CADENCE = (
    "select any_value(followers) as by, (count(*) - 1) * 86400 / epoch(max(posted_at) - min(posted_at))"
    " as value from {} group by creator_id having count(*) > 5 and max(posted_at) > min(posted_at)"
)
EARLY = (
    # Only of accounts that posted on the set's last day: they were surely seen just then. The usual views are
    # those of full-grown videos: who posts much has young ones only among the latest.
    "select age as by, views / usual as value from (select *,"
    " min(age) over (partition by creator_id) as youngest,"
    " median(views) filter (age >= 7) over (partition by creator_id) as usual,"
    " count(*) filter (age >= 7) over (partition by creator_id) as grown"
    " from (select *, floor((epoch(max(posted_at) over ()) - epoch(posted_at)) / 86400)::int as age from {}))"
    " where youngest = 0 and grown >= 8 and usual > 0 and views > 0"
)
LIFETIME = (
    # The app shows views in hundreds, or in tenths of a million: simulated ones are read off the same way.
    "select age as by, round(shown * later / now / unit) * unit / shown as value from grown where now > 0"
)
REAL_LIFETIME = "select age as by, later / now as value from crawled_twice"
TAG_GROWTH = (
    # Read off in the units in which the page showed a real hashtag.
    "select 0 as by, round(d.before * t.after / t.before) / d.before as value from tag_growth as t"
    " join discover_growth as d on t.turn % (select count(*) from discover_growth) = d.place"
    " where round(d.before * t.after / t.before) >= 5"
)
REAL_TAG_GROWTH = "select 0 as by, after / before as value from discover_growth"
RELATIVE = "select 0 as by, {measure} / median({measure}) over ({part}) as value from {source}"
USUAL_VIEWS = (
    "select any_value(followers) as by, median(views / followers) as value from famous_latest"
    " where views > 0 group by creator_id having count(*) >= 5"
)
"""Each real creator's median views per follower: a first guess of the cause."""
