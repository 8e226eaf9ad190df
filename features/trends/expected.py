"""How far counts are from what was to be expected of them: empirical Bayes, with an interval (R35).

An entity's count in the window is compared with the one that its own history makes likely, times what became
of the slice's entities of its age. The ratio of the two, growth, is uncertain: counts come in clumps,
histories are short, and the largest of many ratios is large by chance. So growth is shrunk to 1 by a prior
that is fitted to the slice, as DuMouchel (1999) shrinks observed over expected counts. The prior of ln growth
is a mixture of normals around 0, with weights by maximum likelihood (Stephens, 2017: adaptive shrinkage).
"""

from dataclasses import dataclass, replace

import numpy as np
from pydantic import Field

from features.trends.baseline import Baseline
from features.trends.counts import Counts
from features.trends.posterior import Quasi, fit_prior, posterior, typical
from recsys.arrays import Flags, Floats, Ints
from recsys.config import Config

AGES = (3, 7, 14, 28, 56)
"""Entities first counted at most so many days before the window are of one age; all older ones are, too."""
LARGE = 3.0
"""Quasi-counts expected of an entity that tells what became of its age."""
FEW = 20
"""Such entities that are too few to tell."""


class ExpectedConfig(Config):
    """How the expected count is made."""

    weeks: int = Field(default=12, ge=2, le=26)
    """Weeks of history."""
    half_life: float = Field(default=4.0, gt=0)
    """Weeks after which a week of history counts half."""
    level_error: float = Field(default=0.1, gt=0)
    """Relative standard error of what is expected after any amount of history: levels drift."""
    level: float = Field(default=0.9, gt=0, lt=1)
    """Of the credible interval."""


@dataclass(frozen=True)
class Growth:
    """Observed over expected, entity by entity."""

    expected: Floats
    """Count expected in the window; for a newcomer what newcomers of the slice usually get."""
    median: Floats
    """Posterior median of growth; 1 is as expected."""
    low: Floats
    high: Floats
    """Ends of the credible interval."""
    new: Flags
    """No count before the window, as far back as its history goes."""

    def __len__(self) -> int:
        return len(self.expected)


def growth_of(
    counts: Counts, config: ExpectedConfig, stretch: int = 1, season: Floats | None = None
) -> Growth:
    """Growth of every entity of a slice; nothing but these counts is looked at, in whatever order.

    `stretch` is over how many weeks counts hang together (see `Dispersion.fit`), `season` what each entity's
    history is to be multiplied by for the time of year.
    """
    quasi, expected = compare(counts, config, stretch, season)
    new = counts.age == 0
    median, low, high = (np.ones(len(counts)) for _ in range(3))
    for group in (new, ~new):
        part = quasi.of(group)
        median[group], low[group], high[group] = posterior(part, fit_prior(part), config.level)
    return Growth(expected, median, low, high, new)


def compare(
    counts: Counts, config: ExpectedConfig, stretch: int = 1, season: Floats | None = None
) -> tuple[Quasi, Floats]:
    """Observed beside expected counts, in units of their dispersion, and the expected counts as they are."""
    baseline = Baseline.of(counts, config.half_life, config.level_error, stretch)
    usual = baseline.expected if season is None else baseline.expected * season
    quasi = Quasi(counts.observed / baseline.dispersion, usual / baseline.dispersion, baseline.size)
    factor = fate(counts.age, quasi)
    return replace(quasi, expected=quasi.expected * factor), usual * factor


def fate(age: Ints, quasi: Quasi) -> Floats:
    """Per entity: what became of those of its age, so that "all grew" and "such videos fade" are no trends.

    The median of what became of the larger ones (see `typical`); of all ages where an age has few of these.
    A newcomer's is 1: it is compared with newcomers.
    """
    ages = np.searchsorted(AGES, age, side="left")
    old = age > 0
    large = old & (quasi.expected >= _large(quasi.expected[old]))
    factors = np.full(len(AGES) + 1, typical(quasi.of(large)))
    for group in np.unique(ages[large]):
        of_age = large & (ages == group)
        if of_age.sum() >= FEW:
            factors[group] = typical(quasi.of(of_age))
    return np.asarray(np.where(old, factors[ages], 1.0))


def _large(expected: Floats) -> float:
    """The least quasi-count expected of the larger entities: LARGE, or that of the largest few."""
    return min(LARGE, float(np.sort(expected)[-FEW:].min(initial=LARGE)))
