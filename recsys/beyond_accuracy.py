"""What a good recommender owes besides accuracy: variety, novelty, and a fair share for the whole catalogue.

`slates` are (users, cutoff) int64 item rows in the order shown, -1 behind the last item of a short slate.
A measure of users is (users,) float64, NaN for a slate with nothing to measure, as `bootstrap_mean` takes it;
a measure of the catalogue is one number, NaN where there is nothing to measure at all.
"""

import numpy as np

from recsys.arrays import Features, Flags, Floats, Ints
from recsys.ratio import ratio
from recsys.vectors import unit_vectors


def exposure(slates: Ints, items: int) -> Ints:
    """(items,): in how many places each item of the catalogue is shown."""
    return np.bincount(slates[slates >= 0], minlength=items)


def catalogue_coverage(slates: Ints, items: int) -> float:
    """Share of the catalogue's items shown to anybody; 0 to 1, NaN for an empty catalogue.

    Ge, Delgado-Battenfeld and Jannach 2010, Beyond accuracy: evaluating recommender systems by coverage and
    serendipity.
    """
    return float((exposure(slates, items) > 0).sum() / items) if items else np.nan


def exposure_gini(slates: Ints, items: int) -> float:
    """Gini coefficient of the exposure of all items, those never shown among them.

    0 where all are shown equally often, 1 − 1 / items where one has every place; NaN where nothing is shown.
    Fleder and Hosanagar 2009, Blockbuster culture's next rise or fall.
    """
    counts = np.sort(exposure(slates, items))
    total = counts.sum()
    ranks = np.arange(1, items + 1)
    return float(((2 * ranks - items - 1) * counts).sum() / (items * total)) if total else np.nan


def novelty(slates: Ints, users_of_item: Ints, users: int) -> Floats:
    """(users,): mean self-information of the items shown, −log2(share of all `users` who chose it), in bits.

    `users_of_item` (items,) counts who chose each item before; one that nobody chose counts as chosen by one,
    since its information would be infinite. 0 (all chose them all) to log2(users); NaN for an empty slate.
    Zhou et al. 2010, Solving the apparent diversity–accuracy dilemma of recommender systems.
    """
    return _mean_of_shown(slates, np.log2(users) - np.log2(np.maximum(users_of_item, 1)))


def cold_share(slates: Ints, is_cold: Flags) -> Floats:
    """(users,): share of cold items (`is_cold`, (items,)) among those shown; 0 to 1, NaN for none."""
    return _mean_of_shown(slates, is_cold.astype(np.float64))


def full_list(slates: Ints) -> Floats:
    """(users,): 1 where every place holds an item, else 0; their mean: share of users served in full."""
    return np.asarray((slates >= 0).all(axis=1), np.float64)


def intra_list_variety(slates: Ints, vectors: Features) -> Floats:
    """(users,): mean of 1 − cosine over the pairs of items in a slate; 0 (all alike) to 2 (two opposites).

    Items without a vector (rows of 0 or NaN in `vectors` (items, factors)) are left out; NaN for a slate with
    fewer than two others. Zhang and Hurley 2008, Avoiding monotony: improving the diversity of recommendation
    lists.
    """
    sums = np.zeros((len(slates), vectors.shape[1]))
    sizes = np.zeros(len(slates))
    for items in slates.T:
        is_shown = items >= 0
        units = unit_vectors(vectors[items[is_shown]])
        sums[is_shown] += units
        sizes[is_shown] += units.any(axis=1)
    # |Σ u|² = size + the sum of the cosines of all ordered pairs: no pair is ever formed.
    return 1 - ratio((sums**2).sum(axis=1) - sizes, sizes * (sizes - 1))


def _mean_of_shown(slates: Ints, values: Floats) -> Floats:
    """(users,): the mean of `values` (items,) over the items of each slate."""
    is_shown = slates >= 0
    shown = np.zeros(slates.shape)
    shown[is_shown] = values[slates[is_shown]]
    return ratio(shown.sum(axis=1), is_shown.sum(axis=1))
