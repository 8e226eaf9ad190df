"""The truth about a world: the probabilities and expected values that its tables are draws of.

Kept in a folder of its own, and read through `read_truth` alone: by evaluations, never by the engine.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from recsys.arrays import Floats, Ints
from recsys.errors import TableError
from recsys.files import canonical_json, write_atomic
from training.frame import Frame
from training.funnel import GradeConfig
from training.simulate.cast.cast import Cast
from training.simulate.cast.creators import FIRST_ID, Creators
from training.simulate.config import SimulateConfig
from training.simulate.funnel.results import by_objective, expected
from training.simulate.funnel.steps import STEPS, Funnel, Marketplace, Work
from training.simulate.writer import write_parquet, write_part

INVITATIONS = "invitations.parquet"
CREATORS = "creators"
CONFIG = "config.json"
WORK = "work.parquet"
TRUTH_FILES = (INVITATIONS, CREATORS, CONFIG, WORK)
LATENTS = (
    "followers", "views", "momentum", "engagement", "follow_rate", "click_rate", "conversion", "price_level",
    "posts_per_day", "shoppable", "lives_per_day", "fee", "reliability", "responsiveness", "ambition",
    "bought_followers", "bought_views", "bought_likes", "stuffs", "leaves_at",
)  # fmt: skip
"""Causes of a creator that are written into the truth; one drawn from the same seed has them all."""
CHANCES = tuple(f"p_{step}" for step in STEPS)
DEFAULT_GRADES = GradeConfig()


@dataclass(frozen=True)
class Truth(Frame):
    """What is true of each shown creator, one row per campaign and creator.

    `chances` is (rows, STEPS): the probability of opened, shortlisted, invited, replied, accepted and
    delivered, each given the step before, for a place that is looked at. `examined` is the probability that
    the shown place was looked at.
    """

    campaign_id: Ints
    creator_id: Ints
    examined: Floats
    chances: Floats
    expected_result: Floats
    """In the objective's unit, given delivery."""

    @property
    def invite(self) -> Floats:
        """P(invited | looked at)."""
        return np.asarray(self.chances[:, :3].prod(axis=1))

    @property
    def accept(self) -> Floats:
        """P(accepted | invited)."""
        return np.asarray(self.chances[:, 3:5].prod(axis=1))

    @property
    def deliver(self) -> Floats:
        """P(delivered | accepted)."""
        return np.asarray(self.chances[:, 5])

    def reached(self) -> Floats:
        """(rows, STEPS): P(the step is reached | looked at)."""
        return np.asarray(np.cumprod(self.chances, axis=1))

    def expected_grade(self, grades: GradeConfig = DEFAULT_GRADES) -> Floats:
        """The mean grade if the place were certainly looked at."""
        return self._mean_of(_grade_of_steps(grades))

    def expected_gain(self, grades: GradeConfig = DEFAULT_GRADES) -> Floats:
        """The mean of NDCG's gain 2**grade - 1: ranked by it, expected DCG is at its greatest."""
        return self._mean_of(2.0 ** _grade_of_steps(grades) - 1)

    def _mean_of(self, value_of_step: Floats) -> Floats:
        return np.asarray(self.reached() @ np.diff(value_of_step, prepend=0.0))

    def aligned(self, campaign_id: Ints, creator_id: Ints) -> Self:
        """The truth of these pairs, in their order; raises TableError for a pair that was never shown."""
        place = {pair: row for row, pair in enumerate(_pairs(self.campaign_id, self.creator_id))}
        wanted = _pairs(campaign_id, creator_id)
        missing = [pair for pair in wanted if pair not in place]
        if missing:
            raise TableError(f"the truth knows nothing of (campaign_id, creator_id) {missing[:3]}")
        return self.take(np.array([place[pair] for pair in wanted], dtype=np.int64))


def _grade_of_steps(grades: GradeConfig) -> Floats:
    """The grade of each step; what is delivered has a result in the end."""
    return np.array([getattr(grades, step) for step in (*STEPS[:-1], "result")], dtype=float)


def _pairs(campaign_id: Ints, creator_id: Ints) -> list[tuple[int, int]]:
    return list(zip(campaign_id.tolist(), creator_id.tolist(), strict=True))


def truth_table(truth: Truth) -> pa.Table:
    """The truth as stored: also with the products of its chances, for whoever reads the file by itself."""
    return pa.table(
        {
            "campaign_id": truth.campaign_id,
            "creator_id": truth.creator_id,
            "p_examined": truth.examined,
            **{name: truth.chances[:, place] for place, name in enumerate(CHANCES)},
            "p_invite": truth.invite,
            "p_accept": truth.accept,
            "p_deliver": truth.deliver,
            "expected_result": truth.expected_result,
            "expected_grade": truth.expected_grade(),
            "expected_gain": truth.expected_gain(),
        }
    )


def read_truth(folder: Path) -> Truth:
    """The truth of a world, from the folder `recsys simulate world --truth` wrote.

    Raises TableError if there is none.
    """
    found = pq.read_table(truth_file(folder, INVITATIONS))
    return Truth(
        campaign_id=found["campaign_id"].to_numpy(),
        creator_id=found["creator_id"].to_numpy(),
        examined=found["p_examined"].to_numpy(),
        chances=np.column_stack([found[name].to_numpy() for name in CHANCES]),
        expected_result=found["expected_result"].to_numpy(),
    )


def truth_file(folder: Path, name: str) -> Path:
    """A file of the truth in this folder; raises TableError if it is not there."""
    if not (folder / name).is_file():
        raise TableError(f"{folder} holds no {name}; expected the folder named by --truth")
    return folder / name


def read_config(folder: Path) -> SimulateConfig:
    """The configuration of the world whose truth is in this folder; raises TableError if it is not there."""
    return SimulateConfig.model_validate_json(truth_file(folder, CONFIG).read_text())


def write_truth(folder: Path, cast: Cast, market: Marketplace, funnel: Funnel) -> None:
    """Write what is true of every shown creator, who worked for whom, and the configuration."""
    guests = market.guests
    briefs = cast.briefs.take(funnel.brief)
    creators = guests.take(np.searchsorted(guests.ids, FIRST_ID + funnel.creator))
    values = expected(briefs, creators, cast.products, cast.config, cast.clock)
    truth = Truth(
        campaign_id=briefs.ids,
        creator_id=creators.ids,
        examined=funnel.examined,
        chances=funnel.chances,
        expected_result=by_objective(values, briefs.objective),
    )
    write_parquet(truth_table(truth), folder / INVITATIONS)
    work = Work.joined(market.work)
    write_parquet(
        pa.table({column.name: getattr(work, column.name) for column in fields(work)}), folder / WORK
    )
    write_atomic(folder / CONFIG, canonical_json(cast.config.model_dump(mode="json")))


def write_latents(folder: Path, creators: Creators, number: int) -> None:
    """Write the causes of one block of creators."""
    latents = {name: getattr(creators, name) for name in LATENTS}
    rows = pa.table({"creator_id": creators.ids, **latents})
    write_part(rows, folder / CREATORS, number)
