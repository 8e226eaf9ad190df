"""Ranking lists as a folder named by its content: a Parquet file a list, the inputs, and who was left out."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.config import Config, parse
from recsys.errors import BundleError, ConfigError, RequestError
from recsys.folders import read_manifest
from recsys.list_rules import ListName
from recsys.output import facts_of
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
            raise BundleError(f"{path} was written by another version of this project: {error}") from error

    def rows(self, name: ListName, market: str, industry: str = EVERY_INDUSTRY) -> pa.Table:
        """A list's rows in order of place; raises RequestError for what the period has no list of."""
        self.check(name, market, industry)
        wanted = [("market", "=", market), ("industry", "=", industry)]
        return pq.read_table(self.path / f"{name}.parquet", filters=wanted)

    @cached_property
    def inputs(self) -> pa.Table:
        """What was counted, one row a creator of every market, by id."""
        return pq.read_table(self.path / "inputs.parquet")

    @property
    def excluded(self) -> pa.Table:
        """The ledger: one row for each condition that a creator fails (R9)."""
        return pq.read_table(self.path / "excluded.parquet")

    def exclusions_of(self, creator_id: int) -> pa.Table:
        """A creator's rows of the ledger."""
        return pq.read_table(self.path / "excluded.parquet", filters=[("creator_id", "=", creator_id)])

    def market_of(self, creator_id: int) -> str:
        """The creator's market; raises RequestError for one who was not there by the period's end."""
        wanted = [("creator_id", "=", creator_id)]
        found = pq.read_table(self.path / "inputs.parquet", columns=["market"], filters=wanted)
        if not len(found):
            raise RequestError(f"there was no creator {creator_id} by the end of {self.facts.name}")
        return str(found["market"][0].as_py())

    def check(self, name: ListName, market: str, industry: str) -> None:
        """Raises RequestError for a list, market or industry that the period does not have."""
        if name in self.facts.left_out:
            raise RequestError(f"there is no list {name} of {self.facts.name}: {self.facts.left_out[name]}")
        if market not in self.facts.priors:
            raise RequestError(
                f"there are no lists of market {market!r}; there are {sorted(self.facts.priors)}"
            )
        if industry not in self.facts.priors[market]:
            known = sorted(self.facts.priors[market])
            raise RequestError(f"{market} has no lists of industry {industry!r}; there are {known}")
