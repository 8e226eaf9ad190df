"""Made-up judged queries for benchmarks: a signal that trees can learn, noise, and missing values."""

import numpy as np
from pydantic import Field

from recsys.arrays import Features, Floats, Grades
from recsys.config import Config
from recsys.judged import Judged

GRADE_SHARES = (0.7, 0.85, 0.94, 0.985)
"""Within a query, rows above these quantiles of the utility get grade 1, 2, 3 and 4."""
CURVES, INTERACTIONS = 30, 20
NOISE = 0.5
"""Standard deviation of what cannot be learnt, in standard deviations of what can."""


class MadeQueries(Config):
    """How many queries of how many rows."""

    queries: int = Field(ge=1)
    rows: int = Field(ge=1)
    features: int = Field(default=100, ge=1)
    missing: float = Field(default=0.05, ge=0, lt=1)
    """Share of values that are NaN."""
    seed: int = 0
    """Which rows; the utility that grades them is the same for every seed."""

    def make(self) -> Judged:
        """The queries: standard normal features, grades by the noisy utility's rank within the query."""
        rng = np.random.default_rng(self.seed)
        features = rng.standard_normal((self.queries * self.rows, self.features), np.float32)
        known = utility(features)
        noisy = known / known.std() + NOISE * rng.standard_normal(len(known))
        grades = graded(noisy.reshape(self.queries, self.rows))
        features[rng.random(features.shape, np.float32) < self.missing] = np.nan
        names = tuple(f"feature_{place}" for place in range(self.features))
        return Judged(features, grades, np.full(self.queries, self.rows), names)


def utility(features: Features) -> Floats:
    """What makes a row good: curves in some features, and features that count where another is large."""
    world = np.random.default_rng(0)
    total = np.zeros(len(features))
    for place in world.integers(0, features.shape[1], CURVES):
        total += world.normal() * np.tanh(world.uniform(0.5, 2) * features[:, place])
    for place, gate in world.integers(0, features.shape[1], (INTERACTIONS, 2)):
        total += 0.5 * world.normal() * features[:, place] * (features[:, gate] > world.normal())
    return total


def graded(utilities: Floats) -> Grades:
    """(queries, rows) to the grades of all rows, 0 to 4 by place within the query."""
    places = np.argsort(np.argsort(utilities, axis=1), axis=1) / utilities.shape[1]
    grades: Grades = np.digitize(places, GRADE_SHARES).astype(np.int32).ravel()
    return grades
