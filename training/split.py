"""Splitting briefs by time, purged: a period learns from no label that later periods had yet to decide."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from pydantic import Field

from recsys.arrays import Array, Flags
from recsys.config import Config
from recsys.errors import TableError


class SplitConfig(Config):
    """Lengths of the last two periods; everything before them is for training."""

    valid_days: int = Field(default=28, ge=1)
    test_days: int = Field(default=28, ge=1)


@dataclass(frozen=True)
class Periods:
    """Which briefs belong to which period; those without final grades belong to none."""

    train: Flags
    valid: Flags
    known: Flags
    """Everything final when the test period begins: train, valid, and the gap between them."""
    test: Flags
    valid_from: np.datetime64
    test_from: np.datetime64

    def counts(self) -> dict[str, int]:
        """How many briefs went where; `gap` lies between train and valid, `left_out` in no period."""
        named = {"train": self.train, "valid": self.valid, "test": self.test}
        counts = {name: int(flags.sum()) for name, flags in named.items()}
        gap = int(self.known.sum()) - counts["train"] - counts["valid"]
        return counts | {"gap": gap, "left_out": int((~self.known & ~self.test).sum())}


def split_by_time(created: Array, final: Array, data_end: np.datetime64, config: SplitConfig) -> Periods:
    """Periods of briefs `created` and `final` at these moments (datetime64).

    The test period is the last `test_days` up to the day of the last brief that is final when the data end.
    The valid period is the `valid_days` up to the last brief that is final when test begins. Train is every
    earlier brief that is final when valid begins. As a brief is final no earlier than its fulfilment window
    ends, the gaps between periods are at least as long as that window.

    Raises TableError if a period is left without briefs.
    """
    ended = final <= data_end
    test_from = _begins("test", created, ended, config.test_days)
    known = (created < test_from) & (final <= test_from)
    valid_from = _begins("valid", created, known, config.valid_days)
    train = (created < valid_from) & (final <= valid_from)
    _refuse_empty("train", created, train)
    valid, test = known & (created >= valid_from), ended & (created >= test_from)
    return Periods(train, valid, known, test, valid_from, test_from)


def _begins(period: str, created: Array, candidates: Flags, days: int) -> np.datetime64:
    """Midnight so many days before the end of the last day with a candidate."""
    _refuse_empty(period, created, candidates)
    last_day = created[candidates].max().astype("datetime64[D]")
    begins: np.datetime64 = last_day + np.timedelta64(1, "D") - np.timedelta64(timedelta(days=days))
    return begins


def _refuse_empty(period: str, created: Array, candidates: Flags) -> None:
    if candidates.any():
        return
    span = f"{len(created)} briefs" + (f" from {created.min()} to {created.max()}" if len(created) else "")
    raise TableError(
        f"{span} leave none for the period {period!r} whose grades are final in time; "
        "give more data, or shorten split.valid_days and split.test_days"
    )
