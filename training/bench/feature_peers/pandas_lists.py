"""The ranking lists' aggregates in pandas."""

from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow.dataset as ds

from training.bench.feature_peers.pandas_reads import LINKS, VIDEO_COUNTS, Reads


class Lists(Reads):
    """An answer each."""

    def list_days(self) -> Any:
        """As `features.lists.inputs.days`."""
        asked, names = self.asked, ["creator_id", "day", "followers", "gmv_low", "gmv_high"]
        daily = self._days("creator_daily", names, asked.ago(2 * asked.days))
        inside = daily["day"] >= self._ago(asked.days)
        columns = {
            "gmv_low": daily["gmv_low"].where(inside, 0),
            "gmv_high": daily["gmv_high"].where(inside, 0),
            "gmv_low_before": daily["gmv_low"].where(~inside, 0),
            "there_before": ~inside,
        }
        found = self._summed(daily, columns)
        for name, ago in (("followers", 1), ("followers_before", asked.days + 1)):
            then = daily.loc[daily["day"] == self._ago(ago), ["creator_id", "followers"]]
            found = found.merge(then.rename(columns={"followers": name}), "left", "creator_id")
        return found

    def list_videos(self) -> Any:
        """As `features.lists.inputs.videos`."""
        asked = self.asked
        names = ["video_id", "day", *VIDEO_COUNTS, "watch_seconds", "orders", "gmv"]
        daily = self._days("video_daily", names, asked.ago(2 * asked.days))
        rows = daily.merge(self._fresh(), on="video_id")
        inside, shop = rows["day"] >= self._ago(asked.days), rows["shop"]
        engagements = rows["likes"] + rows["comments"] + rows["shares"]
        columns = {
            "video_views": rows["views"].where(inside, 0),
            "video_watch": rows["watch_seconds"].where(inside, 0),
            "video_engagements": engagements.where(inside, 0),
            "fresh_views": rows["views"].where(inside & rows["fresh"], 0),
            "shop_views": rows["views"].where(inside & shop, 0),
            "shop_orders": rows["orders"].where(inside & shop, 0),
            "shop_gmv": rows["gmv"].where(inside & shop, 0),
            "shop_views_before": rows["views"].where(~inside & shop, 0),
        }
        return self._summed(rows, columns)

    def _fresh(self) -> Any:
        videos = self._videos(["video_id", "creator_id", "posted_at"], shop=LINKS > 0)
        videos = videos.merge(self._rules("content_days"), on="creator_id")
        since = self.now - videos.pop("content_days").to_numpy().astype("timedelta64[D]")
        videos["fresh"] = videos.pop("posted_at").to_numpy() >= since
        return videos

    def list_livestreams(self) -> Any:
        """As `features.lists.inputs.livestreams`."""
        asked, ended = self.asked, ds.field("ended_at")
        counts = [*VIDEO_COUNTS, "viewers", "watch_seconds", "orders", "gmv"]
        since = asked.as_of - timedelta(2 * asked.days)
        streams = self._read(
            "livestreams",
            ["creator_id", "started_at", "ended_at", *counts],
            (since <= ended) & (asked.as_of > ended),
        )
        rows = streams.merge(self._rules("live_counted"), on="creator_id")
        inside = rows["ended_at"] >= self._ago(asked.days)
        long = (rows["ended_at"] - rows["started_at"]) // np.timedelta64(1, "s") >= rows["live_counted"]
        columns = {
            "live_contents": inside,
            "livestreams": inside & long,
            "live_views": rows["views"].where(inside, 0),
            "live_viewers": rows["viewers"].where(inside, 0),
            "live_watch": rows["watch_seconds"].where(inside, 0),
            "live_engagements": (rows["likes"] + rows["comments"] + rows["shares"]).where(inside, 0),
            "live_orders": rows["orders"].where(inside, 0),
            "live_gmv": rows["gmv"].where(inside, 0),
            "live_views_before": rows["views"].where(~inside, 0),
        }
        return self._summed(rows, columns)

    def list_posts(self) -> Any:
        """As `features.lists.inputs.posts`."""
        since = self.asked.as_of - timedelta(self.asked.days)
        recent = (ds.field("posted_at") >= since) & (LINKS > 0)
        videos = self._videos(["creator_id", "posted_at"], recent, links=LINKS)
        rows = videos.merge(self._rules("posts_counted", "links_counted"), on="creator_id")
        rows["links"] = np.minimum(rows["links"], rows["links_counted"])
        rows["day"] = rows["posted_at"].dt.floor("D")
        by = rows.groupby(["creator_id", "day", "posts_counted", "links_counted"], sort=False)
        daily = by.agg(posts=("links", "size"), links=("links", "sum")).reset_index()
        most = daily["posts_counted"] * daily["links_counted"]
        columns = {
            "shoppable_posts": np.minimum(daily["posts"], daily["posts_counted"]),
            "linked_products": np.minimum(daily["links"], most),
        }
        return self._summed(daily, columns)

    def list_contents(self) -> Any:
        """As `features.lists.inputs.contents`."""
        videos = self._fresh()
        return self._summed(videos, {"video_contents": videos["fresh"]})

    def list_activity(self) -> Any:
        """As `features.lists.inputs.activity`."""
        videos = self._videos(["creator_id", "posted_at"]).rename(columns={"posted_at": "moment"})
        over = ds.field("ended_at") < self.asked.as_of
        streams = self._read("livestreams", ["creator_id", "ended_at"], over)
        moments = self.pd.concat([videos, streams.rename(columns={"ended_at": "moment"})])
        rows = moments.merge(self._rules("activity_days"), on="creator_id")
        last = rows.groupby("creator_id", sort=False)["moment"].max()
        since = self.now - rows["activity_days"].to_numpy().astype("timedelta64[D]")
        recent = rows.loc[rows["moment"].to_numpy() >= since, ["creator_id", "moment"]]
        days = self.pd.DataFrame({"creator_id": recent["creator_id"], "day": recent["moment"].dt.floor("D")})
        active = days.drop_duplicates().groupby("creator_id", sort=False).size().rename("active_days")
        found = ((last - np.datetime64(0, "s")) // np.timedelta64(1, "s")).rename("last_active").reset_index()
        return found.merge(active, "left", "creator_id")
