"""The profiles' aggregates in Polars."""

from datetime import timedelta
from typing import Any

from training.bench.feature_peers.polars_scans import Scans

VIDEO_COUNTS = ("views", "likes", "comments", "shares")
SUMMED = (*VIDEO_COUNTS, "followers_gained", "product_clicks", "orders", "gmv")
LATEST = ("views", "views_6s", "completions", "watch_seconds", "likes", "comments", "shares")


class Profiles(Scans):
    """An answer each, not computed yet."""

    def days(self) -> Any:
        """As `features.profiles.days.days`."""
        pl, asked = self.pl, self.asked
        last_28, last_90 = self._since(28), self._since(90)
        before_28 = self._since(56) & ~last_28
        followers = {
            f"followers_{ago}": pl.col("followers").filter(pl.col("day") == asked.ago(ago + 1)).max()
            for ago in (7, 28, 90)
        }
        at_last = {name: pl.col(name).get(pl.col("day").arg_max()) for name in ("followers", "currency")}
        return (
            self.daily.filter(self._since(91))
            .group_by("creator_id")
            .agg(
                **at_last,
                **followers,
                gmv_low_28=self._sum("gmv_low", last_28),
                gmv_high_28=self._sum("gmv_high", last_28),
                gmv_low_before_28=self._sum("gmv_low", before_28),
                gmv_high_before_28=self._sum("gmv_high", before_28),
                gmv_low_90=self._sum("gmv_low", last_90),
                gmv_high_90=self._sum("gmv_high", last_90),
                orders_28=self._sum("orders", last_28),
                orders_before_28=self._sum("orders", before_28),
                days_28=last_28.sum(),
                withheld_days_28=(last_28 & pl.col("gmv").is_null()).sum(),
            )
            .with_columns(pl.col("followers", *followers).cast(pl.Float64))
        )

    def gains(self) -> Any:
        """As `features.profiles.days.gains`."""
        pl = self.pl
        gain = pl.col("gain")
        rose, last_28 = gain > 0, self._since(28)
        return (
            self.daily.filter(self._since(57))
            .select("creator_id", "day", "followers")
            .sort("creator_id", "day")
            .with_columns(gain=pl.col("followers") - pl.col("followers").shift(1).over("creator_id"))
            .group_by("creator_id")
            .agg(
                gain_days_28=(rose & last_28).sum(),
                gained_28=gain.filter(rose & last_28).sum(),
                gained_before_28=gain.filter(rose & ~last_28).sum(),
                best_gain_28=gain.filter(rose & last_28).max(),
            )
        )

    def _kinds(self) -> Any:
        """Views and sales by creator, kind of video and step of days."""
        pl, now = self.pl, self.now
        posted = pl.col("posted_at")
        kinds = self.videos.select(
            "video_id",
            "creator_id",
            shop=pl.col("product_ids").list.len() > 0,
            sponsored=pl.col("campaign_id").is_not_null(),
            posted=pl.when(posted >= now - timedelta(30))
            .then(30)
            .when(posted >= now - timedelta(90))
            .then(90),
        )
        step = pl.lit(90)
        for days in (56, 30, 28, 14, 7):
            step = pl.when(self._since(days)).then(days).otherwise(step)
        rows = self.counted.filter(self._since(90)).with_columns(step=step)
        keys = ("creator_id", "shop", "sponsored", "posted", "step")
        return rows.join(kinds, on="video_id").group_by(keys).agg(pl.col(*SUMMED).sum())

    def windows(self) -> Any:
        """As `features.profiles.videos.windows`."""
        columns = self._viewed() | self._sold() | self._posted()
        return self._kinds().group_by("creator_id").agg(**columns)

    def _viewed(self) -> dict[str, Any]:
        """What all videos were given, by window of days."""
        total, step, sponsored = self._sum, self.pl.col("step"), self.pl.col("sponsored")
        lately, always = step <= 28, step <= 90
        engagements = self.pl.sum_horizontal("likes", "comments", "shares")
        return {
            "views_7": total("views", step == 7),
            "views_before_7": total("views", step == 14),
            "views_28": total("views", lately),
            "views_before_28": total("views", ~lately & (step <= 56)),
            "views_30": total("views", step <= 30),
            "engagements_30": engagements.filter(step <= 30).sum(),
            "video_followers_28": total("followers_gained", lately),
            "video_followers_90": total("followers_gained", always),
            "views_90": total("views", always),
            "sponsored_views_90": total("views", sponsored),
            "organic_views_90": total("views", ~sponsored),
        }

    def _sold(self) -> dict[str, Any]:
        """What shoppable videos were given and sold, by window of days."""
        total, shop = self._sum, self.pl.col("shop")
        lately = shop & (self.pl.col("step") <= 28)
        return {
            "shop_views_28": total("views", lately),
            "shop_gmv_28": total("gmv", lately),
            "shop_views_90": total("views", shop),
            "shop_clicks_90": total("product_clicks", shop),
            "shop_orders_90": total("orders", shop),
        }

    def _posted(self) -> dict[str, Any]:
        """What videos of the last days were given, by kind of video."""
        posted, sponsored = self.pl.col("posted"), self.pl.col("sponsored")
        ours = posted.is_not_null()
        kinds = {"recent": posted == 30, "sponsored": sponsored & ours, "organic": ~sponsored & ours}
        return {
            f"{kind}_{name}": self._sum(name, where) for kind, where in kinds.items() for name in VIDEO_COUNTS
        }

    def gmv_by_category(self) -> Any:
        """As `features.profiles.content.gmv_by_category`."""
        pl = self.pl
        rows = self.counted.filter(self._since(90) & (pl.col("gmv") > 0)).select("video_id", "gmv")
        kinds = self.videos.select("video_id", "creator_id", "category")
        return rows.join(kinds, on="video_id").group_by("creator_id", "category").agg(pl.col("gmv").sum())

    def views_by_type(self) -> Any:
        """As `features.profiles.content.views_by_type`."""
        pl = self.pl
        kinds = self.videos.filter(pl.col("campaign_type").is_not_null())
        rows = self.counted.filter(self._since(90)).select("video_id", "views")
        rows = rows.join(kinds.select("video_id", "creator_id", "campaign_type"), on="video_id")
        return rows.group_by("creator_id", "campaign_type").agg(pl.col("views").sum())

    def latest(self) -> Any:
        """As `features.profiles.videos.latest`."""
        pl = self.pl
        newest = self.videos.select("creator_id", "video_id", "posted_at").sort(
            "creator_id", "posted_at", "video_id", descending=[False, True, True]
        )
        place = pl.int_range(pl.len()).over("creator_id")
        newest = newest.with_columns(place=place).join(
            self.rules.select("creator_id", "last_videos"), on="creator_id"
        )
        newest = newest.filter(pl.col("place") < pl.col("last_videos")).select("creator_id", "video_id")
        sums = self.counted.group_by("video_id").agg(pl.col(*LATEST).sum())
        return (
            newest.join(sums, on="video_id", how="left")
            .group_by("creator_id")
            .agg(latest_videos=pl.len(), **{f"latest_{name}": pl.col(name).sum() for name in LATEST})
        )

    def posts(self) -> Any:
        """As `features.profiles.posts.posts`."""
        pl = self.pl
        at, links = pl.col("posted_at"), pl.col("links").cast(pl.Int64)
        age, sponsored = pl.col("age"), pl.col("campaign_id").is_not_null()
        last_28, last_30, last_90 = (at >= self.now - timedelta(days) for days in (28, 30, 90))
        before_28 = ~last_28 & (at >= self.now - timedelta(56))
        rows = self.videos.select(
            "creator_id",
            "posted_at",
            "campaign_id",
            links=pl.col("product_ids").list.len(),
            age=(pl.lit(self.now) - at).dt.total_seconds(),
        )
        return rows.group_by("creator_id").agg(
            n_videos=pl.len(),
            n_shoppable=(links > 0).sum(),
            posts_28=last_28.sum(),
            posts_before_28=before_28.sum(),
            shoppable_posts_28=(last_28 & (links > 0)).sum(),
            links_28=pl.min_horizontal(links, 5).filter(last_28).sum(),
            posts_30=last_30.sum(),
            posts_90=last_90.sum(),
            sponsored_posts_90=(last_90 & sponsored).sum(),
            weeks_posted_90=(age // (7 * 86_400)).filter(last_90).n_unique(),
            days_since_post=age.min() / 86_400,
        )
