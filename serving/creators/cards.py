"""What a snapshot's codes and numbers of creators say, as answers show them."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from features.creator_numbers import NUMBERS
from recsys.arrays import Ints
from recsys.snapshot import Snapshot
from recsys.vocabulary import TIERS
from serving.creators.search import MoneyRange
from serving.explain import known

SHOWN = ("followers", "mean_views", "engagement_rate")
"""Numbers on every card."""


def number(snapshot: Snapshot, name: str, row: int) -> float | None:
    """A number of `NUMBERS`; None where it is not known."""
    return known(NUMBERS[name].of(snapshot.creators, np.array([row]))[0])


def word(words: Sequence[str], code: int) -> str | None:
    """The word that a code stands for; None for -1."""
    return words[code] if code >= 0 else None


def cards(snapshot: Snapshot, rows: Ints) -> Iterator[dict[str, Any]]:
    """The fields of a `CreatorCard` of each of these creators."""
    creators, facts = snapshot.creators, snapshot.facts
    numbers = {name: NUMBERS[name].of(creators, rows) for name in (*SHOWN, "gmv_low", "gmv_high")}
    for place, row in enumerate(rows):
        yield {
            "creator_id": int(creators.ids[row]),
            "market": word(facts.markets, creators["market"][row]),
            "category": word(facts.categories, creators["category"][row]),
            "main_country": word(facts.vocabularies["country"], creators["main_country"][row]),
            "tier": TIERS[creators["tier"][row]],
            **{name: known(numbers[name][place]) for name in SHOWN},
            "gmv": money_range(snapshot, row, numbers["gmv_low"][place], numbers["gmv_high"][place]),
        }


def money_range(snapshot: Snapshot, row: int, low: float, high: float) -> MoneyRange:
    """An amount of 28 days between the bounds of a creator's GMV (R17)."""
    return MoneyRange(
        low=known(low),
        high=known(high),
        withheld=bool(snapshot.creators["withheld_days_28"][row] > 0),
        currency=word(snapshot.facts.currencies, snapshot.creators["currency"][row]),
    )
