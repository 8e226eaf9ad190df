"""How well lists of the whole catalogue find what users of a day went on to want."""

from collections.abc import Sequence

import numpy as np

from recsys.arrays import Flags, Floats, Ints
from recsys.evaluation import Interval, bootstrap_mean
from training.feed.catalogue import Day
from training.feed.evaluation import PER_USER_AUC
from training.feed.retrieval import FeedRetrieval
from training.implicit.lists import SILENT, best_of
from training.implicit.metrics import measured
from training.implicit.relevant import Relevant

RANDOM = "random"


def recalls(
    retrieval: FeedRetrieval, test: Day, cutoffs: Sequence[int], seed: int
) -> dict[str, dict[str, Interval]]:
    """Of all that the day's users wanted, the share among the best of each signal, and of chance."""
    rng, width = np.random.default_rng(seed), test.feed.counts[1]
    lists: dict[str, list[Ints]] = {name: [] for name in (*retrieval.names, RANDOM)}
    for _, signals in retrieval.unseen(test.date, test.users):
        chance = np.where(signals[-1] > SILENT, rng.random(signals[-1].shape, np.float32), SILENT)
        for name, scores in zip(lists, (*signals, chance), strict=True):
            lists[name].append(best_of(scores, min(max(cutoffs), width)))
    values = {
        name: measured(np.concatenate(parts), relevant_of(test), cutoffs) for name, parts in lists.items()
    }
    return {
        f"recall_at_{cutoff}": {
            name: bootstrap_mean(found[f"recall_at_{cutoff}"], seed) for name, found in values.items()
        }
        for cutoff in cutoffs
    }


def relevant_of(day: Day) -> Relevant:
    """What everybody wanted, as columns of the catalogue."""
    width = day.feed.counts[1]
    return Relevant.of_pairs(day.wanted // width, day.wanted % width, width)


def without_met(scores: Floats, test: Day, users: Ints) -> Floats:
    """(users, videos) scores, SILENT for what each is known to have met."""
    known = test.retrieval.known[test.date].take(users)
    scores[known.rows, known.items] = SILENT
    return scores


def figures(scores: Floats, test: Day, users: Ints, cutoffs: Sequence[int]) -> dict[str, Floats]:
    """`ndcg_at_5` … and `per_user_auc` of each user, by (users, videos) scores, SILENT for what was met."""
    width = test.feed.counts[1]
    wanted = test.wanted[np.isin(test.wanted // width, users)]
    relevant = Relevant.of_pairs(wanted // width, wanted % width, width)
    found = measured(best_of(scores.astype(np.float32), max(cutoffs)), relevant, cutoffs)
    positive: Flags = np.zeros(scores.shape, np.bool_)
    positive[np.searchsorted(users, wanted // width), wanted % width] = True
    aucs = [auc_of_few(*each) for each in zip(scores, positive, strict=True)]
    return {f"ndcg_at_{cutoff}": found[f"ndcg_at_{cutoff}"] for cutoff in cutoffs} | {
        PER_USER_AUC: np.array(aucs)
    }


def auc_of_few(scores: Floats, positive: Flags) -> float:
    """Chance that one of a few positives scores above one of many negatives; what is SILENT is left out."""
    negatives = scores[~positive & (scores > SILENT)]
    beaten = [(negatives < score).mean() + (negatives == score).mean() / 2 for score in scores[positive]]
    return float(np.mean(beaten))
