"""Numbers in words: in the unit people count in, and without the formula."""

import re

import pytest

from features.catalogue import FEATURES
from serving.phrases import phrase

FORMULA = re.compile(r"\bln\(|^ln of\b|\(R\d|Σ|;|missing|, else")


@pytest.mark.parametrize(
    ("meaning", "value", "typical", "words"),
    [
        (
            "Share of the audience that lives in states with a store (R16); missing without stores.",
            0.712,
            0.38,
            "share of the audience that lives in states with a store: 71.2 % (typical 38 %)",
        ),
        (
            "ln(1 + orders in 28 days, all sources).",
            9.21044,
            0.0,
            "orders in 28 days, all sources: 10,000 (typical 0)",
        ),
        (
            "ln of the products' price over what the creator usually promotes; missing before the first.",
            0.693147,
            None,
            "the products' price over what the creator usually promotes: × 2 (typical unknown)",
        ),
        (
            "Log growth of followers over 7 days, smoothed by 1,000 followers.",
            -0.693147,
            0.1823216,
            "growth of followers over 7 days: -50 % (typical +20 %)",
        ),
        (
            "1 where the creator lives in the brief's market, else 0.",
            1,
            0,
            "the creator lives in the brief's market: yes (typical no)",
        ),
        (
            "Product clicks / views of shoppable videos in 90 days; missing without views.",
            0.0123,
            0.01,
            "product clicks / views of shoppable videos in 90 days: 1.23 % (typical 1 %)",
        ),
        (
            "ln(1 + GPM of livestreams in 28 days: GMV in minor units per 1,000 views).",
            3.0,
            None,
            "GPM of livestreams in 28 days: 19.1 (typical unknown)",
        ),
        ("Products linked per video.", 2.5, 3.0, "products linked per video: 2.5 (typical 3)"),
        ("", 1.0, 2.0, ": 1 (typical 2)"),
    ],
)
def test_a_number_in_words(meaning, value, typical, words):
    assert phrase(meaning, value, typical) == words


@pytest.mark.parametrize("name", FEATURES)
def test_every_feature_has_words_without_its_formula(name):
    words = phrase(FEATURES[name].meaning, 0.5, None)

    assert re.fullmatch(r".{5,110}: \S.* \(typical unknown\)", words)
    assert not FORMULA.search(words)
