"""Nothing later than its moment changes a snapshot: the future is poisoned, and every value stays as it was.

What is future is written down here a second time, so that a slip in `features.known` shows. The short version
runs in each test run; RECSYS_SOAK=1 runs all 50 cut-offs.
"""

import os
from copy import deepcopy
from datetime import datetime, timedelta

import numpy as np
import pytest

from features.matrix import match_features
from features.snapshot import build_snapshot
from recsys.brief import Brief
from recsys.snapshot import PARTS
from recsys.tables import TABLES

EVENTS = 500
CUTOFFS = 50 if os.environ.get("RECSYS_SOAK") else 3
LEAST_VALUES = 100_000 * CUTOFFS // 50
FIRST, LAST = datetime.fromisoformat("2024-01-20"), datetime.fromisoformat("2024-04-28")
ROW_MOMENT = {
    "creators": "created_at", "creator_daily": "day", "audience": "day", "brands": "created_at",
    "products": "created_at", "campaigns": "created_at", "invitations": "shown_at", "messages": "sent_at",
    "samples": "requested_at", "showcase": "added_at", "videos": "posted_at",
    "video_visibility": "public_from", "video_daily": "day", "livestreams": "ended_at",
    "livestream_segments": "ends_at", "interactions": "at",
}  # fmt: skip
KNOWN_WITH = {
    "accepted_at": ("fee",),
    "result_at": ("result_views", "result_engagements", "result_followers", "result_gmv"),
}
POISON = {
    "text": "poison", "texts": ["poison"], "ids": [11, 12], "flag": False, "count": 10**6, "money": 10**8,
    "share": 0.99, "number": 999.0,
}  # fmt: skip


class Poisoner:
    """Adds, changes and removes what lies at or after `as_of`, and fills in what was open before it."""

    def __init__(self, rows, as_of, rng):
        self.rows, self.as_of, self.rng = deepcopy(rows), as_of, rng
        self.actions = (self.add, self.fill_in, self.change, self.remove)

    def poison(self, events):
        done = 0
        while done < events:
            table = self.pick(list(ROW_MOMENT))
            done += bool(self.rows[table]) and self.pick(self.actions)(table)
        return self.rows

    def pick(self, values):
        return values[int(self.rng.integers(len(values)))]

    def later(self):
        return self.as_of + timedelta(seconds=int(self.rng.integers(0, 20 * 86_400)))

    def is_future(self, moment):
        return moment >= self.as_of if isinstance(moment, datetime) else moment >= self.as_of.date()

    def add(self, table):
        row = dict(self.pick(self.rows[table]))
        column = TABLES[table].by_name[ROW_MOMENT[table]]
        self.scramble(table, row)
        row[column.name] = self.later() if column.kind == "time" else self.later().date()
        if table == "livestreams":
            row["started_at"] = row["ended_at"] - timedelta(hours=1)
        if table in {
            "creators",
            "brands",
            "products",
            "campaigns",
            "messages",
            "samples",
            "videos",
            "livestreams",
            "interactions",
        }:
            row[TABLES[table].key[0]] = 10**6 + int(self.rng.integers(10**9))
        self.rows[table].append(row)
        return True

    def fill_in(self, table):
        row = self.pick(self.rows[table])
        open_columns = [
            column.name
            for column in TABLES[table].columns
            if column.kind == "time"
            and column.optional
            and (not row.get(column.name) or self.is_future(row[column.name]))
        ]
        for name in open_columns:
            row[name] = self.later()
            row |= dict.fromkeys(KNOWN_WITH.get(name, ()) if table == "invitations" else (), 10**7)
        return bool(open_columns)

    def change(self, table):
        future = [row for row in self.rows[table] if self.is_future(row.get(ROW_MOMENT[table], FIRST))]
        if future:
            self.scramble(table, self.pick(future))
        return bool(future)

    def remove(self, table):
        future = [
            place
            for place, row in enumerate(self.rows[table])
            if self.is_future(row.get(ROW_MOMENT[table], FIRST))
        ]
        if future:
            del self.rows[table][self.pick(future)]
        return bool(future)

    def scramble(self, table, row):
        keys = {*TABLES[table].key, "dimension", "market", ROW_MOMENT[table]}
        for column in TABLES[table].columns:
            if column.name not in keys and not column.choices and column.kind in POISON:
                row[column.name] = POISON[column.kind]


@pytest.mark.parametrize("cutoff", range(CUTOFFS))
def test_poisoning_the_future_changes_no_value_of_a_snapshot(cutoff, random_rows, tables_of, policies):
    rng, rows = np.random.default_rng([7, cutoff]), random_rows(cutoff % 5)
    as_of = FIRST + timedelta(seconds=int(rng.integers((LAST - FIRST).total_seconds())))

    before = build_snapshot(tables_of(rows), as_of, policies)
    after = build_snapshot(tables_of(Poisoner(rows, as_of, rng).poison(EVENTS)), as_of, policies)

    assert values_that_agree(before, after) + matrices_that_agree(before, after) >= LEAST_VALUES / CUTOFFS


def values_that_agree(before, after):
    """How many values were compared."""
    assert before.facts.model_dump(exclude={"data"}) == after.facts.model_dump(exclude={"data"})
    for part in PARTS:
        old, new = getattr(before, part), getattr(after, part)
        np.testing.assert_array_equal(old.ids, new.ids, part)
        assert set(old.values) == set(new.values)
        for name, values in old.values.items():
            np.testing.assert_array_equal(values, new[name], f"{part}.{name}")
    return before.creators["profile"].size


def matrices_that_agree(before, after):
    features = [match_features(brief, before, np.arange(len(before.creators))) for brief in briefs(before)]
    for brief, old in zip(briefs(before), features, strict=True):
        np.testing.assert_array_equal(old, match_features(brief, after, np.arange(len(after.creators))))
    return sum(matrix.size for matrix in features)


def briefs(snapshot):
    asked = {"product_ids": (int(snapshot.products.ids[0]),), "objective": "views", "campaign_type": "live"}
    dates = {"starts_on": "2024-06-01", "ends_on": "2024-06-20"}
    for brand in snapshot.brands.ids:
        yield Brief(brand_id=int(brand), market="US", category="beauty/skin", budget=9_000, **asked, **dates,
                    target={"gender": {"female": 0.7}, "age": {"18-24": 0.5, "25-34": 0.5}})  # fmt: skip
