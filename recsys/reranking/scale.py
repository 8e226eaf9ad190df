"""Scores on a common scale: rankers differ in unit and origin, so only what stands between candidates counts.

A LambdaMART score may be negative and 0 means nothing in it. Everything here starts from the query's lowest
candidate instead, and is therefore the same for scores and for any a + b × scores with b > 0. All scores are
taken to be finite.
"""

import numpy as np

from recsys.arrays import Floats, Scores
from recsys.stages import Candidates


def above_lowest(scores: Scores) -> Floats:
    """(candidates,): by how much each score exceeds the query's lowest; at least 0."""
    wide = scores.astype(np.float64)
    return np.asarray(wide - wide.min(initial=np.inf))


def unit_scale(scores: Scores) -> Floats:
    """(candidates,): min–max over the query's candidates: 0 (lowest) to 1; all 0 where all are equal."""
    above = above_lowest(scores)
    highest = above.max(initial=0)
    return above / highest if highest else above


def discounted(candidates: Candidates, kept: Floats) -> Candidates:
    """Best first by the score left: of what each is above the query's lowest, the share `kept` (0 to 1).

    The lowest candidate has nothing to lose, and nobody falls below it; equal scores keep their order.
    """
    # Subtracted from the score, not added to the lowest: where all is kept, the score is the same to the bit.
    left = candidates.scores - above_lowest(candidates.scores) * (1 - kept)
    return candidates.scored(left.astype(np.float32)).top(len(candidates.items))
