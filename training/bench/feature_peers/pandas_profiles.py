"""The profiles' aggregates in pandas."""

from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.dataset as ds

from training.bench.feature_peers.pandas_reads import DAY, LINKS, VIDEO_COUNTS, Reads

SUMMED = [*VIDEO_COUNTS, "followers_gained", "product_clicks", "orders", "gmv"]
LATEST = ["views", "views_6s", "completions", "watch_seconds", "likes", "comments", "shares"]


class Profiles(Reads):
    """An answer each."""

    def days(self) -> Any:
        """As `features.profiles.days.days`."""
        names = ["creator_id", "day", "followers", "gmv", "gmv_low", "gmv_high", "orders", "currency"]
        daily = self._days("creator_daily", names, self.asked.ago(91))
        day = daily["day"]
        last_28, last_90 = day >= self._ago(28), day >= self._ago(90)
        before_28 = (day >= self._ago(56)) & ~last_28
        summed = self._summed(
            daily,
            {
                "gmv_low_28": daily["gmv_low"].where(last_28, 0),
                "gmv_high_28": daily["gmv_high"].where(last_28, 0),
                "gmv_low_before_28": daily["gmv_low"].where(before_28, 0),
                "gmv_high_before_28": daily["gmv_high"].where(before_28, 0),
                "gmv_low_90": daily["gmv_low"].where(last_90, 0),
                "gmv_high_90": daily["gmv_high"].where(last_90, 0),
                "orders_28": daily["orders"].where(last_28, 0),
                "orders_before_28": daily["orders"].where(before_28, 0),
                "days_28": last_28,
                "withheld_days_28": last_28 & daily["gmv"].isna(),
            },
        )
        last = daily.loc[daily.groupby("creator_id", sort=False)["day"].idxmax()]
        found = summed.merge(last[["creator_id", "followers", "currency"]], on="creator_id")
        found["followers"] = found["followers"].astype(np.float64)
        for ago in (7, 28, 90):
            then = daily.loc[day == self._ago(ago + 1), ["creator_id", "followers"]]
            found = found.merge(then.rename(columns={"followers": f"followers_{ago}"}), "left", "creator_id")
            found[f"followers_{ago}"] = found[f"followers_{ago}"].astype(np.float64)
        return found

    def gains(self) -> Any:
        """As `features.profiles.days.gains`."""
        daily = self._days("creator_daily", ["creator_id", "day", "followers"], self.asked.ago(57))
        daily = daily.sort_values(["creator_id", "day"], ignore_index=True)
        gain = daily["followers"].diff().where(daily["creator_id"].eq(daily["creator_id"].shift()))
        rose, last_28 = gain > 0, daily["day"] >= self._ago(28)
        lately = gain.where(rose & last_28)
        gained = {
            "gain_days_28": rose & last_28,
            "gained_28": lately,
            "gained_before_28": gain.where(rose & ~last_28),
        }
        best = lately.groupby(daily["creator_id"], sort=False).max().rename("best_gain_28")
        return self._summed(daily, gained).merge(best, on="creator_id")

    def _kinds(self) -> Any:
        """Views and sales by creator, kind of video and step of days."""
        videos = self._videos(
            ["video_id", "creator_id", "posted_at"],
            shop=LINKS > 0,
            sponsored=pc.is_valid(ds.field("campaign_id")),
        )
        posted = videos.pop("posted_at")
        videos["posted"] = np.select([posted >= self._ago(30), posted >= self._ago(90)], [30, 90], 0)
        daily = self._days("video_daily", ["video_id", "day", *SUMMED], self.asked.ago(90))
        day = daily.pop("day")
        steps = (7, 14, 28, 30, 56)
        daily["step"] = np.select([day >= self._ago(step) for step in steps], steps, 90)
        keys = ["creator_id", "shop", "sponsored", "posted", "step"]
        return daily.merge(videos, on="video_id").groupby(keys, sort=False)[SUMMED].sum().reset_index()

    def windows(self) -> Any:
        """As `features.profiles.videos.windows`."""
        kinds = self._kinds()
        return self._summed(kinds, _viewed(kinds) | _sold(kinds) | _posted(kinds))

    def gmv_by_category(self) -> Any:
        """As `features.profiles.content.gmv_by_category`."""
        sold = self._days("video_daily", ["video_id", "gmv"], self.asked.ago(90), ds.field("gmv") > 0)
        rows = sold.merge(self._videos(["video_id", "creator_id", "category"]), on="video_id")
        by = rows.groupby(["creator_id", "category"], sort=False, observed=True)
        return by["gmv"].sum().reset_index()

    def views_by_type(self) -> Any:
        """As `features.profiles.content.views_by_type`."""
        seen = self._days("video_daily", ["video_id", "views"], self.asked.ago(90))
        typed = ["video_id", "creator_id", "campaign_type"]
        videos = self._videos(typed, pc.is_valid(ds.field("campaign_type")))
        rows = seen.groupby("video_id", sort=False)["views"].sum().reset_index().merge(videos, on="video_id")
        by = rows.groupby(["creator_id", "campaign_type"], sort=False, observed=True)
        return by["views"].sum().reset_index()

    def latest(self) -> Any:
        """As `features.profiles.videos.latest`."""
        videos = self._videos(["creator_id", "video_id", "posted_at"])
        videos = videos.sort_values(["creator_id", "posted_at", "video_id"], ascending=[True, False, False])
        place = videos.groupby("creator_id", sort=False).cumcount().to_numpy()
        videos = videos[["creator_id", "video_id"]].merge(self._rules("last_videos"), "left", "creator_id")
        newest = videos.loc[place < videos["last_videos"].to_numpy(), ["creator_id", "video_id"]]
        daily = self._read("video_daily", ["video_id", *LATEST], self.asked.today > DAY)
        sums = daily.groupby("video_id", sort=False).sum().reset_index()
        rows = newest.merge(sums, "left", "video_id").drop(columns="video_id")
        by = rows.groupby("creator_id", sort=False)
        found = by.sum().add_prefix("latest_")
        found["latest_videos"] = by.size()
        return found.reset_index()

    def posts(self) -> Any:
        """As `features.profiles.posts.posts`."""
        videos = self._videos(
            ["creator_id", "posted_at"], links=LINKS, sponsored=pc.is_valid(ds.field("campaign_id"))
        )
        at, links = videos["posted_at"], videos["links"]
        last_28, last_30, last_90 = (at >= self._ago(days) for days in (28, 30, 90))
        age = (self.now - at) // np.timedelta64(1, "s")
        counted = {
            "n_videos": np.ones(len(videos), np.int64),
            "n_shoppable": links > 0,
            "posts_28": last_28,
            "posts_before_28": ~last_28 & (at >= self._ago(56)),
            "shoppable_posts_28": last_28 & (links > 0),
            "links_28": links.clip(upper=5).where(last_28, 0),
            "posts_30": last_30,
            "posts_90": last_90,
            "sponsored_posts_90": last_90 & videos["sponsored"],
        }
        found = self._summed(videos, counted)
        weeks = self.pd.DataFrame({"creator_id": videos["creator_id"], "week": age // (7 * 86_400)})
        weeks = weeks[last_90].drop_duplicates().groupby("creator_id", sort=False).size()
        youngest = age.groupby(videos["creator_id"], sort=False).min() / 86_400
        found = found.merge(weeks.rename("weeks_posted_90"), "left", "creator_id")
        return found.merge(youngest.rename("days_since_post"), on="creator_id")


def _viewed(kinds: Any) -> dict[str, Any]:
    """What all videos were given, by window of days."""
    step, sponsored, views = kinds["step"], kinds["sponsored"], kinds["views"]
    lately, gained = step <= 28, kinds["followers_gained"]
    engagements = kinds["likes"] + kinds["comments"] + kinds["shares"]
    return {
        "views_7": views.where(step == 7, 0),
        "views_before_7": views.where(step == 14, 0),
        "views_28": views.where(lately, 0),
        "views_before_28": views.where(~lately & (step <= 56), 0),
        "views_30": views.where(step <= 30, 0),
        "engagements_30": engagements.where(step <= 30, 0),
        "video_followers_28": gained.where(lately, 0),
        "video_followers_90": gained,
        "views_90": views,
        "sponsored_views_90": views.where(sponsored, 0),
        "organic_views_90": views.where(~sponsored, 0),
    }


def _sold(kinds: Any) -> dict[str, Any]:
    """What shoppable videos were given and sold, by window of days."""
    shop = kinds["shop"]
    lately = shop & (kinds["step"] <= 28)
    return {
        "shop_views_28": kinds["views"].where(lately, 0),
        "shop_gmv_28": kinds["gmv"].where(lately, 0),
        "shop_views_90": kinds["views"].where(shop, 0),
        "shop_clicks_90": kinds["product_clicks"].where(shop, 0),
        "shop_orders_90": kinds["orders"].where(shop, 0),
    }


def _posted(kinds: Any) -> dict[str, Any]:
    """What videos of the last days were given, by kind of video."""
    posted, sponsored = kinds["posted"], kinds["sponsored"]
    ours = posted > 0
    chosen = {"recent": posted == 30, "sponsored": sponsored & ours, "organic": ~sponsored & ours}
    return {
        f"{kind}_{name}": kinds[name].where(where, 0)
        for kind, where in chosen.items()
        for name in VIDEO_COUNTS
    }
