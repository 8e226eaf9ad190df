"""One play: week after week the policy chooses, the world answers, and the tables grow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from features.snapshot import build_snapshot
from recsys.arrays import Flags, Floats, Ints
from recsys.policy import read_policies
from recsys.snapshot import Snapshot
from recsys.tables import Tables, read_tables
from recsys.vocabulary import tier_of
from training.briefs import LoggedBrief, read_briefs
from training.simulate.cast.creators import FIRST_ID
from training.simulate.clock import DAY
from training.simulate.draws import stream
from training.simulate.funnel.results import Results
from training.simulate.funnel.steps import Funnel
from training.simulate.play.choices import Choices, choices_of
from training.simulate.play.config import PlayConfig
from training.simulate.play.ground import Ground
from training.simulate.play.ledger import Asked, Ledger, closed_at
from training.simulate.play.log import Log
from training.simulate.play.newcomers import NEW_DAYS
from training.simulate.play.potential import GMV, Potential
from training.simulate.play.question import Observed, Policy, Question
from training.simulate.play.recommending import Recommending
from training.simulate.play.scene import Scene
from training.simulate.play.slots import Slots, fill


@dataclass(frozen=True)
class Answer:
    """Whom a brief invited, and what they did."""

    invited: Potential
    slots: Slots
    happened: Flags
    """(invited, ANSWERS)."""
    worth: Floats
    """True expected GMV of each invitation."""


class Play:
    """A policy in a scene; `run` plays every week once.

    `targets` are policies that say whom they would have invited wherever the played one explores.
    """

    def __init__(
        self, config: PlayConfig, scene: Scene, ground: Ground, targets: Sequence[Policy] = ()
    ) -> None:
        self.config, self.scene, self.ground = config, scene, ground
        self.rules = read_policies(config.policies)
        self.ledger = Ledger(config.limits, len(scene.creators))
        self.busy_until = scene.busy_until.copy()
        self.snapshots: dict[datetime, Snapshot] = {}
        self.targets = list(targets)
        self.choices: list[Choices] = []
        """Those of the weeks played so far; empty where nobody explores."""

    def run(self, policy: Policy, recommending: Recommending | None = None) -> Log:
        """Play all weeks, in order; products and videos are shown by `recommending`, if by anybody."""
        self.recommending = recommending
        return Log.joined([self._week(week, policy) for week in self.scene.weeks])

    def truth(self, row: int) -> dict[str, Floats]:
        """The true factors of each candidate's value for a brief, as busy as they are now."""
        pool = self.scene.pool_of(row)
        chances = pool.chances_if(self._busy(pool))
        accept = chances[:, :2].prod(axis=1)
        return {"accept": accept, "deliver": chances[:, 2], "result_gmv": pool.expected_gmv}

    def _week(self, week: int, policy: Policy) -> Log:
        self.ledger.new_week()
        self.ground.open_week(week)
        observed = self._observed(week)
        for learner in (policy, *self._asked_beside(policy)):
            learner.learn(observed)
        logged = {brief.campaign_id: brief for brief in read_briefs(observed.tables)}
        ids = self.scene.cast.briefs.ids
        rows = np.unique(self.scene.potential_of(week).brief).tolist()
        answers = [self._answer(row, logged[ids[row]], policy, observed) for row in rows]
        funnel = Funnel.joined(
            [answer.invited.as_funnel(answer.happened, answer.slots.propensity) for answer in answers]
        )
        if self.recommending is not None:
            self.recommending.week(week, observed)
        results = self.ground.close_week(week, funnel)
        return self._log(week, answers, results, observed)

    def _observed(self, week: int) -> Observed:
        tables = read_tables(self.ground.folder)

        def snapshot_at(moment: datetime) -> Snapshot:
            # What was known at a past moment never changes, so it is worked out once.
            if moment not in self.snapshots:
                self.snapshots[moment] = build_snapshot(tables, moment, self.rules)
            return self.snapshots[moment]

        now = datetime.fromtimestamp(self.scene.starts_at(week), UTC)
        return Observed(now, self.rules, tables, snapshot_at)

    def _asked_beside(self, policy: Policy) -> list[Policy]:
        return self.targets if policy.exploration > 0 else []

    def _answer(self, row: int, logged: LoggedBrief, policy: Policy, observed: Observed) -> Answer:
        """Ask the policy, invite, and see what becomes of it."""
        pool, asked = self.scene.pool_of(row), self._asked(row)
        limits = self.ledger.limits(asked, pool.fee)
        question = Question(row, logged, FIRST_ID + pool.creator, limits)
        rng = stream(self.scene.cast.config.seed, "exploration", row)
        slots = fill(policy.rank(question), limits, policy.exploration, rng)
        if targets := self._asked_beside(policy):
            self.choices.append(choices_of(question, slots, targets, observed.snapshot))
        invited = pool.take(slots.candidate)
        busy = self._busy(invited)
        happened = invited.answers(busy)
        self._book(asked, invited, happened)
        return Answer(invited, slots, happened, invited.value(busy))

    def _asked(self, row: int) -> Asked:
        briefs, pool = self.scene.cast.briefs, self.scene.pool_of(row)
        return Asked(
            at=int(briefs.created_at[row]),
            brand=int(briefs.brand[row]),
            product=int(briefs.products[row, 0]),
            wanted=int(briefs.wanted[row]),
            budget=int(briefs.budget[row]),
            pool=pool.creator,
        )

    def _busy(self, rows: Potential) -> Flags:
        return self.busy_until[rows.creator] > self.scene.cast.briefs.created_at[rows.brief]

    def _book(self, asked: Asked, invited: Potential, happened: Flags) -> None:
        ends_at = self.scene.cast.briefs.ends_on[invited.brief] * DAY
        until = closed_at(invited, happened, ends_at)
        self.ledger.book(asked, invited.creator, until)
        accepted = happened[:, 1]
        self.busy_until[invited.creator[accepted]] = until[accepted]

    def _log(self, week: int, answers: Sequence[Answer], results: Results, observed: Observed) -> Log:
        invited = Potential.joined([answer.invited for answer in answers])
        slots = [answer.slots for answer in answers]
        happened = np.concatenate([answer.happened for answer in answers])
        starts_at = self.scene.starts_at(week)
        created = self.scene.creators.created_at[invited.creator]
        return Log(
            week=np.full(len(invited), week - self.scene.weeks[0]),
            campaign_id=self.scene.cast.briefs.ids[invited.brief],
            creator_id=FIRST_ID + invited.creator,
            place=np.concatenate([np.arange(len(part)) + 1 for part in slots]),
            propensity=np.concatenate([part.propensity for part in slots]),
            free=np.concatenate([part.free.sum(axis=1) for part in slots]),
            fee=invited.fee,
            replied=happened[:, 0],
            accepted=happened[:, 1],
            delivered=happened[:, 2],
            gmv=_gmv_of(invited, results),
            expected_gmv=np.concatenate([answer.worth for answer in answers]),
            tier=tier_of(_followers(observed.tables, FIRST_ID + invited.creator, observed.now)),
            is_new=created >= starts_at - NEW_DAYS * DAY,
        )


def _gmv_of(invited: Potential, results: Results) -> Ints:
    """What each invitation's delivery brought; 0 without one."""
    width = 1 + int(max(invited.creator.max(initial=0), results.creator.max(initial=0)))
    brought = dict(
        zip((results.brief * width + results.creator).tolist(), results.values[:, GMV].tolist(), strict=True)
    )
    keys = (invited.brief * width + invited.creator).tolist()
    return np.array([brought.get(key, 0) for key in keys], np.int64)


def _followers(tables: Tables, creator_ids: Ints, now: datetime) -> Ints:
    """Followers on the day before; 0 for accounts made since."""
    daily = tables["creator_daily"]
    rows = daily.filter(daily.day == (now - timedelta(days=1)).date()).select("creator_id", "followers")
    known = rows.to_pyarrow()
    followers = dict(zip(known["creator_id"].to_pylist(), known["followers"].to_pylist(), strict=True))
    return np.array([followers.get(number, 0) for number in creator_ids.tolist()], np.int64)
