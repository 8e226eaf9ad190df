"""A place with other inputs, without making the list again."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from features.lists.changes import CHANGES
from features.lists.peers import Peers
from features.lists.standing import stand
from features.lists.what_if import Ranked, Remade
from recsys.list_rules import LIST_NAMES

SIZE = 60


def inputs_of(group, rng):
    """Small counts, so that many tie; some creators with nothing."""
    names = group(days=[7]).keys() - {"days", "there_before"}
    values = {name: rng.integers(0, 12, SIZE) * rng.integers(0, 2, SIZE) for name in sorted(names)}
    return group(**values) | {"creator_id": np.arange(1, SIZE + 1)}


def both_ways(name, inputs, rules, fits):
    """The same group, as the list's rows tell it and as its inputs do."""
    standing = stand(name, inputs, rules, fits)
    columns = {"creator_id": inputs["creator_id"], "index": standing.index, "gmv_low": inputs["gmv_low"]}
    for measure, part in standing.parts.items():
        columns |= {measure: part.levels.value, f"{measure}_percentile": part.percentile}
    order = np.lexsort((inputs["creator_id"], standing.place))
    rows = pa.table(columns).take(order)
    peers = Peers(name, inputs, rules, fits)
    return Ranked.of(rows, name, rules, fits), Remade(rows["creator_id"].to_numpy(), peers)


@pytest.mark.parametrize("name", LIST_NAMES)
def test_it_is_the_place_in_the_list_made_again(name, group, rules, fits):
    rng = np.random.default_rng(LIST_NAMES.index(name))
    inputs = inputs_of(group, rng)
    ranked, remade = both_ways(name, inputs, rules, fits)
    asked = 0
    for row in range(0, SIZE, 7):
        at = int(ranked.ids[row]) - 1
        own = {column: values[[at]] for column, values in inputs.items()}
        for change in CHANGES[name]:
            for units in (0, 1, 3, 40):
                other = change.applied(own, 0, units)
                assert ranked.place(row, other) == remade.place(row, other)
                asked += 1
    assert asked >= 36


def test_a_creator_who_falls_is_not_counted_among_those_above(group, rules, fits):
    inputs = inputs_of(group, np.random.default_rng(5))
    ranked, remade = both_ways("gmv", inputs, rules, fits)
    nothing = {column: np.zeros(1, np.int64) for column in inputs} | {"days": np.array([7])}

    assert ranked.place(0, nothing) == remade.place(0, nothing) > 1


def test_one_creator_alone_is_first(group, rules, fits):
    inputs = {name: values[:1] for name, values in inputs_of(group, np.random.default_rng(1)).items()}
    ranked, _ = both_ways("diligence", inputs, rules, fits)

    assert ranked.place(0, inputs) == 1


def test_what_a_rate_is_pulled_to_is_the_whole_groups(group, rules, fits):
    """The pooled rate of the day where no prior was fitted, and the prior's mean where one was."""
    inputs = inputs_of(group, np.random.default_rng(2))
    unfitted = fits | {"video_gpm": replace(fits["video_gpm"], mean=None)}
    ranked, remade = both_ways("top_sales", inputs, rules, unfitted)
    own = {column: values[:1] for column, values in inputs.items()}

    pooled = 1_000 * inputs["shop_gmv"].sum() / inputs["shop_views"].sum()
    assert remade.pulled_to("video_gpm", own) == pytest.approx(pooled)
    assert ranked.pulled_to("live_gpm", own) == 500
