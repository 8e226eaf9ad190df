"""Lists beside the oracle's in a simulated world: the share of the best expected result that they reach."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.recommending.surfaces import SEGMENTS
from recsys.arrays import Flags, Floats, Ints
from recsys.evaluation import Interval, bootstrap_mean, percentile_interval
from recsys.interactions.matrix import NOTHING
from recsys.vocabulary import CREATOR_OBJECTIVES, CreatorObjective
from training.recommending.evaluation import SLATE, Asked, Lists, asked_together, mean_by_creator
from training.recommending.prepared import Prepared
from training.recommending.situation import Situation
from training.simulate.item_truth import ItemTruth

RESAMPLES = 1_000


@dataclass(frozen=True)
class Shares:
    """Of lists of SLATE items; (asked,), NaN where no list is expected to bring anything."""

    asked: Asked
    by_judge: Mapping[CreatorObjective, Mapping[str, Floats]]
    """Objective that judges → scorer → expected result over that of the oracle's list for that objective."""

    def of(self, judge: CreatorObjective, scorer: str, rows: Flags, seed: int) -> Interval:
        """Mean share over creators, of a creator with several lists the mean."""
        return bootstrap_mean(mean_by_creator(self.by_judge[judge][scorer], self.asked, rows), seed)

    def made_for(self, objective: CreatorObjective) -> Flags:
        """(asked,): lists made for this objective."""
        return np.asarray(self.asked.objective == CREATOR_OBJECTIVES.index(objective))

    def new_to_others(self, objective: CreatorObjective, scorer: str, seed: int) -> Interval:
        """Share of creators without a shoppable video over that of those who have some, with an interval."""
        own = self.made_for(objective)
        groups = [own & (self.asked.segment == 0), own & (self.asked.segment > 0)]
        values = [mean_by_creator(self.by_judge[objective][scorer], self.asked, rows) for rows in groups]
        if not all(len(some) for some in values):
            return bootstrap_mean(np.empty(0), seed)
        rng = np.random.default_rng(seed)
        means = [rng.choice(some, (RESAMPLES, len(some))).mean(axis=1) for some in values]
        mean = float(values[0].mean() / values[1].mean())
        return percentile_interval(mean, means[0] / means[1], len(values[0]))


def oracle_shares(truth: ItemTruth, lists: Lists, prepared: Prepared) -> Shares:
    """Judge every list by the true expected result for either objective.

    The oracle's list is the best of what may be recommended for the objective that judges.
    """
    shares: dict[CreatorObjective, dict[str, Floats]] = {
        judge: {scorer: np.full(len(lists.asked), np.nan) for scorer in lists.places}
        for judge in CREATOR_OBJECTIVES
    }
    for rows, situation, _ in asked_together(lists.asked, prepared):
        for judge in CREATOR_OBJECTIVES:
            expected = true_results(truth, situation, judge)
            best = oracle_results(expected, situation, judge)
            for scorer, places in lists.places.items():
                reached = results_of(places[rows, :SLATE], expected)
                shares[judge][scorer][rows] = reached / np.where(best > 0, best, np.nan)
    return Shares(lists.asked, shares)


def true_results(truth: ItemTruth, situation: Situation, judge: CreatorObjective) -> Floats:
    """(creators, items on offer): what showing each item is expected to bring."""
    creators = situation.snapshot.creators.ids[situation.creators]
    ask = truth.products if situation.surface == "products" else truth.videos
    return np.nan_to_num(ask(creators, situation.item_ids, situation.at, judge))


def oracle_results(expected: Floats, situation: Situation, judge: CreatorObjective) -> Floats:
    """(creators,): the sum over the SLATE best items that may be recommended."""
    open_to_them = np.where(situation.allowed(situation.creators, judge), expected, 0.0)
    count = min(SLATE, open_to_them.shape[1])
    return np.asarray(np.partition(open_to_them, -count, axis=1)[:, -count:].sum(axis=1))


def results_of(places: Ints, expected: Floats) -> Floats:
    """(creators,): the sum over each list."""
    wide = np.concatenate([expected, np.zeros((len(expected), 1))], axis=1)
    return np.asarray(np.take_along_axis(wide, np.where(places == NOTHING, -1, places), axis=1).sum(axis=1))


def segments_of(shares: Shares) -> dict[str, Flags]:
    """(asked,) rows by segment, all of them first."""
    everybody = {"all": np.ones(len(shares.asked), np.bool_)}
    return everybody | {name: shares.asked.segment == place for place, name in enumerate(SEGMENTS)}
