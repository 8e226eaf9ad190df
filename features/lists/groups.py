"""The peer groups of a period (R11): market × industry, of the creators who may stand on lists."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from features.arrow import numbers
from features.lists.credibility import Fit
from features.lists.eligibility import FailedCondition, eligible, exclusions
from features.lists.priors import priors_of_industry, priors_of_market
from recsys.arrays import Array, Ints
from recsys.policy import Policy
from recsys.ranking_lists import EVERY_INDUSTRY

Columns = Mapping[str, Array]


@dataclass(frozen=True)
class Group:
    """A peer group."""

    market: str
    industry: str
    rows: Ints
    """Rows of the inputs, in order of id."""
    priors: Mapping[str, Fit]
    """Measure → prior."""


@dataclass(frozen=True)
class Market:
    """The creators of a market."""

    name: str
    rows: Ints
    """Rows of the inputs."""
    exclusions: tuple[FailedCondition, ...]
    """Conditions on these rows."""
    groups: tuple[Group, ...]
    """A peer group an industry, by name, of its eligible creators."""


def market_of(name: str, policy: Policy, inputs: pa.Table, histories: Columns, now: int) -> Market:
    """A market's creators and its peer groups; `now` is the period's end in seconds since 1970."""
    rows = np.flatnonzero(words(inputs, "market") == name)
    found = exclusions(take(columns(inputs), rows), now, policy.eligibility)
    may = np.zeros(len(inputs), np.bool_)
    may[rows] = eligible(found)
    own = priors_of_market(take(histories, rows), policy.lists.unfitted_strengths)
    groups = tuple(
        Group(name, industry, peers[may[peers]], priors_of_industry(own, take(histories, peers)))
        for industry, peers in sorted(industries_of(inputs, rows).items())
    )
    return Market(name, rows, found, groups)


def industries_of(inputs: pa.Table, rows: Ints) -> dict[str, Ints]:
    """Industry → those of the rows in it: all, each level-1 and each level-2 category."""
    found = {EVERY_INDUSTRY: rows}
    for column in ("industry", "category"):
        own = words(inputs, column)[rows]
        found |= {str(word): rows[own == word] for word in np.unique(own)}
    return found


def columns(table: pa.Table) -> Columns:
    """The numeric columns as NumPy."""
    names = [field.name for field in table.schema if not pa.types.is_string(field.type)]
    return {name: numbers(table, name) for name in names}


def words(table: pa.Table, name: str) -> Array:
    """A column of words."""
    return np.asarray(table[name].to_numpy(zero_copy_only=False), dtype=np.str_)


def take(found: Columns, rows: Ints) -> Columns:
    """The columns of some rows."""
    return {name: values[rows] for name, values in found.items()}
