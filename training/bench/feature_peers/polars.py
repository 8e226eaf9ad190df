"""The aggregates in Polars: lazy frames, read and joined in the streaming engine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from training.bench.feature_peers.asked import ANSWERS, Answers, Asked
from training.bench.feature_peers.polars_lists import Lists
from training.bench.feature_peers.polars_profiles import Profiles
from training.bench.installed import installed

if TYPE_CHECKING:
    import pyarrow as pa


def prepare(asked: Asked) -> None:
    """Load the library, which is told its number of threads before."""
    os.environ["POLARS_MAX_THREADS"] = str(asked.threads)
    installed("polars")


def answers(asked: Asked) -> Answers:
    """All of them, as data frames."""
    library = installed("polars")
    work = (Profiles(library, asked), Lists(library, asked))
    rows = {name: getattr(work[name.startswith("list_")], name)() for name in ANSWERS}
    return {name: lazy.collect(engine="streaming") for name, lazy in rows.items()}


def as_arrow(answer: Any) -> pa.Table:
    """The frame as an Arrow table."""
    return answer.to_arrow()
