from datetime import datetime

import numpy as np
import pytest

from recsys.lift import TraitLift, TraitLifts
from training.lift.coverage import coverage, true_lifts

AS_OF = datetime.fromisoformat("2026-06-30")


def row(word, lift, low, high, verdict, facet="talking_points"):
    return TraitLift(
        facet=facet, word=word, category="beauty", measure="views", lift=lift, low=low, high=high,
        videos_with=40, videos_without=40, verdict=verdict,
    )  # fmt: skip


def effects(facet, **factors):
    return {(facet, word, "beauty", "views"): float(np.log(factor)) for word, factor in factors.items()}


def told(*rows):
    return TraitLifts(as_of=AS_OF, level=0.95, false_discovery_rate=0.05, rows=rows)


def test_every_figure_worked_by_hand():
    lifts = told(
        row("gift", 1.3, 1.2, 1.4, "raises"),
        row("price", 1.1, 0.9, 1.3, "no evidence"),
        row("ease", 1.05, 0.9, 1.2, "no evidence"),
        row("results", 0.8, 0.7, 0.9, "lowers"),
        row("never", None, None, None, "no evidence"),
        row("unheard of", 2, 1.5, 3, "raises"),
    )
    truth = effects("talking_points", gift=1.25, price=1.21, ease=1, results=1, never=1.2)

    found = coverage(lifts, truth)["views"]

    assert (found.lifts, found.without_effect, found.with_effect) == (4, 2, 2)
    assert found.covered == 3 / 4  # not that of results
    assert found.no_evidence == found.found == found.wrong == 1 / 2
    excess = np.log([1.3 / 1.25, 1.1 / 1.21, 1.05, 0.8])
    assert found.bias == pytest.approx(excess[:2].mean())
    assert found.error == pytest.approx(np.sqrt((excess**2).mean()))


def test_an_effect_found_with_the_wrong_sign_is_wrong():
    found = coverage(told(row("gift", 1.3, 1.2, 1.4, "raises")), effects("talking_points", gift=0.9))["all"]

    assert (found.found, found.wrong) == (0, 1)


def test_where_nothing_is_told_there_are_no_shares():
    found = coverage(told(), effects("talking_points", gift=1.2))["conversion"]

    assert (found.lifts, found.covered, found.no_evidence, found.wrong, found.error) == (
        0,
        None,
        None,
        None,
        None,
    )


def test_true_lifts_of_facets_with_one_word_are_against_the_median_of_the_others():
    usual = true_lifts(effects("hook", story=1.2, list=1, question=1, reaction=1))
    crowded = true_lifts(effects("hook", story=1.2, list=1.2, question=1.2, reaction=1))

    assert list(np.exp(list(usual.values()))) == pytest.approx([1.2, 1, 1, 1])
    assert list(np.exp(list(crowded.values()))) == pytest.approx([1, 1, 1, 1 / 1.2])
