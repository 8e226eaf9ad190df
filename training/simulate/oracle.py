"""The oracle: what is true of any brief, any creator and any campaign of a simulated world.

For evaluations. An import contract keeps it out of reach of everything that learns or serves.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import pyarrow.parquet as pq

from recsys.arrays import Floats, Ints
from recsys.errors import RequestError
from recsys.vocabulary import FACETS
from training.funnel import GradeConfig
from training.simulate.cast.cast import Cast
from training.simulate.cast.creators import FIRST_ID, Creators
from training.simulate.cast.facets import MEASURES as FACET_MEASURES
from training.simulate.cast.facets import true_effects
from training.simulate.cast.geography import LEVEL1
from training.simulate.cast.lift import campaign_lift
from training.simulate.config import Size
from training.simulate.funnel.interest import Chances
from training.simulate.funnel.results import by_objective, expected
from training.simulate.funnel.steps import Work, by_step, chances_of
from training.simulate.truth import DEFAULT_GRADES, WORK, Truth, read_config, truth_file

BLOCKS_HELD = 64


class FacetEffect(NamedTuple):
    """What a word does to the videos of a category that use it."""

    facet: str
    word: str
    category: str
    """Level 1."""
    measure: str
    """views, engagement or conversion."""
    log_factor: float
    """Against a video without the word."""


class Oracle:
    """Draws the causes of a world again from its configuration; who worked for whom it reads in the truth."""

    def __init__(self, cast: Cast, work: Work) -> None:
        self.cast, self.work = cast, work
        self._block = lru_cache(BLOCKS_HELD)(cast.creators)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The oracle of the world whose truth is in this folder; raises TableError if it is not there."""
        config, work = read_config(folder), pq.read_table(truth_file(folder, WORK))
        return cls(Cast.of(config), Work(**{name: work[name].to_numpy() for name in work.column_names}))

    def truth(self, campaign_id: int, creator_ids: Ints) -> Truth:
        """Probabilities of every step and the expected result of a campaign with each of these creators.

        Raises RequestError for an unknown campaign or creator.
        """
        row, creators = self._row(campaign_id), self._creators(creator_ids)
        given = by_step(self._chances(row, creators)).T
        briefs = self.cast.briefs.take(np.full(len(creators), row))
        return Truth(
            campaign_id=briefs.ids,
            creator_id=creators.ids,
            examined=np.ones(len(creators)),
            chances=given,
            expected_result=by_objective(self._expected(row, creators), briefs.objective),
        )

    def expected_results(self, campaign_id: int, creator_ids: Ints) -> Floats:
        """(creators, funnel.results.MEASURES): the mean result of a delivery by each of these creators."""
        return self._expected(self._row(campaign_id), self._creators(creator_ids))

    def ranking(self, campaign_id: int, count: int, grades: GradeConfig = DEFAULT_GRADES) -> Truth:
        """The `count` creators of the whole market of whom most is to be expected, best first.

        By the mean of NDCG's gain 2**grade - 1, had every place been looked at; ties by id.
        """
        row = self._row(campaign_id)
        best = Truth.joined(
            [
                self._best_of_block(row, number, count, grades)
                for number in range(self.cast.config.size.blocks)
            ]
        )
        return best.take(np.argsort(-best.expected_gain(grades), kind="stable")[:count])

    def facet_effects(self) -> list[FacetEffect]:
        """What every word of every script facet truly does, zeros included."""
        effects = {facet: true_effects(self.cast.config.facets, facet) for facet in FACETS}
        return [
            FacetEffect(facet, FACETS[facet][word], LEVEL1[category], FACET_MEASURES[measure], float(value))
            for facet, values in effects.items()
            for (measure, category, word), value in np.ndenumerate(values)
        ]

    def lift(self, campaign_id: int) -> float:
        """The true log lift of organic sales of the campaign's products while it runs; 0 for many."""
        return float(campaign_lift(self.cast.briefs, self.cast.config)[self._row(campaign_id)])

    def _best_of_block(self, row: int, number: int, count: int, grades: GradeConfig) -> Truth:
        creators, brief = self._block(number), self.cast.briefs.take(slice(row, row + 1))
        there = (creators.market == brief.market[0]) & (creators.created_at <= brief.created_at[0])
        truth = self.truth(int(brief.ids[0]), creators.ids[there])
        return truth.take(np.argsort(-truth.expected_gain(grades), kind="stable")[:count])

    def _chances(self, row: int, creators: Creators) -> Chances:
        brief = self.cast.briefs.take(slice(row, row + 1))
        at, before = brief.created_at[0], self.work.take(self.work.brief < row)
        of_brand = self.cast.briefs.brand[before.brief] == brief.brand[0]
        delivered = of_brand & (before.delivered_at >= 0) & (before.delivered_at <= at)
        places = creators.ids - FIRST_ID
        # The last acceptance before the brief says until when a creator is busy.
        until = dict(zip(before.creator.tolist(), before.until.tolist(), strict=True))
        busy = np.array([until.get(place, 0) > at for place in places.tolist()], np.bool_)
        return chances_of(self.cast, brief, creators, np.isin(places, before.creator[delivered]), busy)

    def _expected(self, row: int, creators: Creators) -> Floats:
        briefs = self.cast.briefs.take(np.full(len(creators), row))
        return expected(briefs, creators, self.cast.products, self.cast.config, self.cast.clock)

    def _row(self, campaign_id: int) -> int:
        row = campaign_id - int(self.cast.briefs.ids[0])
        if not 0 <= row < len(self.cast.briefs):
            raise RequestError(f"campaign {campaign_id} is none of the world's {len(self.cast.briefs)}")
        return row

    def _creators(self, creator_ids: Ints) -> Creators:
        found = list(by_block(creator_ids, self.cast.config.size))
        parts = [self._block(number).take(places) for number, places, _ in found]
        order = np.argsort(np.concatenate([rows for _, _, rows in found]))
        return Creators.joined(parts).take(order)


def by_block(creator_ids: Ints, size: Size) -> Iterator[tuple[int, Ints, Ints]]:
    """Creators block by block: the block's number, their rows in it, and in `creator_ids`.

    Raises RequestError for an unknown creator.
    """
    places = np.asarray(creator_ids) - FIRST_ID
    unknown = creator_ids[(places < 0) | (places >= size.creators)]
    if len(unknown):
        raise RequestError(f"creators {unknown[:3].tolist()} are none of the world's {size.creators}")
    for number in np.unique(places // size.block).tolist():
        rows = np.flatnonzero(places // size.block == number)
        yield number, places[rows] % size.block, rows
