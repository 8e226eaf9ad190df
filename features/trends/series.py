"""How much of what on which day: integer counts by entity, market, category and day, as Ibis expressions.

Every expression gives the columns `entity`, `market`, `category` (level 2), `day` (days since 1970) and
`count`, one row for each combination with a count. Market and category are NULL where the tables do not know
them. Market is where the creator sells (for products: where the product is sold); the category is that of the
video, for creators and products their own. Days that are not over are left out.
"""

import ibis

from features.known import Known
from features.portable import SECONDS_A_DAY, day_number, exact_sum, ratio

KEY = ("entity", "market", "category", "day")
FACETS = ("hook", "structure", "call_to_action")
"""Script facets with one word a video; talking points may be many."""


def hashtag_uses(known: Known) -> ibis.Table:
    """Videos posted with each hashtag, which counts once a video."""
    return _uses(known, _hashtags(known))


def hashtag_views(known: Known) -> ibis.Table:
    """Views of the videos with each hashtag."""
    return _views(known, _hashtags(known))


def sound_uses(known: Known) -> ibis.Table:
    """Videos posted with each sound."""
    return _uses(known, _sounds(known))


def sound_views(known: Known) -> ibis.Table:
    """Views of the videos with each sound."""
    return _views(known, _sounds(known))


def keyword_uses(known: Known) -> ibis.Table:
    """Videos posted with each word of the script."""
    return _uses(known, _keywords(known))


def keyword_views(known: Known) -> ibis.Table:
    """Views of the videos with each word of the script."""
    return _views(known, _keywords(known))


def product_orders(known: Known) -> ibis.Table:
    """Orders through videos that link each product: a video's orders are split evenly over what it links.

    A livestream's orders are in no table by product and are left out.
    """
    links = _links(known)
    linked = links.group_by("video_id").aggregate(products=links.video_id.count())
    daily = _over(known, known["video_daily"].select("video_id", "day", "orders"))
    daily = daily.filter(daily.orders > 0).join(linked, "video_id").join(links, "video_id")
    # Added up as integers for each number of products first: dividing comes last.
    keys = (*KEY, "products")
    sums = daily.group_by(keys).aggregate(orders=daily.orders.sum())
    return sums.group_by(KEY).aggregate(count=exact_sum(ratio(sums.orders, sums.products)))


def product_uses(known: Known) -> ibis.Table:
    """Videos posted that link each product."""
    links = _links(known).join(_posted(known), "video_id")
    return links.group_by(KEY).aggregate(count=links.video_id.count())


def product_views(known: Known) -> ibis.Table:
    """Views of the videos that link each product."""
    rows = _links(known).join(_daily_views(known), "video_id")
    return rows.group_by(KEY).aggregate(count=rows.views.sum())


def video_views(known: Known) -> ibis.Table:
    """Views of each video."""
    videos = _videos(known).select("video_id", "market", "category", entity="video_id")
    return _views(known, videos)


def creator_views(known: Known) -> ibis.Table:
    """Views of each creator's videos."""
    videos = known["videos"].select("video_id", "creator_id")
    return _views(known, videos.join(_creators(known), "creator_id"))


def creator_followers(known: Known) -> ibis.Table:
    """Followers each creator gained; a day on which the number fell counts nothing."""
    daily = _over(known, known["creator_daily"].select("creator_id", "day", "followers"))
    before = daily.followers.lag().over(group_by=daily.creator_id, order_by=daily.day)
    gains = daily.mutate(gained=daily.followers - before)
    rows = gains.filter(gains.gained > 0).join(_creators(known), "creator_id")
    return rows.group_by(KEY).aggregate(count=rows.gained.sum())


def _uses(known: Known, marked: ibis.Table) -> ibis.Table:
    """Posts by entity; `marked` has a row for each video and entity."""
    rows = marked.join(_posted(known), "video_id")
    return rows.group_by(KEY).aggregate(count=rows.video_id.count())


def _views(known: Known, marked: ibis.Table) -> ibis.Table:
    """Views by entity; `marked` has a row for each video and entity."""
    rows = marked.join(_daily_views(known), "video_id")
    return rows.group_by(KEY).aggregate(count=rows.views.sum())


def _posted(known: Known) -> ibis.Table:
    videos = known["videos"]
    return _over(known, videos.select("video_id", day=videos.posted_at))


def _daily_views(known: Known) -> ibis.Table:
    return _over(known, known["video_daily"].select("video_id", "day", "views"))


def _over(known: Known, rows: ibis.Table) -> ibis.Table:
    """The rows of days that are over, with the day as a number."""
    rows = rows.mutate(day=day_number(rows.day))
    return rows.filter(rows.day < known.now // SECONDS_A_DAY)


def _hashtags(known: Known) -> ibis.Table:
    videos = _videos(known, "hashtags")
    tags = videos.select("video_id", "market", "category", entity=videos.hashtags).unnest("entity")
    return tags.distinct()


def _sounds(known: Known) -> ibis.Table:
    videos = _videos(known, "sound_id")
    sounds = videos.filter(videos.sound_id.notnull())
    return sounds.select("video_id", "market", "category", entity=sounds.sound_id)


def _keywords(known: Known) -> ibis.Table:
    videos = _videos(known, *FACETS, "talking_points")
    keys = ("video_id", "market", "category")
    points = videos.select(*keys, word=videos.talking_points).unnest("word")
    facets = [videos.select(*keys, word=videos[facet], facet=ibis.literal(facet)) for facet in FACETS]
    words = ibis.union(*facets, points.mutate(facet=ibis.literal("talking_point")))
    words = words.filter(words.word.notnull())
    return words.select(*keys, entity=words.facet.concat(":", words.word)).distinct()


def _links(known: Known) -> ibis.Table:
    """A row for each video and product that it links, with the product's market and category."""
    products = known["products"]
    placed = products.select("product_id", **_slices(products))
    links = known["videos"].select("video_id", product_id=known["videos"].product_ids).unnest("product_id")
    joined = links.distinct().join(placed, "product_id")
    return joined.select("video_id", "market", "category", entity=joined.product_id)


def _videos(known: Known, *columns: str) -> ibis.Table:
    """Videos with the market of their creators and some of their own columns."""
    videos, creators = known["videos"], known["creators"]
    category = _slices(videos)["category"]
    chosen = videos.select("video_id", "creator_id", *columns, category=category)
    markets = creators.select("creator_id", market=_slices(creators)["market"])
    return chosen.join(markets, "creator_id")


def _creators(known: Known) -> ibis.Table:
    creators = known["creators"]
    return creators.select("creator_id", entity=creators.creator_id, **_slices(creators))


def _slices(rows: ibis.Table) -> dict[str, ibis.Value]:
    """Market and category of the rows; NULL where the tables do not have them."""
    unknown = ibis.null("string")
    return {name: rows[name] if name in rows.columns else unknown for name in ("market", "category")}
