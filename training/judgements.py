"""Judgements (R19): briefs as queries, the creators shown for them as rows, graded by how far each went.

The features of a query are those serving would have had: the same functions, on a snapshot as of the last
snapshot moment before the brief was made.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

import numpy as np
from pydantic import Field

from features.catalogue import FEATURES
from features.matrix import match_features
from recsys.arrays import Array, Features, Flags, Ints
from recsys.config import Config
from recsys.errors import RequestError, TableError
from recsys.judged import Judged
from recsys.policy import Policies
from recsys.snapshot import Snapshot
from recsys.vocabulary import follower_tier
from training.briefs import LoggedBrief
from training.funnel import GradeConfig, Shown

LARGEST_QUERY = 10_000
"""LightGBM ranks no more rows together."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SnapshotAt = Callable[[datetime], Snapshot]


COUNTED = (
    "snapshots",
    "never_shown",
    "single_row",
    "names_unknown",
    "rows_too_far_down",
    "rows_without_profile",
)


class JudgementConfig(Config):
    """How logged briefs become judged rows."""

    grades: GradeConfig = GradeConfig()
    snapshot_every_days: int = Field(default=7, ge=1)
    """Snapshots are taken at midnight (UTC) every so many days; a brief sees the last one before it."""
    longest_query: int = Field(default=LARGEST_QUERY, ge=2, le=LARGEST_QUERY)
    """Rows shown further down are left out, and counted."""


@dataclass(frozen=True)
class JudgementReport:
    """What was judged, and what was left out and why."""

    queries: int
    rows: int
    grades: dict[int, int]
    """Grade → rows."""
    snapshots: int
    queries_without_relevant: int
    """Kept: they teach how often nothing comes of a brief, but they have no ranking metric."""
    never_shown: int
    """Briefs left out because no creator was shown for them."""
    single_row: int
    """Briefs left out because one row has no order."""
    names_unknown: int
    """Briefs left out because their brand or a product joined after the snapshot."""
    rows_too_far_down: int
    """Rows left out of overlong queries."""
    rows_without_profile: int
    """Rows left out because the creator joined after the snapshot."""


@dataclass(frozen=True)
class Judgements:
    """Judged rows and what they were read from: per query the campaign, per row the shown creator."""

    judged: Judged
    campaign_ids: Ints
    shown: Shown
    report: JudgementReport

    def known_at(self, moment: np.datetime64) -> "Judgements":
        """The same with the funnel and the results as they stood at a moment; grades stay."""
        return replace(self, shown=self.shown.known_at(moment))

    def take(self, queries: Flags) -> "Judgements":
        """Only the chosen queries; the report stays that of all."""
        rows = np.repeat(queries, self.judged.group_sizes)
        return Judgements(
            self.judged.take(queries), self.campaign_ids[queries], self.shown.take(rows), self.report
        )


@dataclass(frozen=True)
class _Query:
    logged: LoggedBrief
    shown: Shown
    features: Features
    tiers: Array
    experience: Array


class Judge:
    """Judges briefs by what was shown for them, on snapshots made by `snapshot_at`."""

    def __init__(
        self, shown: Shown, snapshot_at: SnapshotAt, policies: Policies, config: JudgementConfig
    ) -> None:
        self.shown, self.snapshot_at, self.policies, self.config = shown, snapshot_at, policies, config

    def judge(self, briefs: Sequence[LoggedBrief]) -> Judgements:
        """The briefs (oldest first) that can be learnt from; TableError if there is none."""
        counts: Counter[str] = Counter()
        queries = [
            query
            for logged, snapshot in self._with_snapshots(briefs, counts)
            if (query := self._query(logged, snapshot, counts))
        ]
        if not queries:
            raise TableError(f"none of {len(briefs)} briefs can be judged: {dict(counts)}")
        return _judgements(queries, self.config.grades, counts)

    def _with_snapshots(
        self, briefs: Sequence[LoggedBrief], counts: Counter[str]
    ) -> Iterator[tuple[LoggedBrief, Snapshot]]:
        days = self.config.snapshot_every_days
        for moment, some in groupby(briefs, lambda logged: moment_of(logged.created_at, days)):
            counts["snapshots"] += 1
            snapshot = self.snapshot_at(moment)
            yield from ((logged, snapshot) for logged in some)

    def _query(self, logged: LoggedBrief, snapshot: Snapshot, counts: Counter[str]) -> _Query | None:
        """The brief's rows; None, and counted, where there is nothing to order."""
        shown = self._usable(self.shown.of(logged.campaign_id), snapshot, counts)
        if len(shown) < 2:
            counts["single_row" if len(shown) else "never_shown"] += 1
            return None
        rows, _ = snapshot.creators.rows_of(shown.creator_ids)
        policy = self.policies.in_force(logged.brief.market, logged.created_at)
        try:
            features = match_features(logged.brief, snapshot, rows)
        except RequestError:
            counts["names_unknown"] += 1
            return None
        return _Query(
            logged,
            shown,
            features,
            follower_tier(snapshot.creators["followers"][rows]),
            policy.segments_of(snapshot.creators["n_shoppable"][rows]),
        )

    def _usable(self, shown: Shown, snapshot: Snapshot, counts: Counter[str]) -> Shown:
        """Without rows too far down and creators the snapshot does not know; both counted."""
        _, known = snapshot.creators.rows_of(shown.creator_ids)
        counts["rows_without_profile"] += int((~known).sum())
        places = np.flatnonzero(known)
        counts["rows_too_far_down"] += len(places[self.config.longest_query :])
        return shown.take(places[: self.config.longest_query])


def moment_of(at: datetime, every_days: int) -> datetime:
    """The last snapshot moment not after `at`: a midnight (UTC), one in `every_days` days since 1970."""
    day = (at - EPOCH) // timedelta(days=1)
    return EPOCH + timedelta(days=day // every_days * every_days)


def _judgements(queries: Sequence[_Query], grading: GradeConfig, counts: Counter[str]) -> Judgements:
    shown = Shown.joined([query.shown for query in queries])
    judged = Judged(
        features=np.concatenate([query.features for query in queries]),
        grades=grading.grades(shown.reached),
        group_sizes=np.array([len(query.shown) for query in queries], np.int64),
        feature_names=tuple(FEATURES),
        positions=shown.positions,
        query_segments={
            "objective": np.array([query.logged.brief.objective for query in queries]),
            "market": np.array([query.logged.brief.market for query in queries]),
        },
        row_segments={
            "tier": np.concatenate([query.tiers for query in queries]),
            "experience": np.concatenate([query.experience for query in queries]),
        },
    )
    campaigns = np.array([query.logged.campaign_id for query in queries], np.int64)
    return Judgements(judged, campaigns, shown, _report(judged, counts))


def _report(judged: Judged, counts: Counter[str]) -> JudgementReport:
    levels, rows = np.unique(judged.grades, return_counts=True)
    best = np.maximum.reduceat(judged.grades, judged.starts)
    return JudgementReport(
        queries=len(judged.group_sizes),
        rows=len(judged.grades),
        grades=dict(zip(levels.tolist(), rows.tolist(), strict=True)),
        queries_without_relevant=int((best == 0).sum()),
        **{name: counts[name] for name in COUNTED},
    )
