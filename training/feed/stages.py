"""One stage and two over the whole catalogue: fitted alike, scored for all videos, measured in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np

from recsys.arrays import Floats, Ints, Scores
from recsys.evaluation import Interval, Report, differences, intervals
from recsys.judged import Judged
from training.export.proven import Proven, prove
from training.export.running import Retrieval
from training.feed.catalogue import (
    RETRIEVED,
    CatalogueConfig,
    Day,
    all_keys,
    from_candidates,
    from_everything,
    handed_on,
    with_both,
)
from training.feed.catalogue_evaluation import RANDOM, figures, recalls, without_met
from training.feed.features import Block, FeedFeaturesConfig, only
from training.feed.reading import Feed, Outcome
from training.feed.retrieval import FeedRetrieval
from training.implicit.contenders import ListParity, graph_lists, list_parity
from training.implicit.lists import SILENT
from training.ranking import RowRanker

TWO_STAGE, CATALOGUE = "two_stage", "feed_catalogue"
PerUser = dict[str, dict[str, Floats]]
"""Metric → scorer → (users,)."""
USERS_AT_ONCE = 200
"""Whose rows of all videos are in memory: 1.5 million rows of a hundred features."""
PARITY_USERS = 200
BELOW = 1e6
"""What puts every video that was not handed on below all that were."""


@dataclass(frozen=True)
class CatalogueResult:
    """What lists from the whole catalogue reached on the test day."""

    report: Report
    """`ndcg_at_5`, `per_user_auc` …; two stages stand first. One-stage rankers: over the drawn users only."""
    recall: dict[str, dict[str, Interval]]
    """`recall_at_20` … → signal → over all users who want anything."""
    users: int
    """Who want anything."""
    wanted: int
    """Pairs of user and video."""
    first_stage: ListParity
    """The exported graph's candidates beside the native models', for some users."""
    proven: Proven
    """The second stage."""


@dataclass(frozen=True)
class Contest:
    """What both learn from: the same days, the same trees, the same features but for the retrievers'."""

    feed: Feed
    retrieval: FeedRetrieval
    positive: Outcome
    features: FeedFeaturesConfig
    names: Mapping[str, tuple[str, ...]]
    """Block → its features."""
    one_stages: Mapping[str, tuple[Block, ...]]
    """Blocks of each ranker that works alone."""
    config: CatalogueConfig

    def day(self, date: int) -> Day:
        """The queries of a day."""
        return Day(self.feed, self.retrieval, date, self.positive)

    def one_stage_rankers(self) -> dict[str, RowRanker]:
        """The rankers that have to order all videos."""
        given, rng = self.config, np.random.default_rng(self.config.seed)
        days = [self.day(date) for date in given.learn_dates]
        rows = joined([self.judged(day, from_everything(day, given.negatives, rng)) for day in days])
        rankers: dict[str, RowRanker] = {}
        for name in self.one_stages:
            of_blocks = only(rows, self.features_of(name))
            rankers[name] = given.ranker.build().fit(of_blocks, of_blocks)
        return rankers

    def second_stage(self) -> lightgbm.Booster:
        """The ranker of what the first stage hands on."""
        given, rng = self.config, np.random.default_rng(self.config.seed)
        days = [self.day(date) for date in given.learn_dates]
        keys = [from_candidates(day, given.candidates, given.negatives, rng) for day in days]
        rows = joined([self.judged(*of_day, RETRIEVED) for of_day in zip(days, keys, strict=True)])
        return given.ranker.build().fit(rows, rows).booster_

    def judged(self, day: Day, keys: Ints, *more: str) -> Judged:
        """Every block of these rows."""
        return with_both(day.judged(keys, self.features, (*self.features.blocks, *more)))

    def features_of(self, one_stage: str) -> tuple[str, ...]:
        """What a ranker that works alone learns from."""
        return names_of(self.names, self.one_stages[one_stage])


def names_of(names: Mapping[str, tuple[str, ...]], blocks: Sequence[str]) -> tuple[str, ...]:
    """The features of these blocks."""
    return tuple(name for block in blocks for name in names[block])


def joined(parts: Sequence[Judged]) -> Judged:
    """The queries of several days."""
    return Judged(
        features=np.concatenate([part.features for part in parts]),
        grades=np.concatenate([part.grades for part in parts]),
        group_sizes=np.concatenate([part.group_sizes for part in parts]),
        feature_names=parts[0].feature_names,
    )


