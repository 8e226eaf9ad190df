"""The inputs and histories of all creators: computed on the tables' engine, then one row a creator."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import ibis
import pyarrow as pa

from features.arrow import beside
from features.known import Known, known
from features.lists import history, inputs
from features.portable import level_1
from features.profiles.messages import messages
from features.profiles.samples import sample_states, samples
from recsys.periods import Period
from recsys.policy import Policies
from recsys.tables import Tables

HISTORIES = (
    history.video_history,
    history.content_history,
    history.live_history,
    history.sales_history,
    history.message_history,
    history.sample_history,
)


def inputs_of(tables: Tables, period: Period, policies: Policies) -> pa.Table:
    """Everything that the period's lists count, by creator id; counts and sums are 0 where there is nothing.

    Rows at or after the period's end have no influence. The policies are those of its last day (R1).
    """
    with _known(tables, period.end, policies, period) as then:
        parts = [
            inputs.days(then, period),
            inputs.videos(then, period),
            inputs.livestreams(then, period),
            inputs.posts(then, period),
            inputs.live_links(then, period),
            inputs.contents(then),
            inputs.activity(then),
            messages(then),
            samples(sample_states(then)),
        ]
        return _joined(then, then.read(_accounts(then, period)), parts)


def histories_of(tables: Tables, period: Period, policies: Policies, creators: pa.Table) -> pa.Table:
    """`features.lists.history` as known when the period's quarter began, a row for each of `creators`."""
    with _known(tables, period.quarter_start, policies, period) as then:
        return _joined(then, creators.select(["creator_id"]), [of(then) for of in HISTORIES])


@contextmanager
def _known(tables: Tables, as_of: datetime, policies: Policies, period: Period) -> Iterator[Known]:
    then = known(tables, as_of, policies, period.last_day)
    try:
        yield then
    finally:
        then.release()


def _joined(known: Known, creators: pa.Table, parts: Sequence[ibis.Table]) -> pa.Table:
    # Each part is a query of its own: one plan for all of them takes longer to make than to run.
    for part in parts:
        creators = beside(creators, known.read(part), "creator_id")
    return creators


def _accounts(known: Known, period: Period) -> ibis.Table:
    creators = known["creators"]
    currencies = inputs.currencies(known)
    rows = creators.select(
        "creator_id",
        "market",
        "category",
        industry=level_1(creators.category),
        days=ibis.literal(period.days, "int64"),
    )
    return rows.left_join(currencies, "market").drop("market_right").order_by("creator_id")
