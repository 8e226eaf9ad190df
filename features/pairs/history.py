"""What passed between a creator and the brand, and the brand's competitors (R6, R19)."""

import numpy as np

from features.feature import pair_feature
from features.pairs.vectors import at
from recsys.arrays import Array
from recsys.ratio import ratio


@pair_feature(reason="cooperation")
def brand_shown_log(history_shown: Array) -> Array:
    """ln(1 + briefs of the brand for which the creator was shown)."""
    return np.log1p(history_shown)


@pair_feature(reason="cooperation")
def brand_opened_log(history_opened: Array) -> Array:
    """ln(1 + times the brand opened the creator's profile from a list)."""
    return np.log1p(history_opened)


@pair_feature(reason="cooperation")
def brand_invited_log(history_invited: Array) -> Array:
    """ln(1 + invitations from the brand)."""
    return np.log1p(history_invited)


@pair_feature(reason="cooperation")
def brand_accepted_log(history_accepted: Array) -> Array:
    """ln(1 + invitations from the brand that were accepted)."""
    return np.log1p(history_accepted)


@pair_feature(reason="cooperation")
def brand_declined_log(history_declined: Array) -> Array:
    """ln(1 + invitations from the brand that were declined)."""
    return np.log1p(history_declined)


@pair_feature(reason="cooperation")
def brand_delivered_log(history_delivered: Array) -> Array:
    """ln(1 + deals with the brand that were delivered)."""
    return np.log1p(history_delivered)


@pair_feature(reason="cooperation")
def brand_invited_days_log(history_days_since_invited: Array) -> Array:
    """ln(1 + days since the brand's last invitation); missing before the first."""
    return np.log1p(history_days_since_invited)


@pair_feature(reason="cooperation")
def brand_answer_share(history_answers: Array, history_messages: Array) -> Array:
    """Share of the brand's messages that were answered; missing without messages."""
    return ratio(history_answers, history_messages)


@pair_feature(reason="cooperation")
def brand_fulfilled_share(history_samples_fulfilled: Array, history_samples_decided: Array) -> Array:
    """Share of the brand's decided samples of 180 days that were fulfilled (R7); missing without samples."""
    return ratio(history_samples_fulfilled, history_samples_decided)


@pair_feature(reason="cooperation")
def brand_links_log(history_links_90: Array) -> Array:
    """ln(1 + links to the brand's products in videos of 90 days)."""
    return np.log1p(history_links_90)


@pair_feature(reason="cooperation")
def brand_showcased_log(history_showcased: Array) -> Array:
    """ln(1 + the brand's products in the creator's showcase)."""
    return np.log1p(history_showcased)


@pair_feature(reason="category")
def competitor_deals_log(
    creator_category_deals: Array, brief_brand_category: Array, history_accepted: Array
) -> Array:
    """ln(1 + deals with other brands of the brand's category)."""
    others = at(creator_category_deals, brief_brand_category) - history_accepted
    return np.asarray(np.log1p(np.maximum(others, 0)))


@pair_feature(reason="popularity")
def size_to_usual(creator_followers: Array, brand_followers_log_usual: Array) -> Array:
    """Distance of ln followers from the mean ln of those the brand invited; missing before the first."""
    return np.asarray(np.abs(np.log1p(creator_followers) - brand_followers_log_usual))
