from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from training.feed.queries import Asked, ask
from training.feed.reading import Feed, Impressions
from training.feed.retrieval import fit_retrieval, in_blocks, places_above, retrieved
from training.implicit.lists import SILENT

MOMENTS = 5


def poisoned(feed: Feed, moment: int, rng: np.random.Generator) -> Feed:
    """From the moment on other people watch other videos, with other outcomes."""
    shown, (users, videos) = feed.impressions, feed.counts
    later = shown.time_ms >= moment
    changed = replace(
        shown,
        user=np.where(later, rng.integers(0, users, len(shown)), shown.user),
        video=np.where(later, rng.integers(0, videos, len(shown)), shown.video),
        outcomes={
            name: flags ^ (later & (rng.random(len(shown)) < 0.5)) for name, flags in shown.outcomes.items()
        },
    )
    return replace(feed, impressions=changed)


def rows(asked: Asked, chosen) -> Asked:
    return Asked(asked.shown.take(chosen), asked.as_of[chosen], asked.group_sizes, asked.positions[chosen])


def table(columns) -> np.ndarray:
    return np.stack(list(columns.values()), axis=1)


def test_what_happens_from_a_query_on_changes_none_of_its_scores_and_ranks(
    feed, retrieval, retrieval_config, rng
):
    asked = ask(feed)
    for moment in rng.choice(asked.as_of, MOMENTS, replace=False):
        before = rows(asked, asked.as_of <= moment)
        again = fit_retrieval(poisoned(feed, moment, rng), retrieval_config, "long_view")

        assert_array_equal(table(retrieved(again, before)), table(retrieved(retrieval, before)))


def test_what_happened_on_the_days_before_does_change_them(feed, retrieval, retrieval_config, rng):
    asked = ask(feed)
    last = rows(asked, asked.shown.date == 20220430)
    again = fit_retrieval(poisoned(feed, int(last.as_of.min()) - 10**8, rng), retrieval_config, "long_view")

    assert (table(retrieved(again, last)) != table(retrieved(retrieval, last))).mean() > 0.2


def test_nothing_of_the_day_itself_is_folded_in(feed, retrieval):
    shown = feed.impressions
    for date, known in retrieval.known.items():
        earlier = shown.outcomes["long_view"] & (shown.date < date)
        histories = feed.sequences["watch_seq"]
        met = np.union1d(
            histories.user * feed.counts[1] + histories.video,
            shown.user[earlier] * feed.counts[1] + shown.video[earlier],
        )

        assert set((known.rows * feed.counts[1] + known.items).tolist()) <= set(met.tolist())


def test_days_that_overlap_in_time_do_not_leak_into_each_other(feed, retrieval_config):
    shown = feed.impressions
    place = int(np.flatnonzero(shown.date == 20220427)[-1])
    late = np.arange(len(shown)) == place
    moved = replace(
        shown,
        time_ms=np.where(late, shown.time_ms[shown.date == 20220428].max(), shown.time_ms),
        outcomes=shown.outcomes | {"long_view": shown.outcomes["long_view"] | late},
    )
    overlapping = replace(feed, impressions=ordered(moved))

    known = fit_retrieval(overlapping, retrieval_config, "long_view").known[20220428]

    without = replace(moved, outcomes=moved.outcomes | {"long_view": moved.outcomes["long_view"] & ~late})
    expected = fit_retrieval(
        replace(feed, impressions=ordered(without)), retrieval_config, "long_view"
    ).known[20220428]
    assert_array_equal(known.confidence, expected.confidence)


def ordered(shown: Impressions) -> Impressions:
    return shown.take(np.argsort(shown.time_ms, kind="stable"))


def test_a_row_s_columns_do_not_depend_on_the_other_rows_asked(feed, retrieval):
    asked = ask(feed)
    some = asked.shown.user % 3 == 0

    assert_array_equal(
        table(retrieved(retrieval, rows(asked, some))), table(retrieved(retrieval, asked))[some]
    )


def test_the_rank_counts_the_videos_of_the_catalogue_that_score_higher(feed, retrieval):
    asked = ask(feed)
    columns = retrieved(retrieval, asked)
    user, video = asked.shown.user[40], asked.shown.video[40]

    known = retrieval.known[int(asked.shown.date[40])]
    scores = retrieval.contender.retrievers["als"].score(known.histories(np.array([user])))[0]

    above = (scores.clip(0) > max(scores[video], 0)).sum()
    assert columns["als_rank"][40] == np.float32(np.log1p(np.float32(above)))


def test_places_above_counts_strictly_greater_scores():
    scores = np.array([[3.0, 1, 2, 2], [0, 0, 0, 0]], np.float32)

    found = places_above(scores, np.array([0, 0, 1]), np.array([2, 3, 0], np.float32))

    assert_array_equal(found, [1, 0, 0])


def test_the_blend_is_the_weighted_sum_of_its_signals(feed, retrieval):
    known = retrieval.known[20220430]
    some = known.histories(np.flatnonzero(known.lengths >= 4)[:3])

    *said, blend = retrieval.signals(some)

    assert_allclose(blend, np.tensordot(retrieval.contender.weights[2], said, 1), rtol=1e-5)


def test_what_a_user_has_met_is_silent_and_the_rest_is_not(feed, retrieval):
    users = np.array([0, 5])

    ((found, signals),) = retrieval.unseen(20220430, users)

    met = retrieval.known[20220430].take(users)
    assert_array_equal(found, users)
    assert (signals[:, met.rows, met.items] == SILENT).all()
    assert np.isfinite(signals).sum() == len(signals) * (2 * feed.counts[1] - len(met.items))


def test_a_block_never_parts_a_user():
    users = np.repeat(np.arange(1500), 2)

    blocks = in_blocks(users, np.arange(len(users))[::-1])

    owners = [set(users[block].tolist()) for block in blocks]
    assert_array_equal(np.sort(np.concatenate(blocks)), np.arange(len(users)))
    assert all(not one & other for one, other in pairwise(owners))
