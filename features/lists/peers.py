"""A peer group of a period that was made, to ask it again: why, and what if (R11, R12)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.lists.credibility import Fit, fit_of
from features.lists.groups import Columns, take
from features.lists.measures import Inputs
from features.lists.standing import Standing, stand
from recsys.list_rules import ListName, ListRules
from recsys.ranking_lists import RankingLists


@dataclass(frozen=True)
class Peers:
    """A peer group of a period, as a list was made from it."""

    list: ListName
    inputs: Inputs
    rules: ListRules
    fits: Mapping[str, Fit]

    def stand(self, inputs: Inputs) -> Standing:
        """The standing, were these the inputs."""
        return stand(self.list, inputs, self.rules, self.fits)


def peers_of(lists: RankingLists, inputs: Columns, name: ListName, market: str, industry: str) -> Peers:
    """The peer group of a list, from `columns(lists.inputs)`; raises RequestError where there is none."""
    ids = np.sort(lists.rows(name, market, industry)["creator_id"].to_numpy())
    rows = np.searchsorted(inputs["creator_id"], ids)
    fits = fits_of(lists, market, industry)
    return Peers(name, take(inputs, rows), lists.facts.policies[market].lists, fits)


def fits_of(lists: RankingLists, market: str, industry: str) -> dict[str, Fit]:
    """Measure → the prior that a peer group's lists were made with."""
    return {measure: fit_of(prior) for measure, prior in lists.facts.priors[market][industry].items()}
