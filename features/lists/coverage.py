"""How often rank bands hold the place that values drawn from their own noise lead to (R11)."""

from collections.abc import Mapping

import numpy as np

from features.lists.catalogue import MEASURES
from features.lists.peers import Peers
from features.lists.standing import Part, comparable, index_of, percentiles, places
from recsys.arrays import Flags, Floats, Ints


def coverage(peers: Peers, rng: np.random.Generator, draws: int) -> Flags:
    """(draws × creators with a band,) whether the place after a draw of true values is inside the band."""
    standing = peers.stand(peers.inputs)
    there = standing.best > 0
    drawn = [_drawn_places(peers, standing.parts, rng) for _ in range(draws)]
    inside = [(standing.best <= place) & (place <= standing.worst) for place in drawn]
    return np.concatenate([held[there] for held in inside])


def _drawn_places(peers: Peers, parts: Mapping[str, Part], rng: np.random.Generator) -> Ints:
    drawn = np.array([_drawn_percentiles(name, part, rng) for name, part in parts.items()])
    return places(index_of(peers.rules.weights[peers.list], drawn), peers.inputs["gmv_low"])


def _drawn_percentiles(name: str, part: Part, rng: np.random.Generator) -> Floats:
    deviations = rng.normal(size=len(part.percentile))
    values = comparable(MEASURES[name].sign * part.levels.at(deviations))
    return percentiles(values, np.sort(values))
