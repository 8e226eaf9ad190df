"""How often rank bands hold the place that values drawn from their own noise lead to (R11)."""

from collections.abc import Mapping

import numpy as np

from features.lists.catalogue import MEASURES
from features.lists.credibility import Fit
from features.lists.measures import Inputs
from features.lists.standing import DECIMALS, Standing, comparable, percentiles, places, stand
from recsys.arrays import Floats, Ints
from recsys.list_rules import ListName, ListRules


def coverage(
    name: ListName, inputs: Inputs, rules: ListRules, fits: Mapping[str, Fit], rng: np.random.Generator
) -> Floats:
    """(creators with a band,) 1 where the place after one draw of true values is inside the band, else 0."""
    standing = stand(name, inputs, rules, fits)
    there = standing.best > 0
    drawn = _drawn_places(standing, rules.weights[name], inputs["gmv_low"], rng)
    inside = (drawn >= standing.best) & (drawn <= standing.worst)
    return inside[there].astype(np.float64)


def _drawn_places(
    standing: Standing, weights: Mapping[str, float], gmv: Ints, rng: np.random.Generator
) -> Ints:
    index = np.zeros(len(gmv))
    for name, part in standing.parts.items():
        values = comparable(MEASURES[name].sign * part.levels.at(rng.normal(size=len(gmv))))
        index += 100 * weights[name] / sum(weights.values()) * percentiles(values, np.sort(values))
    return places(np.round(index, DECIMALS), gmv)
