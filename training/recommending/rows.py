"""Rows to learn ranking from: logged impressions where there are any, sampled negatives where not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from features.recommending.matrix import PRODUCT_FEATURES, RETRIEVED, VIDEO_FEATURES, Pairs, item_features
from features.recommending.proposed import proposed
from features.recommending.surfaces import Surface
from recsys.arrays import Array, Features, Floats, Ints
from recsys.vocabulary import CreatorObjective
from training.frame import Frame
from training.recommending.log import UNPLACED, Impressions
from training.recommending.prepared import Prepared
from training.recommending.retrieving import Retriever, blocks
from training.recommending.situation import Situation

FEW_REACTIONS = 5.0
"""Reactions that a position's own have to outweigh."""


@dataclass(frozen=True)
class Rows(Frame):
    """What one part of a ranker learns from."""

    features: Features
    target: Floats
    """0 or more; its mean is learnt."""
    offset: Floats
    """ln of a factor on the mean that is none of the features' business, such as the shown position."""
    weight: Floats


@dataclass(frozen=True)
class Moment:
    """A situation with the retriever that had been learnt by then, for one objective."""

    prepared: Prepared
    at: datetime
    retriever: Retriever
    objective: CreatorObjective

    @property
    def situation(self) -> Situation:
        """As of the moment."""
        return self.prepared.situations[self.at]

    def features(self, pairs: Pairs) -> Features:
        """The matrix of these pairs, what retrieval says among it."""
        situation = self.situation
        return item_features(situation.snapshot, situation.surface, pairs, self._said(pairs))

    def features_apart(self, pairs: Pairs) -> Features:
        """The same with NaN for what own videos can say nothing about."""
        features = item_features(self.situation.snapshot, self.situation.surface, pairs)
        features[:, beside_worth(self.situation.surface)] = np.nan
        return features

    def _said(self, pairs: Pairs) -> dict[str, Array]:
        """The columns RETRIEVED of each pair; NaN where the item is not proposed to the creator."""
        found = {name: np.full(len(pairs), np.nan, np.float32) for name in RETRIEVED}
        width = len(self.situation.catalogue)
        keys = pairs.creators * width + pairs.items
        for some in blocks(np.unique(pairs.creators), len(self.situation.items)):
            retrieved = self.retriever.retrieve(self.situation, some, self.objective)
            there, columns = proposed(retrieved, self.retriever.facts.signals, some, self.situation.items)
            known = there.creators * width + there.items
            order = np.argsort(known)
            places = np.minimum(np.searchsorted(known[order], keys), max(len(known) - 1, 0))
            met = np.flatnonzero(known[order][places] == keys) if len(known) else np.empty(0, np.int64)
            for name in RETRIEVED:
                found[name][met] = columns[name][order][places[met]]
        return found


def reaction_rows(moment: Moment, bias: Floats) -> Rows:
    """Impressions of the time that had to be foreseen: 1 where the creator reacted.

    `bias` is what `position_bias` found; impressions of items that arrived later are left out.
    """
    shown = moment.prepared.impressions.between(*moment.prepared.after(moment.at))
    pairs, known = _pairs(moment.situation, shown.creator, shown.item)
    place = np.minimum(shown.position[known], len(bias) - 1)
    return _rows(moment, pairs, shown.reacted[known].astype(np.float64), bias[place])


def position_bias(impressions: Impressions) -> Floats:
    """(positions + 1,): ln of how often items are reacted to at each place over the mean of all places.

    0 for UNPLACED. Right where items were shown at random places; else it holds what was shown there, too.
    """
    count = int(impressions.position.max(initial=0)) + 1
    shown = np.bincount(impressions.position, minlength=count)
    reacted = np.bincount(impressions.position, impressions.reacted.astype(np.float64), count)
    usual = max(float(impressions.reacted.mean()) if len(impressions) else 0.0, 1e-9)
    bias = np.log((reacted + FEW_REACTIONS) / (shown * usual + FEW_REACTIONS))
    bias[UNPLACED] = 0.0
    return np.asarray(bias)


def choice_rows(moment: Moment, negatives: int, seed: int) -> Rows:
    """What creators took up, 1, beside sampled items that they could have got, 0.

    Inspiration videos are taken up after they were watched: there the rows are logged, and none is sampled.
    """
    if moment.situation.surface == "inspiration":
        return _created_rows(moment)
    situation, found = moment.situation, moment.prepared.relevance[moment.at]
    rng = np.random.default_rng([seed, int(moment.at.toordinal())])
    creators, items, weights = [found.creators], [found.items], [np.ones(len(found.items))]
    for some in blocks(np.unique(found.creators), len(situation.items)):
        allowed = situation.allowed(situation.creators[some], moment.objective)
        rows, columns = np.nonzero(allowed)
        drawn = rng.random(len(rows)) < np.minimum(negatives / allowed.sum(axis=1), 1)[rows]
        creators.append(some[rows[drawn]])
        items.append(columns[drawn])
        weights.append(np.maximum(allowed.sum(axis=1) / negatives, 1)[rows[drawn]])
    pairs = Pairs(situation.creators[np.concatenate(creators)], situation.items[np.concatenate(items)])
    target = np.arange(len(pairs)) < len(found.items)
    return _rows(moment, pairs, target.astype(np.float64), np.zeros(len(pairs)), np.concatenate(weights))


