"""Bands hold about as many places as the policy asks for, when values vary as they are said to."""

import numpy as np
import pytest

from features.lists.coverage import coverage
from features.lists.credibility import Fit
from features.lists.peers import Peers
from recsys.list_rules import MEASURES_OF


@pytest.mark.parametrize("name", ["cooperation", "gmv"])
def test_bands_hold_what_they_are_meant_to(name, group, rules):
    rng = np.random.default_rng(2)
    asked = rng.integers(1, 30, 400)
    kept = rng.binomial(asked, rng.beta(6, 4, 400))
    inputs = group(
        messages_90=asked.tolist(), answers_90=kept.tolist(), waited_90=(asked * 40_000).tolist(),
        samples_decided=asked.tolist(), samples_fulfilled=kept.tolist(),
        gmv_low=rng.lognormal(8, 1.5, 400).astype(int).tolist(),
    )  # fmt: skip
    noisy = dict.fromkeys(MEASURES_OF[name], Fit(0.6, 10.0, 0.4))

    held = coverage(Peers(name, inputs, rules, noisy), rng, draws=20).mean()

    assert 0.72 < held < 0.9


def test_there_is_nothing_to_hold_without_bands(group, rules, fits):
    inputs = group(messages_90=[1, 2, 3])

    assert len(coverage(Peers("cooperation", inputs, rules, fits), np.random.default_rng(0), draws=1)) == 0
