"""The funnel: how far it goes with each creator shown for a brief."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from recsys.arrays import Array, Flags, Floats, Ints
from training.frame import Frame
from training.simulate.cast.briefs import FIRST_ID as FIRST_BRIEF
from training.simulate.cast.briefs import Briefs
from training.simulate.cast.cast import Cast
from training.simulate.cast.creators import FIRST_ID, Creators
from training.simulate.clock import ABSENT, DAY, later
from training.simulate.draws import stream
from training.simulate.funnel.interest import Chances, chances, components
from training.simulate.funnel.pools import Shown

MOST_REPLY_DAYS = 3
HOUR = 3_600
STEPS = ("opened", "shortlisted", "invited", "replied", "accepted", "delivered")


@dataclass(frozen=True)
class Funnel(Frame):
    """One row per shown creator; times are ABSENT where a step was not reached or lies after the world."""

    brief: Ints
    """Row of Briefs."""
    creator: Ints
    """Row among all creators of the world."""
    position: Ints
    propensity: Floats
    shown_at: Ints
    opened_at: Ints
    shortlisted_at: Ints
    invited_at: Ints
    replied_at: Ints
    accepted_at: Ints
    delivered_at: Ints
    offer: Ints
    """Fee offered, in minor units; it becomes the agreed fee on acceptance."""
    examined: Floats
    """True probability that this place is looked at."""
    chances: Floats
    """(rows, STEPS): true probability of each step given the one before."""

    @classmethod
    def without_rows(cls) -> Self:
        """Nobody was shown for anything."""
        nothing: dict[str, Array] = {column.name: np.zeros(0, np.int64) for column in fields(cls)}
        return cls(**{**nothing, "chances": np.zeros((0, len(STEPS)))})


@dataclass(frozen=True)
class Work(Frame):
    """One row per accepted campaign, in the order in which the briefs were played."""

    brief: Ints
    """Row of Briefs."""
    creator: Ints
    """Row among all creators of the world."""
    until: Ints
    """When the creator is free again."""
    delivered_at: Ints
    """ABSENT where nothing was delivered; may lie after the end of the world."""


class Marketplace:
    """Plays the briefs in order of time; remembers who is busy and who has worked for which brand.

    It needs to know only those creators who are ever shown: `guests`, in order of their ids.
    """

    def __init__(self, cast: Cast, guests: Creators) -> None:
        self.cast, self.guests = cast, guests
        self.busy_until = np.zeros(len(guests), dtype=np.int64)
        self.deliveries: dict[int, list[tuple[Ints, Ints]]] = {}
        self.work: list[Work] = []

    def play(self, shown: Shown) -> Funnel:
        """The rows of every shown list, in order of briefs and places; creators are rows of the world."""
        starts = np.flatnonzero(np.diff(shown.brief, prepend=-1))
        ends = np.append(starts[1:], len(shown))
        return Funnel.joined(
            [self._play_one(shown.take(slice(*edges))) for edges in zip(starts, ends, strict=True)]
        )

    def _play_one(self, shown: Shown) -> Funnel:
        row = int(shown.brief[0])
        rng = stream(self.cast.config.seed, "funnel", row)
        brief = self.cast.briefs.take(slice(row, row + 1))
        guests = np.searchsorted(self.guests.ids, FIRST_ID + shown.creator)
        at = brief.created_at[0] + int(rng.integers(60, HOUR))
        creators = self.guests.take(guests)
        known = self._worked_for(brief.brand[0], brief.created_at[0])[guests]
        given = chances_of(self.cast, brief, creators, known, self.busy_until[guests] > brief.created_at[0])
        examined: Floats = shown.position.astype(np.float64) ** -self.cast.config.policy.examination_decay
        happens = rng.random((len(STEPS), len(shown))) < by_step(given)
        happens[0] &= rng.random(len(shown)) < examined
        times = self._times(rng, brief, np.full(len(shown), at), guests, happens)
        self._remember(brief, guests, times)
        return Funnel(
            brief=shown.brief,
            creator=shown.creator,
            position=shown.position,
            propensity=shown.propensity,
            shown_at=np.full(len(shown), at),
            offer=(creators.fee * fee_ratio(brief, creators)).astype(np.int64),
            examined=examined,
            chances=by_step(given).T,
            **{f"{step}_at": self.cast.clock.observed(times[step]) for step in STEPS},
        )

    def _worked_for(self, brand: int, at: int) -> Flags:
        known = np.zeros(len(self.guests), dtype=bool)
        for guests, delivered_at in self.deliveries.get(brand, []):
            known[guests[delivered_at <= at]] = True
        return known

    def _times(
        self, rng: np.random.Generator, brief: Briefs, shown_at: Ints, guests: Ints, happens: Flags
    ) -> dict[str, Ints]:
        size = len(guests)
        opened = later(shown_at, rng.uniform(5, 900, size), happens[0])
        shortlisted = later(opened, rng.uniform(30, DAY, size), happens[1])
        invited = later(shortlisted, rng.uniform(60, DAY, size), happens[2])
        replied = later(invited, reply_seconds(rng, self.guests.responsiveness[guests]), happens[3])
        accepted = later(replied, rng.uniform(0, 6 * HOUR, size), happens[4])
        ready, left = delivery_window(brief, accepted)
        delivered = later(accepted, ready - accepted + left * rng.uniform(0.05, 0.95, size), happens[5])
        return dict(zip(STEPS, (opened, shortlisted, invited, replied, accepted, delivered), strict=True))

    def _remember(self, brief: Briefs, guests: Ints, times: dict[str, Ints]) -> None:
        accepted, delivered = times["accepted"] != ABSENT, times["delivered"] != ABSENT
        until = np.where(delivered, times["delivered"], brief.ends_on[0] * DAY)
        self.busy_until[guests[accepted]] = until[accepted]
        work = (guests[delivered], times["delivered"][delivered])
        self.deliveries.setdefault(int(brief.brand[0]), []).append(work)
        rows = np.full(accepted.sum(), brief.ids[0] - FIRST_BRIEF)
        creators = self.guests.ids[guests[accepted]] - FIRST_ID
        self.work.append(Work(rows, creators, until[accepted], times["delivered"][accepted]))


def delivery_window(brief: Briefs, accepted_at: Ints) -> tuple[Ints, Ints]:
    """From when on each creator can deliver to the brief, and for how many seconds from there."""
    ready = np.maximum(accepted_at + 3 * DAY, brief.starts_on[0] * DAY)
    return ready, np.minimum((brief.ends_on[0] + 1) * DAY - ready, 12 * DAY)


def fee_ratio(brief: Briefs, creators: Creators) -> Floats:
    """The offered fee over each creator's usual one: brands with money offer somewhat more."""
    per_creator = brief.budget[0] / brief.wanted[0]
    return np.asarray(np.clip((per_creator / creators.fee) ** 0.15, 0.5, 2.0))


def chances_of(cast: Cast, brief: Briefs, creators: Creators, known: Flags, busy: Flags) -> Chances:
    """The true chances of one brief (one row) with each creator.

    `known` says who delivered to the brand before, `busy` who is at work for another campaign.
    """
    parts = components(brief, creators, cast.brands, cast.products, known)
    return chances(brief, creators, parts, fee_ratio(brief, creators), busy, cast.config)


def by_step(given: Chances) -> Floats:
    """(STEPS, creators): the chances as an array."""
    return np.stack([getattr(given, step) for step in STEPS])


def reply_seconds(rng: np.random.Generator, responsiveness: Floats) -> Floats:
    """Time to a reply: hours for responsive creators, days for others; at most MOST_REPLY_DAYS."""
    hours = np.exp(rng.normal(np.log(9) - 0.6 * responsiveness, 0.9))
    return np.asarray(np.minimum(hours * HOUR, MOST_REPLY_DAYS * DAY - 1))
