"""Ranking lists as a folder named by its content: a Parquet file a list, the inputs, and who was left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from recsys.config import Config, parse
from recsys.errors import BundleError, ConfigError, RequestError
from recsys.folders import read_manifest
from recsys.known_ids import unknown
from recsys.list_rules import LIST_NAMES, ListName
from recsys.output import facts_of
from recsys.parquet_rows import ParquetRows
from recsys.periods import Period, PeriodKind
from recsys.policy import Policy

KIND = "lists"
EVERY_INDUSTRY = "all"


class Prior(Config):
    """What was fitted for a measure: see `features.lists.credibility.Fit`; None is unknown."""

    mean: float | None
    strength: float
    noise: float | None


class ListFacts(Config):
    """What is known about the lists of a period besides their rows."""

    period: PeriodKind
    first_day: date
    last_day: date
    as_of: datetime
    """The period's end (UTC): rows of the tables at or after it had no influence."""
    policies: dict[str, Policy]
    """Market → policy of the period's last day (R1)."""
    currencies: dict[str, str]
    """Market → currency of its money."""
    priors_as_of: datetime
    """When the quarter began, at which priors were fitted (R11)."""
    priors: dict[str, dict[str, dict[str, Prior]]]
    """Market → industry → measure → prior."""
    left_out: dict[ListName, str]
    """Lists that the tables do not reach back far enough for, and why."""
    data: str
    """sha256 of the inputs and histories that everything was computed from."""

    @property
    def labels(self) -> dict[str, str]:
        """What each written file says about itself."""
        policies = {market: policy.policy_id for market, policy in self.policies.items()}
        return {**facts_of(self.as_of, policies, self.data), "period": self.name}

    @property
    def name(self) -> str:
        """The period's name, such as 2026-W26."""
        return Period.of(self.period, self.first_day).name


@dataclass(frozen=True)
class RankingLists:
    """The lists of a period, opened."""

    path: Path
    facts: ListFacts

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open and prove a folder of lists; raises BundleError if it is corrupt or foreign."""
        real = path.resolve()
        manifest = read_manifest(real, KIND)
        try:
            return cls(real, parse(ListFacts, manifest["facts"], source=str(path)))
        except (KeyError, ConfigError) as error:
            raise _foreign(path, error) from error

    def prepare(self) -> None:
        """Read every footer now, so that no later question does; raises BundleError for a foreign file."""
        try:
            self.places, self._inputs, self._excluded  # noqa: B018  # computed once, when first looked at
        except (KeyError, pa.ArrowInvalid) as error:
            raise BundleError(
                f"{self.path} was written by another version of this project: {error}"
            ) from error

    def rows(
        self,
        name: ListName,
        market: str,
        industry: str = EVERY_INDUSTRY,
        wanted: slice = slice(None),
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        """A list's rows in order of place, or some of them; every column unless some are named.

        Raises RequestError for what the period has no list of.
        """
        self.check(name, market, industry)
        there = self.places.get((market, industry), range(0))[wanted]
        return self.lists[name].slice(there.start, len(there), columns)

    @cached_property
    def lists(self) -> dict[ListName, ParquetRows]:
        """Each list that the period has; raises BundleError where they are not of the same creators."""
        names = [name for name in LIST_NAMES if name not in self.facts.left_out]
        found = {name: ParquetRows.open(self.path / f"{name}.parquet") for name in names}
        sizes = {name: len(rows) for name, rows in found.items()}
        if len(set(sizes.values())) > 1:
            raise BundleError(f"{self.path}: expected lists of the same creators, found rows {sizes}")
        return found

    @cached_property
    def places(self) -> dict[tuple[str, str], range]:
        """Market and industry → the rows of this peer group, which are the same in every list."""
        rows = next(iter(self.lists.values()))
        found = rows.words("market", "industry")
        codes = [column.chunk(0).indices.to_numpy() for column in found.columns if column.num_chunks]
        changed = np.any([np.diff(each) != 0 for each in codes], axis=0)
        starts = [0, *(np.flatnonzero(changed) + 1).tolist(), len(rows)]
        named = [tuple(str(found[name][start]) for name in found.column_names) for start in starts[:-1]]
        return {
            (market, industry): range(*ends)
            for (market, industry), ends in zip(named, pairwise(starts), strict=True)
        }

    @property
    def inputs(self) -> pa.Table:
        """What was counted, one row a creator of every market, by id."""
        return pq.read_table(self.path / "inputs.parquet")

    @property
    def excluded(self) -> pa.Table:
        """The ledger: one row for each condition that a creator fails (R9)."""
        return pq.read_table(self.path / "excluded.parquet")

    def inputs_of(self, creator_id: int) -> pa.Table:
        """The creator's row of the inputs; raises UnknownIdError for one not there by the period's end."""
        found = self._inputs.of(creator_id)
        if not len(found):
            known = f"{self.path.name} of {self.facts.name} has {len(self._inputs):,} creators"
            raise unknown("creator", [creator_id], known)
        return found

    def exclusions_of(self, creator_id: int) -> pa.Table:
        """A creator's rows of the ledger."""
        return self._excluded.of(creator_id)

    @cached_property
    def _inputs(self) -> ParquetRows:
        return ParquetRows.open(self.path / "inputs.parquet")

    @cached_property
    def _excluded(self) -> ParquetRows:
        return ParquetRows.open(self.path / "excluded.parquet")

    def check(self, name: ListName, market: str, industry: str) -> None:
        """Raises RequestError for a list, market or industry that the period does not have."""
        if name in self.facts.left_out:
            raise RequestError(f"there is no list {name} of {self.facts.name}: {self.facts.left_out[name]}")
        if market not in self.facts.priors:
            known = ", ".join(sorted(self.facts.priors))
            raise RequestError(f"there are no lists of market {market!r}; there are {known}")
        if industry not in self.facts.priors[market]:
            known = ", ".join(sorted(self.facts.priors[market]))
            raise RequestError(f"{market} has no lists of industry {industry!r}; there are {known}")


def _foreign(path: Path, error: Exception) -> BundleError:
    return BundleError(f"{path} was written by another version of this project: {error}")
