"""What our commands do from tables to files, for measuring how long it takes."""

from pathlib import Path

from features.lists.build import build_lists
from features.snapshot import build_match_snapshot, build_snapshot
from recsys.periods import Period
from recsys.policy import read_policies
from recsys.tables import Tables, read_tables
from training.bench.feature_peers.asked import Asked


def snapshot(asked: Asked, folder: Path) -> None:
    """`recsys snapshot`."""
    build_snapshot(_tables(asked), asked.as_of, read_policies(Path(asked.policies))).write(folder)


def match_snapshot(asked: Asked, folder: Path) -> None:
    """The snapshot that matching needs."""
    build_match_snapshot(_tables(asked), asked.as_of, read_policies(Path(asked.policies))).write(folder)


def lists(asked: Asked, folder: Path) -> None:
    """`recsys lists build` of the week."""
    build_lists(
        _tables(asked), Period.of("week", asked.first_day), read_policies(Path(asked.policies)), folder
    )


def _tables(asked: Asked) -> Tables:
    tables = read_tables(asked.folder)
    tables.backend.con.execute(f"SET threads = {asked.threads}")
    return tables
