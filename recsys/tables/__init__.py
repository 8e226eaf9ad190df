"""The data contract: what the marketplace's tables hold, how they are read, and the rules they must keep."""

from recsys.tables.marketplace import TABLES
from recsys.tables.read import Tables, empty, read_tables
from recsys.tables.schema import Column, Table

__all__ = ["TABLES", "Column", "Table", "Tables", "empty", "read_tables"]
