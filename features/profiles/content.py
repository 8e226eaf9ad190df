"""What a creator's videos are about, and how unusual that is for their category (R36)."""

import ibis

from features.known import Known
from features.portable import exact_mean, ratio


def recent_videos(known: Known) -> ibis.Table:
    """The videos posted in the last 90 days."""
    videos = known["videos"]
    return videos.filter(videos.posted_at >= known.moment(90))


def posts_by_category(known: Known) -> ibis.Table:
    """Per creator and category: videos of the last 90 days."""
    videos = recent_videos(known)
    return videos.group_by("creator_id", "category").aggregate(posts=videos.video_id.count())


def gmv_by_category(known: Known) -> ibis.Table:
    """Per creator and category with sales: GMV of their videos in the last 90 days."""
    daily, videos = known["video_daily"], known["videos"].select("video_id", "creator_id", "category")
    sold = daily.filter((daily.day >= known.day(90)) & (daily.gmv > 0)).join(videos, "video_id")
    return sold.group_by("creator_id", "category").aggregate(gmv=sold.gmv.sum())


def posts_by_type(known: Known) -> ibis.Table:
    """Per creator and campaign type: videos of the last 90 days that are of one."""
    videos = recent_videos(known)
    videos = videos.filter(videos.campaign_type.notnull())
    return videos.group_by("creator_id", "campaign_type").aggregate(posts=videos.video_id.count())


def views_by_type(known: Known) -> ibis.Table:
    """Per creator and campaign type: views of such videos in the last 90 days."""
    daily, videos = known["video_daily"], known["videos"]
    videos = videos.filter(videos.campaign_type.notnull()).select("video_id", "creator_id", "campaign_type")
    seen = daily.filter(daily.day >= known.day(90)).join(videos, "video_id")
    return seen.group_by("creator_id", "campaign_type").aggregate(views=seen.views.sum())


def focus(by_category: ibis.Table) -> ibis.Table:
    """Per creator: number of categories posted in, and the sum of squared posts for their concentration."""
    squares = by_category.posts * by_category.posts
    return by_category.group_by("creator_id").aggregate(
        n_categories=by_category.category.nunique(), posts_square_sum=squares.sum()
    )


def novelty(known: Known) -> ibis.Table:
    """Per creator: mean over their hashtag uses of −ln(the hashtag's share of the category's uses)."""
    videos = recent_videos(known)
    uses = videos.select("creator_id", "category", hashtag=videos.hashtags).unnest("hashtag")
    by_hashtag = uses.group_by("category", "hashtag").aggregate(uses=uses.creator_id.count())
    by_category = uses.group_by("category").aggregate(all_uses=uses.creator_id.count())
    rarity = by_hashtag.join(by_category, "category")
    rarity = rarity.select("category", "hashtag", rarity=-ratio(rarity.uses, rarity.all_uses).ln())
    rare = uses.join(rarity, ("category", "hashtag"))
    return rare.group_by("creator_id").aggregate(hashtag_rarity=exact_mean(rare.rarity))
