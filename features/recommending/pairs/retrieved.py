"""What the retrieval graph said about the pair; missing where it was not asked."""

import numpy as np

from features.feature import pair_feature
from recsys.arrays import Array


@pair_feature(reason="similar")
def retrieved_score(retrieved_score: Array) -> Array:
    """The blend's score less that of the creator's best item, 0 or below."""
    return retrieved_score


@pair_feature(reason="similar")
def retrieved_rank_log(retrieved_rank: Array) -> Array:
    """ln of the place in retrieval order, 0 for the first."""
    return np.log(retrieved_rank)


@pair_feature(reason="similar")
def retrieved_by_others(retrieved_collaborative: Array) -> Array:
    """What signals learnt from other creators' choices add to the score, above their mean over the items."""
    return retrieved_collaborative


@pair_feature(reason="similar")
def retrieved_by_content(retrieved_content: Array) -> Array:
    """What likeness of content adds to the score, above its mean over the items."""
    return retrieved_content


@pair_feature(reason="popularity")
def retrieved_by_popularity(retrieved_popularity: Array) -> Array:
    """What popularity and trend add to the score, above their mean over the items."""
    return retrieved_popularity
