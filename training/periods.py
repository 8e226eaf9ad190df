"""The judged periods of a marketplace: what is learnt from, what decides when to stop, what is tested on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from features.snapshot import build_match_snapshot
from recsys.arrays import Array, Flags, Ints
from recsys.policy import read_policies
from recsys.snapshot import Snapshot
from recsys.tables import Tables
from training.briefs import LoggedBrief, read_briefs
from training.funnel import Shown, read_shown
from training.judgements import Judge, JudgementConfig, Judgements
from training.split import SplitConfig, split_by_time


@dataclass(frozen=True)
class JudgedPeriods:
    """Judgements by period (see `training.split`); `train` and `valid` are parts of `known`."""

    train: Judgements
    valid: Judgements
    known: Judgements
    test: Judgements
    briefs: dict[str, int]
    """How many briefs each period has, and how many belong to none."""


def judge_periods(
    tables: Tables, policies: Path, split: SplitConfig, config: JudgementConfig, done: Callable[[int], None]
) -> JudgedPeriods:
    """Split the briefs by time and judge those of each period; TableError if a period is left empty."""
    rules, briefs = read_policies(policies), read_briefs(tables)
    final = moments([brief.final_at(rules) for brief in briefs])
    periods = split_by_time(moments([brief.created_at for brief in briefs]), final, end_of(tables), split)

    def snapshot_at(moment: datetime) -> Snapshot:
        done(1)
        return build_match_snapshot(tables, moment, rules)

    def judged(flags: Flags, shown: Shown) -> Judgements:
        return Judge(shown, snapshot_at, rules, config).judge(_chosen(briefs, flags))

    def part(flags: Flags) -> Judgements:
        return known.take(np.isin(known.campaign_ids, _ids(_chosen(briefs, flags))))

    shown = read_shown(tables)
    known, test = judged(periods.known, shown.known_at(periods.test_from)), judged(periods.test, shown)
    train = part(periods.train).known_at(periods.valid_from)
    return JudgedPeriods(train, part(periods.valid), known, test, periods.counts())


def moments(times: Sequence[datetime]) -> Array:
    """UTC moments as datetime64."""
    return np.array([time.replace(tzinfo=None) for time in times], "datetime64[us]")


def end_of(tables: Tables) -> np.datetime64:
    """The end of the last day that creators' daily figures know: what is later has not happened yet."""
    last = tables["creator_daily"].day.max().to_pyarrow().as_py()
    return np.datetime64(last + timedelta(days=1), "us")


def _chosen(briefs: Sequence[LoggedBrief], flags: Flags) -> list[LoggedBrief]:
    return [brief for brief, chosen in zip(briefs, flags, strict=True) if chosen]


def _ids(briefs: Sequence[LoggedBrief]) -> Ints:
    return np.array([brief.campaign_id for brief in briefs], np.int64)
