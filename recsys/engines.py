"""The engines that read tables, by name; what needs their libraries is in `recsys.tables.engine`."""

from typing import Literal, get_args

from recsys.errors import ConfigError

EngineName = Literal["duckdb", "spark"]
ENGINES: tuple[EngineName, ...] = get_args(EngineName)


def refuse_master(engine: str, master: str | None) -> None:
    """Raises ConfigError for a master of any engine but Spark."""
    if engine != "spark" and master is not None:
        raise ConfigError(f"a master is Spark's: expected none with engine {engine}, found {master!r}")
