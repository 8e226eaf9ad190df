"""The data contract: what the marketplace's tables hold, how they are read, and the rules they must keep."""

from recsys.tables.marketplace import TABLES
from recsys.tables.partial import Needs, has, require, require_whole
from recsys.tables.read import Tables, empty, partial_tables, read_tables
from recsys.tables.schema import Column, Table

__all__ = [
    "TABLES",
    "Column",
    "Needs",
    "Table",
    "Tables",
    "empty",
    "has",
    "partial_tables",
    "read_tables",
    "require",
    "require_whole",
]
