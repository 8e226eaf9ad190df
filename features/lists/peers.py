"""A peer group of a period that was made, to ask it again: why, and what if (R11, R12)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.lists.credibility import Fit, fit_of
from features.lists.groups import columns, take
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


def peers_of(lists: RankingLists, name: ListName, market: str, industry: str) -> Peers:
    """The peer group of a list; raises RequestError where there is none."""
    inputs, ids = columns(lists.inputs), np.sort(lists.rows(name, market, industry)["creator_id"].to_numpy())
    rows = np.searchsorted(inputs["creator_id"], ids)
    fits = {measure: fit_of(prior) for measure, prior in lists.facts.priors[market][industry].items()}
    return Peers(name, take(inputs, rows), lists.facts.policies[market].lists, fits)
