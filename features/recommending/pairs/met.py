"""What passed between the creator and the item."""

import numpy as np

from features.feature import pair_feature
from recsys.arrays import Array


@pair_feature(reason="similar")
def shown_log(met_shown: Array) -> Array:
    """ln(1 + times the item was shown to the creator)."""
    return np.log1p(met_shown)


@pair_feature(reason="similar")
def days_since_shown_log(met_days_since_shown: Array) -> Array:
    """ln(1 + days since the item was last shown to the creator); missing before the first time."""
    return np.log1p(met_days_since_shown)
