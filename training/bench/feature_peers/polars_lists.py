"""The ranking lists' aggregates in Polars."""

from datetime import timedelta
from typing import Any

from training.bench.feature_peers.polars_scans import Scans


class Lists(Scans):
    """An answer each, not computed yet."""

    def list_days(self) -> Any:
        """As `features.lists.inputs.days`."""
        pl, asked = self.pl, self.asked
        inside, day = self._since(asked.days), pl.col("day")
        return (
            self.daily.filter(day >= self.before)
            .group_by("creator_id")
            .agg(
                gmv_low=self._sum("gmv_low", inside),
                gmv_high=self._sum("gmv_high", inside),
                gmv_low_before=self._sum("gmv_low", ~inside),
                there_before=(~inside).sum(),
                followers=pl.col("followers").filter(day == asked.ago(1)).max(),
                followers_before=pl.col("followers").filter(day == asked.ago(asked.days + 1)).max(),
            )
        )

    def list_videos(self) -> Any:
        """As `features.lists.inputs.videos`."""
        pl, total = self.pl, self._sum
        inside, shop = self._since(self.asked.days), pl.col("shop")
        engagements = pl.col("likes") + pl.col("comments") + pl.col("shares")
        rows = self.counted.filter(pl.col("day") >= self.before).join(self._fresh(), on="video_id")
        return rows.group_by("creator_id").agg(
            video_views=total("views", inside),
            video_watch=total("watch_seconds", inside),
            video_engagements=engagements.filter(inside).sum(),
            fresh_views=total("views", inside & pl.col("fresh")),
            shop_views=total("views", inside & shop),
            shop_orders=total("orders", inside & shop),
            shop_gmv=total("gmv", inside & shop),
            shop_views_before=total("views", ~inside & shop),
        )

    def _fresh(self) -> Any:
        pl = self.pl
        rows = self.videos.join(self.rules.select("creator_id", "content_days"), on="creator_id")
        since = pl.lit(self.now) - pl.duration(days=pl.col("content_days"))
        return rows.select(
            "video_id",
            "creator_id",
            shop=pl.col("product_ids").list.len() > 0,
            fresh=pl.col("posted_at") >= since,
        )

    def list_livestreams(self) -> Any:
        """As `features.lists.inputs.livestreams`."""
        pl, total, asked = self.pl, self._sum, self.asked
        ended = pl.col("ended_at")
        rows = self.streams.filter(ended >= self.now - timedelta(2 * asked.days))
        rows = rows.join(self.rules.select("creator_id", "live_counted"), on="creator_id")
        inside = ended >= self.now - timedelta(asked.days)
        long = (ended - pl.col("started_at")).dt.total_seconds() >= pl.col("live_counted")
        engagements = pl.col("likes") + pl.col("comments") + pl.col("shares")
        return rows.group_by("creator_id").agg(
            live_contents=inside.sum(),
            livestreams=(inside & long).sum(),
            live_views=total("views", inside),
            live_viewers=total("viewers", inside),
            live_watch=total("watch_seconds", inside),
            live_engagements=engagements.filter(inside).sum(),
            live_orders=total("orders", inside),
            live_gmv=total("gmv", inside),
            live_views_before=total("views", ~inside),
        )

    def list_posts(self) -> Any:
        """As `features.lists.inputs.posts`."""
        pl, caps = self.pl, ("posts_counted", "links_counted")
        links = pl.col("product_ids").list.len().cast(pl.Int64)
        rows = self.videos.filter(
            (pl.col("posted_at") >= self.now - timedelta(self.asked.days)) & (links > 0)
        )
        rows = rows.join(self.rules.select("creator_id", *caps), on="creator_id")
        daily = rows.group_by("creator_id", pl.col("posted_at").dt.date(), *caps).agg(
            posts=pl.len().cast(pl.Int64), links=pl.min_horizontal(links, "links_counted").sum()
        )
        most = pl.col("posts_counted") * pl.col("links_counted")
        return daily.group_by("creator_id").agg(
            shoppable_posts=pl.min_horizontal("posts", "posts_counted").sum(),
            linked_products=pl.min_horizontal(pl.col("links"), most).sum(),
        )

    def list_contents(self) -> Any:
        """As `features.lists.inputs.contents`."""
        return self._fresh().group_by("creator_id").agg(video_contents=self.pl.col("fresh").sum())

    def list_activity(self) -> Any:
        """As `features.lists.inputs.activity`."""
        pl = self.pl
        moments = pl.concat(
            [
                self.videos.select("creator_id", moment="posted_at"),
                self.streams.select("creator_id", moment="ended_at"),
            ]
        )
        rows = moments.join(self.rules.select("creator_id", "activity_days"), on="creator_id")
        moment = pl.col("moment")
        since = pl.lit(self.now) - pl.duration(days=pl.col("activity_days"))
        return rows.group_by("creator_id").agg(
            active_days=moment.filter(moment >= since).dt.date().n_unique(),
            last_active=moment.max().dt.epoch("s"),
        )