def one_stage_values(contest: Contest, test: Day, cutoffs: Sequence[int]) -> PerUser:
    """Figures of the rankers that order everything, for users drawn from those of the day; NaN for others."""
    users, drawn_users = test.users, drawn(contest, test)
    rankers = contest.one_stage_rankers()
    values: PerUser = {}
    for start in range(0, len(drawn_users), USERS_AT_ONCE):
        some = drawn_users[start : start + USERS_AT_ONCE]
        rows = test.judged(all_keys(test, some), contest.features, contest.features.blocks)
        for name, ranker in rankers.items():
            scores = ranker.score(only(rows, contest.features_of(name)).features).astype(np.float64)
            found = figures(without_met(scores.reshape(len(some), -1), test, some), test, some, cutoffs)
            for metric, of_user in found.items():
                column = values.setdefault(metric, {}).setdefault(name, np.full(len(users), np.nan))
                column[np.searchsorted(users, some)] = of_user
    return values


def drawn(contest: Contest, test: Day) -> Ints:
    """Rising: as many of the day's users as one stage is asked for."""
    count = min(contest.config.test_users, len(test.users))
    return np.sort(np.random.default_rng(contest.config.seed).choice(test.users, count, replace=False))


def two_stage_values(
    contest: Contest, test: Day, rows: Judged, second: Scores, cutoffs: Sequence[int]
) -> PerUser:
    """Figures of two stages, of every signal alone and of chance, for all users of the day."""
    parts: list[PerUser] = []
    rng, starts = np.random.default_rng(contest.config.seed), np.append(rows.starts, len(second))
    keys = handed_on(test, test.users, contest.config.candidates)
    done = 0
    for some, signals in test.retrieval.unseen(test.date, test.users):
        own = slice(starts[done], starts[done + len(some)])
        scores = {TWO_STAGE: below_second(signals[-1], test, some, keys[own], second[own])}
        scores |= dict(zip(test.retrieval.names, signals.astype(np.float64), strict=True))
        scores[RANDOM] = np.where(signals[-1] > SILENT, rng.random(signals[-1].shape), SILENT)
        found = {name: figures(each, test, some, cutoffs) for name, each in scores.items()}
        parts.append({metric: {name: of[metric] for name, of in found.items()} for metric in found[RANDOM]})
        done += len(some)
    return {
        metric: {name: np.concatenate([part[metric][name] for part in parts]) for name in scorers}
        for metric, scorers in parts[0].items()
    }


def below_second(blend: Scores, test: Day, users: Ints, keys: Ints, second: Scores) -> Floats:
    """(users, videos): candidates by the second stage, whatever else below them by the first."""
    width = test.feed.counts[1]
    scores = blend.astype(np.float64) - BELOW
    scores[np.searchsorted(users, keys // width), keys % width] = second
    return scores


def compare(
    contest: Contest, date: int, cutoffs: Sequence[int], recall_cutoffs: Sequence[int]
) -> CatalogueResult:
    """Fit both on the days to learn from, and score all videos for the users of `date`."""
    seed, test = contest.config.seed, contest.day(date)
    keys = handed_on(test, test.users, contest.config.candidates)
    rows = test.judged(keys, contest.features, (*contest.features.blocks, RETRIEVED))
    proven = prove(contest.second_stage(), rows.features, CATALOGUE, seed)
    values = two_stage_values(contest, test, rows, proven.score(rows.features), cutoffs)
    alone = one_stage_values(contest, test, cutoffs)
    values = {metric: scorers | alone[metric] for metric, scorers in values.items()}
    users = len(test.users)
    report = Report(
        metrics=intervals(values, np.ones(users, np.bool_), seed),
        segments={},
        differences=differences(values, seed),
        exposure={},
        queries=users,
        queries_without_relevant=0,
    )
    recall = recalls(contest.retrieval, test, recall_cutoffs, seed)
    first_stage = first_stage_parity(test, contest.config.candidates)
    return CatalogueResult(report, recall, users, len(test.wanted), first_stage, proven)


def first_stage_parity(test: Day, count: int) -> ListParity:
    """Export the blend, and compare its graph's lists with the candidates of the day's first users."""
    users, contender = test.users[:PARITY_USERS], test.retrieval.contender
    histories = test.retrieval.known[test.date].take(users)
    graph = Retrieval.open(contender.graph(CATALOGUE))
    lists = graph_lists(graph, histories, contender.blend, count)
    return list_parity(test.candidates(users, count), lists, test.feed.counts[1])
