"""Parts of wholes, as NumPy arrays; `features.portable.ratio` is the same as an Ibis expression."""

import numpy as np

from recsys.arrays import Array


def ratio(part: Array, whole: Array) -> Array:
    """`part / whole`, broadcast; NaN where the whole is not above 0, or not known.

    Of the type that NumPy divides the two to: float32 by float32 stays float32, integers become float64.
    """
    return np.divide(part, np.where(whole > 0, whole, np.nan))
