"""The funnel: who is shown for a brief, at which place and with which probability, and how far it goes."""

from dataclasses import dataclass

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from training.frame import Frame
from training.simulate.cast.briefs import Briefs
from training.simulate.cast.catalogue import Brands, Products
from training.simulate.cast.creators import Creators
from training.simulate.clock import ABSENT, DAY, Clock, later
from training.simulate.config import SimulateConfig
from training.simulate.draws import stream
from training.simulate.funnel.interest import Chances, affinity, chances, components

MOST_REPLY_DAYS = 3
HOUR = 3_600
STEPS = ("opened", "shortlisted", "invited", "replied", "accepted", "delivered")


@dataclass(frozen=True)
class Funnel(Frame):
    """One row per shown creator; times are ABSENT where a step was not reached or lies after the world."""

    brief: Ints
    """Row of Briefs."""
    creator: Ints
    """Row of Creators."""
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


class Marketplace:
    """Plays the briefs in order of time; remembers who is busy and who has worked for which brand."""

    def __init__(
        self, creators: Creators, brands: Brands, products: Products, config: SimulateConfig, clock: Clock
    ) -> None:
        self.creators, self.brands, self.products = creators, brands, products
        self.config, self.clock = config, clock
        self.popularity = _standardised(np.log(creators.followers))
        self.busy_until = np.zeros(len(creators), dtype=np.int64)
        self.deliveries: dict[int, list[tuple[Ints, Ints]]] = {}

    def play(self, briefs: Briefs) -> Funnel:
        """All briefs' rows, in order."""
        return Funnel.joined(
            [self._play_one(row, briefs.take(slice(row, row + 1))) for row in range(len(briefs))]
        )

    def _play_one(self, row: int, brief: Briefs) -> Funnel:
        rng = stream(self.config.seed, "funnel", row)
        shown, propensity = self._show(rng, brief)
        at = brief.created_at[0] + int(rng.integers(60, HOUR))
        ratio = self._fee_ratio(brief, shown)
        given = self._chances(brief, shown, ratio)
        position = np.arange(1, len(shown) + 1)
        examined: Floats = position.astype(np.float64) ** -self.config.policy.examination_decay
        happens = rng.random((len(STEPS), len(shown))) < _by_step(given)
        happens[0] &= rng.random(len(shown)) < examined
        times = self._times(rng, brief, np.full(len(shown), at), shown, happens)
        self._remember(brief, shown, times)
        return Funnel(
            brief=np.full(len(shown), row),
            creator=shown,
            position=position,
            propensity=propensity,
            shown_at=np.full(len(shown), at),
            offer=(self.creators.fee[shown] * ratio).astype(np.int64),
            examined=examined,
            chances=_by_step(given).T,
            **{f"{step}_at": self.clock.observed(times[step]) for step in STEPS},
        )

    def _show(self, rng: np.random.Generator, brief: Briefs) -> tuple[Ints, Floats]:
        """Creators in shown order, each with P(it takes this place | those above it).

        A Plackett–Luce draw without replacement: softmax of popularity and category, mixed with uniform.
        """
        policy, creators = self.config.policy, self.creators
        pool = np.flatnonzero(
            (creators.market == brief.market[0]) & (creators.created_at <= brief.created_at[0])
        )
        liking = policy.category * affinity(creators.take(pool), brief.category[0])
        logits = policy.popularity * self.popularity[pool] + liking
        softmax = np.exp(logits - logits.max())
        weights = (1 - policy.exploration) * softmax / softmax.sum() + policy.exploration / len(pool)
        order = np.argsort(-(np.log(weights) + rng.gumbel(size=len(pool))), kind="stable")
        order = order[: self.config.size.shown]
        above = np.cumsum(weights[order]) - weights[order]
        return pool[order], np.minimum(weights[order] / (1 - above), 1.0)

    def _fee_ratio(self, brief: Briefs, shown: Ints) -> Floats:
        """The offered fee over the creator's usual one: brands with money offer somewhat more."""
        per_creator = brief.budget[0] / brief.wanted[0]
        return np.asarray(np.clip((per_creator / self.creators.fee[shown]) ** 0.15, 0.5, 2.0))

    def _chances(self, brief: Briefs, shown: Ints, ratio: Floats) -> Chances:
        creators = self.creators.take(shown)
        known = self._worked_for(brief.brand[0], brief.created_at[0])[shown]
        parts = components(brief, creators, self.brands, self.products, known)
        busy = self.busy_until[shown] > brief.created_at[0]
        return chances(brief, creators, parts, ratio, busy, self.config)

    def _worked_for(self, brand: int, at: int) -> Flags:
        known = np.zeros(len(self.creators), dtype=bool)
        for creators, delivered_at in self.deliveries.get(brand, []):
            known[creators[delivered_at <= at]] = True
        return known

    def _times(
        self, rng: np.random.Generator, brief: Briefs, shown_at: Ints, shown: Ints, happens: Flags
    ) -> dict[str, Ints]:
        size = len(shown)
        opened = later(shown_at, rng.uniform(5, 900, size), happens[0])
        shortlisted = later(opened, rng.uniform(30, DAY, size), happens[1])
        invited = later(shortlisted, rng.uniform(60, DAY, size), happens[2])
        replied = later(invited, reply_seconds(rng, self.creators.responsiveness[shown]), happens[3])
        accepted = later(replied, rng.uniform(0, 6 * HOUR, size), happens[4])
        ready = np.maximum(accepted + 3 * DAY, brief.starts_on[0] * DAY)
        left = np.minimum((brief.ends_on[0] + 1) * DAY - ready, 12 * DAY)
        delivered = later(accepted, ready - accepted + left * rng.uniform(0.05, 0.95, size), happens[5])
        return dict(zip(STEPS, (opened, shortlisted, invited, replied, accepted, delivered), strict=True))

    def _remember(self, brief: Briefs, shown: Ints, times: dict[str, Ints]) -> None:
        accepted, delivered = times["accepted"] != ABSENT, times["delivered"] != ABSENT
        until = np.where(delivered, times["delivered"], brief.ends_on[0] * DAY)
        self.busy_until[shown[accepted]] = until[accepted]
        work = (shown[delivered], times["delivered"][delivered])
        self.deliveries.setdefault(int(brief.brand[0]), []).append(work)


def reply_seconds(rng: np.random.Generator, responsiveness: Floats) -> Floats:
    """Time to a reply: hours for responsive creators, days for others; at most MOST_REPLY_DAYS."""
    hours = np.exp(rng.normal(np.log(9) - 0.6 * responsiveness, 0.9))
    return np.asarray(np.minimum(hours * HOUR, MOST_REPLY_DAYS * DAY - 1))


def _by_step(given: Chances) -> Floats:
    return np.stack([getattr(given, step) for step in STEPS])


def _standardised(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / values.std())