def _created_rows(moment: Moment) -> Rows:
    """Videos watched after being shown: 1 where the creator made one after it."""
    prepared = moment.prepared
    shown = prepared.impressions.between(*prepared.after(moment.at))
    watched = shown.take(shown.reacted)
    pairs, known = _pairs(moment.situation, watched.creator, watched.item)
    made = prepared.happened.of_events("created")
    happened = set(zip(made.creator.tolist(), made.item.tolist(), strict=True))
    asked = zip(watched.creator[known].tolist(), watched.item[known].tolist(), strict=True)
    target = np.array([float(pair in happened) for pair in asked])
    return _rows(moment, pairs, target, np.zeros(len(target)))


def worth_rows(moment: Moment, seed: int) -> Rows:
    """What each own video brought of the objective over what its creator's videos brought on average.

    A video stands beside the product it links. For inspiration it stands beside a video on offer in its
    market that opens with the same hook, drawn at random: the hook is what is taken over.
    """
    prepared, situation = moment.prepared, moment.situation
    videos = prepared.videos.between(*prepared.after(moment.at))
    if situation.surface == "products":
        videos = videos.take(videos.product >= 0)
        item_ids = videos.product
    else:
        videos = videos.whole()
        item_ids = _of_same_hook(situation, videos.creator, videos.hook, seed)
    pairs, known = _pairs(situation, videos.creator, item_ids)
    relative = over_own_mean(pairs.creators, getattr(videos, moment.objective)[known])
    measured = np.isfinite(relative)
    features = moment.features_apart(Pairs(pairs.creators[measured], pairs.items[measured]))
    size = len(features)
    return Rows(features, relative[measured], np.zeros(size), np.ones(size))


def over_own_mean(creators: Ints, results: Floats) -> Floats:
    """(rows,): each result over the mean of its creator's; NaN where that is 0, or there is no other row.

    Lists are made for one creator, so only what sets the creator's own videos apart is learnt.
    """
    _, place = np.unique(creators, return_inverse=True)
    sums, sizes = np.bincount(place, results), np.bincount(place)
    usual = np.where((sums > 0) & (sizes > 1), sums / np.maximum(sizes, 1), np.nan)
    return np.asarray(results / usual[place])


def beside_worth(surface: Surface) -> Ints:
    """Places of the features that own videos can say nothing about.

    Of products that is what creator and product, or retrieval, have to do with each other: what a video links
    had been chosen before. Of videos it is all but the hook: the rest is drawn at random.
    """
    if surface == "products":
        chosen = [
            feature.reason == "similar" or name.startswith("retrieved_")
            for name, feature in PRODUCT_FEATURES.items()
        ]
    else:
        chosen = [not name.startswith("hook_") for name in VIDEO_FEATURES]
    return np.flatnonzero(chosen)


def _of_same_hook(situation: Situation, creator_ids: Ints, hooks: Array, seed: int) -> Ints:
    """(videos,) ids of videos on offer in each creator's market with the same hook, -1 without any."""
    snapshot, items = situation.snapshot, situation.items
    words = np.array([*snapshot.facts.facets["hook"], ""])
    market, hook = situation.catalogue["market"][items], words[situation.catalogue["hook"][items]]
    rows = situation.rows_of_creators(creator_ids)
    markets = np.where(rows >= 0, snapshot.creators["market"][rows], -1)
    rng = np.random.default_rng([seed, int(situation.at.toordinal())])
    chosen = np.full(len(creator_ids), -1)
    for code in np.unique(market):
        for word in words[:-1]:
            wanted = np.flatnonzero((markets == code) & (hooks == word))
            there = np.flatnonzero((market == code) & (hook == word))
            if len(there):
                chosen[wanted] = situation.item_ids[rng.choice(there, len(wanted))]
    return chosen


def _pairs(situation: Situation, creator_ids: Ints, item_ids: Ints) -> tuple[Pairs, Ints]:
    """Rows of creators and items, and which of the given are known to the snapshot."""
    creators = situation.rows_of_creators(creator_ids)
    items, there = situation.catalogue.rows_of(item_ids)
    known = np.flatnonzero((creators >= 0) & there)
    return Pairs(creators[known], items[known]), known


def _rows(
    moment: Moment, pairs: Pairs, target: Floats, offset: Floats | None = None, weight: Floats | None = None
) -> Rows:
    size = len(pairs)
    return Rows(
        moment.features(pairs),
        target,
        np.zeros(size) if offset is None else offset,
        np.ones(size) if weight is None else weight,
    )


def joined(of_moment: Callable[[Moment], Rows], moments: list[Moment]) -> Rows:
    """The rows of several moments."""
    return Rows.joined([of_moment(moment) for moment in moments])
