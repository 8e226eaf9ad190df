"""A published set made by hand, as it is known at a moment."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest

from features.known import Known, known
from recsys.policy import Policies
from recsys.tables import TABLES, partial_tables

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def set_of(policies: Policies) -> Callable[[str, Rows], Known]:
    """A moment, and rows by table with the columns that the set knows → the set as known then."""

    def of(as_of: str, rows: Rows) -> Known:
        tables = {}
        for name, found in rows.items():
            schema = TABLES[name].arrow_schema
            kept = [field for field in schema if field.name in found[0]]
            tables[name] = pa.Table.from_pylist(found, pa.schema(kept))
        return known(partial_tables(tables), datetime.fromisoformat(as_of), policies)

    return of
