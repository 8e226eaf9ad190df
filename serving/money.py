"""In which currency the money of an answer is."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.arrays import Flags, Ints
from recsys.snapshot import Snapshot, SnapshotFacts

UNKNOWN = -1


@dataclass(frozen=True)
class Currencies:
    """The currency of each market: the data contract has all money of a market in one."""

    facts: SnapshotFacts
    codes: Ints
    """(markets + 1,): places in `facts.currencies`, -1 where not known; the last stands for no market."""

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        """As the latest days of the creators of each market say; not known where they say nothing, or two."""
        facts, creators = snapshot.facts, snapshot.creators
        codes = np.full(len(facts.markets) + 1, UNKNOWN, np.int64)
        for market, counts in enumerate(_counts(facts, creators["market"], creators["currency"])):
            if np.count_nonzero(counts) == 1:
                codes[market] = counts.argmax()
        return cls(facts, codes)

    def of_market(self, market: str) -> str | None:
        """ISO 4217 code; None where it is not known."""
        return self._name(self._code(market))

    def of_code(self, market: int) -> str | None:
        """The same of a market's code, -1 for none."""
        return self._name(int(self.codes[market]))

    def differ(self, markets: Ints, market: str) -> Flags:
        """Whether money of these markets (codes, -1 for none) is known to be in another than `market`'s."""
        own, theirs = self._code(market), self.codes[markets]
        return np.asarray((own != UNKNOWN) & (theirs != UNKNOWN) & (theirs != own), np.bool_)

    def _name(self, code: int) -> str | None:
        return None if code == UNKNOWN else self.facts.currencies[code]

    def _code(self, market: str) -> int:
        known = self.facts.markets
        return int(self.codes[known.index(market)]) if market in known else UNKNOWN


def minor_units(currency: str | None) -> str:
    """What amounts are told in: `minor units of USD`, or without a currency that is not known."""
    return f"minor units of {currency}" if currency else "minor units"


def _counts(facts: SnapshotFacts, market: Ints, currency: Ints) -> Ints:
    """(markets, currencies): creators of each market with days in each currency."""
    shape = len(facts.markets), len(facts.currencies)
    there = (market >= 0) & (currency >= 0)
    pairs = market[there].astype(np.int64) * shape[1] + currency[there]
    return np.bincount(pairs, minlength=shape[0] * shape[1]).reshape(shape)
