"""What would become of inviting each creator of each brief's pool: drawn before any policy chooses.

Every policy meets the same luck: whether a creator would answer, accept and deliver, and what the content
would bring, depends on the seed, the brief and the creator alone. Only how busy the creator is differs.
"""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from training.frame import Frame
from training.simulate.cast.briefs import Briefs
from training.simulate.cast.cast import Cast
from training.simulate.cast.creators import Creators
from training.simulate.clock import ABSENT
from training.simulate.draws import stream
from training.simulate.funnel.pools import Shown
from training.simulate.funnel.results import MEASURES, expected
from training.simulate.funnel.steps import HOUR, Funnel, chances_of, delivery_window, fee_ratio, reply_seconds

ANSWERS = ("replied", "accepted", "delivered")
GMV = MEASURES.index("gmv")


@dataclass(frozen=True)
class Potential(Frame):
    """One row per brief and creator of its pool; times are those of a creator who does everything."""

    brief: Ints
    """Row of Briefs."""
    creator: Ints
    """Row among all creators of the world."""
    fee: Ints
    """What the creator asks, in minor units."""
    invited_at: Ints
    replied_at: Ints
    accepted_at: Ints
    delivered_at: Ints
    luck: Floats
    """(rows, ANSWERS), evenly within 0 to 1: a step happens where it is below the step's chance."""
    chances: Floats
    """(rows, 2, ANSWERS): true P(step | the step before), of a creator who is free and of one who is busy."""
    expected_gmv: Floats
    """True mean, given delivery."""

    def chances_if(self, busy: Flags) -> Floats:
        """(rows, ANSWERS): the true chances of creators who are busy or not."""
        return np.asarray(self.chances[np.arange(len(self)), busy.astype(np.int64)])

    def answers(self, busy: Flags) -> Flags:
        """(rows, ANSWERS): what happens; never a step without the one before."""
        return np.asarray(np.logical_and.accumulate(self.luck < self.chances_if(busy), axis=1))

    def value(self, busy: Flags) -> Floats:
        """True expected GMV of an invitation, in minor units."""
        return np.asarray(self.chances_if(busy).prod(axis=1) * self.expected_gmv)

    def as_delivered(self) -> Funnel:
        """The funnel in which everybody is invited and delivers."""
        return self.as_funnel(np.ones((len(self), len(ANSWERS)), np.bool_), np.ones(len(self)))

    def as_funnel(self, happened: Flags, propensity: Floats) -> Funnel:
        """The funnel of these rows as invitations, each brief's in the order of its places."""
        reached = [np.where(happened[:, step], getattr(self, f"{name}_at"), ABSENT) for step, name in _STEPS]
        place = np.arange(len(self)) - np.searchsorted(self.brief, self.brief)
        return Funnel(
            brief=self.brief,
            creator=self.creator,
            position=place + 1,
            propensity=propensity,
            shown_at=self.invited_at,
            opened_at=self.invited_at,
            shortlisted_at=self.invited_at,
            invited_at=self.invited_at,
            replied_at=reached[0],
            accepted_at=reached[1],
            delivered_at=reached[2],
            offer=self.fee,
            examined=np.ones(len(self)),
            chances=np.ones((len(self), 6)),
        )


_STEPS = tuple(enumerate(ANSWERS))


def draw_potential(cast: Cast, creators: Creators, pools: Shown) -> Potential:
    """The potential of every row of the pools, which are in order of briefs; `creators` are all of them."""
    starts = np.flatnonzero(np.diff(pools.brief, prepend=-1))
    ends = np.append(starts[1:], len(pools))
    return Potential.joined(
        [
            _of_brief(cast, creators.take(pools.creator[start:end]), pools.take(slice(start, end)))
            for start, end in zip(starts, ends, strict=True)
        ]
    )


def _of_brief(cast: Cast, guests: Creators, pool: Shown) -> Potential:
    row, size = int(pool.brief[0]), len(pool)
    rng = stream(cast.config.seed, "potential", row)
    brief = cast.briefs.take(slice(row, row + 1))
    invited = np.full(size, brief.created_at[0] + int(rng.integers(60, HOUR)))
    replied = invited + reply_seconds(rng, guests.responsiveness).astype(np.int64)
    accepted = replied + rng.integers(0, 6 * HOUR, size)
    ready, left = delivery_window(brief, accepted)
    worth = expected(cast.briefs.take(np.full(size, row)), guests, cast.products, cast.config, cast.clock)
    return Potential(
        brief=pool.brief,
        creator=pool.creator,
        fee=(guests.fee * fee_ratio(brief, guests)).astype(np.int64),
        invited_at=invited,
        replied_at=replied,
        accepted_at=accepted,
        delivered_at=ready + (left * rng.uniform(0.05, 0.95, size)).astype(np.int64),
        luck=rng.random((size, len(ANSWERS))),
        chances=np.stack([_chances(cast, brief, guests, busy) for busy in (False, True)], axis=1),
        expected_gmv=worth[:, GMV],
    )


def _chances(cast: Cast, brief: Briefs, guests: Creators, busy: bool) -> Floats:
    nobody = np.zeros(len(guests), np.bool_)
    given = chances_of(cast, brief, guests, nobody, nobody | busy)
    return np.column_stack([getattr(given, step) for step in ANSWERS])
