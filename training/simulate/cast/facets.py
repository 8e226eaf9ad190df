"""Script facets: what each word truly does, and what that makes of a creator who has certain habits."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from recsys.vocabulary import FACETS
from training.frame import Frame
from training.simulate.cast.geography import LEVEL1
from training.simulate.depth import Facets
from training.simulate.draws import sigmoid

MEASURES = ("views", "engagement", "conversion")
"""What facets act on, in the order of every array of effects."""
CHOSEN = ("hook", "structure", "call_to_action")
"""Facets of which a video has one word each."""
POINTS = len(FACETS["talking_points"])
FAVOURED = 3.0
"""How many times as likely a favoured talking point is."""


def true_effects(facets: Facets, facet: str) -> Floats:
    """(MEASURES, LEVEL1, words): the log factor of each word of a facet, against a video without it."""
    words = FACETS[facet]
    effects = np.zeros((len(MEASURES), len(LEVEL1), len(words)))
    for measure, name in enumerate(MEASURES):
        for word, by_category in getattr(facets, name).get(facet, {}).items():
            for category, effect in by_category.items():
                effects[measure, LEVEL1.index(category), words.index(word)] = effect
    return effects


@dataclass(frozen=True)
class Scripts(Frame):
    """One row per video."""

    words: Ints
    """(videos, CHOSEN): index into each facet's words."""
    points: Flags
    """(videos, POINTS): the talking points in it."""


@dataclass(frozen=True)
class Factors:
    """What scripts multiply a video's views, engagement and conversion by: 1 for the average script."""

    chosen: tuple[Floats, ...]
    """For each of CHOSEN (MEASURES, LEVEL1, words)."""
    points: Floats
    """(MEASURES, LEVEL1, POINTS, 2): without the point, and with it."""
    habit: float
    usual: float
    """P(a talking point that is not favoured)."""

    @classmethod
    def of(cls, facets: Facets) -> Self:
        """The factors of a configuration's effects."""
        logs = [np.exp(true_effects(facets, facet)) for facet in CHOSEN]
        said = np.exp(true_effects(facets, "talking_points"))
        usual = _chances(sigmoid(np.array(-1.0)), facets.points)
        average = 1 - usual + usual * said
        return cls(
            chosen=tuple(factors / factors.mean(axis=2, keepdims=True) for factors in logs),
            points=np.stack([1 / average, said / average], axis=-1),
            habit=facets.habit,
            usual=facets.points,
        )

    def draw(self, rng: np.random.Generator, favourites: Ints, favoured: Flags) -> Scripts:
        """Scripts of videos whose creators have these habits, row by row."""
        words = np.column_stack([rng.integers(0, len(FACETS[facet]), len(favourites)) for facet in CHOSEN])
        habitual = rng.random(favourites.shape) < self.habit
        points = rng.random(favoured.shape) < self._chances(favoured)
        return Scripts(np.where(habitual, favourites, words), points)

    def realised(self, scripts: Scripts, level1: Ints) -> Floats:
        """(MEASURES, videos): what the scripts multiply by, for videos of these categories."""
        result = np.ones((len(MEASURES), len(scripts)))
        for place, factors in enumerate(self.chosen):
            result *= factors[:, level1, scripts.words[:, place]]
        for point in range(POINTS):
            result *= self.points[:, level1, point, scripts.points[:, point].astype(np.int64)]
        return result

    def expected(self, favourites: Ints, favoured: Flags, level1: Ints) -> Floats:
        """(MEASURES, rows): the mean factor on views, and those on engagement and conversion per view.

        So the mean factor on the number of engagements is the product of the first two.
        """
        return self._together(self._of_habits(favourites, level1), favoured, level1)

    def expected_given(
        self, word: tuple[int, int], favourites: Ints, favoured: Flags, level1: Ints
    ) -> Floats:
        """As `expected`, of videos that have one word for certain: (place in CHOSEN, index of the word)."""
        place, index = word
        parts = self._of_habits(favourites, level1)
        parts[place] = _per_view(self.chosen[place])[:, level1, index]
        return self._together(parts, favoured, level1)

    def _of_habits(self, favourites: Ints, level1: Ints) -> list[Floats]:
        """For each of CHOSEN (MEASURES, rows): mean factors per view, by the creators' favourite words."""
        parts = []
        for place, factors in enumerate(self.chosen):
            per_view = _per_view(factors)
            even = per_view.mean(axis=2)[:, level1]
            parts.append(even + self.habit * (per_view[:, level1, favourites[:, place]] - even))
        return parts

    def _together(self, parts: list[Floats], favoured: Flags, level1: Ints) -> Floats:
        """Mean factors of these parts with those of the talking points; on views, and per view."""
        joint = np.ones((len(MEASURES), len(level1)))
        for part in parts:
            joint *= part
        without, said = np.moveaxis(_per_view(self.points), -1, 0)
        chances = self._chances(favoured)
        for point in range(POINTS):
            low, high = without[:, level1, point], said[:, level1, point]
            joint *= low + chances[:, point] * (high - low)
        joint[1:] /= joint[0]
        return joint

    def _chances(self, favoured: Array) -> Floats:
        return _chances(favoured, self.usual)


def _chances(favoured: Array, usual: float) -> Floats:
    """P(a talking point), for the points favoured (or the share of creators who favour it)."""
    return np.asarray(np.minimum(usual * (1 + (FAVOURED - 1) * favoured), 0.95))


def _per_view(factors: Floats) -> Floats:
    """Factors on views, and on views times engagement, and on views times conversion."""
    return np.stack([factors[0], factors[0] * factors[1], factors[0] * factors[2]])


def draw_favourites(rng: np.random.Generator, quality: Floats, facets: Facets) -> dict[str, Array]:
    """Each creator's favourite words and talking points; better creators prefer the first of each facet."""
    pull = facets.confounding * quality[:, None]
    chosen = []
    for facet in CHOSEN:
        tilt = np.linspace(1, -1, len(FACETS[facet]))
        chosen.append((pull * tilt + rng.gumbel(size=(len(quality), len(tilt)))).argmax(axis=1))
    tilt = np.linspace(1, -1, POINTS)
    favoured = rng.random((len(quality), POINTS)) < sigmoid(pull * tilt - 1)
    return {"favourites": np.column_stack(chosen), "favoured_points": favoured}
