"""The aggregates in pandas: only the columns and days needed are read, codes instead of texts are grouped."""

from typing import Any

import pyarrow as pa

from training.bench.feature_peers.asked import ANSWERS, Answers, Asked
from training.bench.feature_peers.pandas_lists import Lists
from training.bench.feature_peers.pandas_profiles import Profiles
from training.bench.installed import installed


def prepare(asked: Asked) -> None:
    """Load the library; pyarrow reads for it."""
    pa.set_cpu_count(asked.threads)
    installed("pandas")


def answers(asked: Asked) -> Answers:
    """All of them, as data frames."""
    library = installed("pandas")
    work = (Profiles(library, asked), Lists(library, asked))
    return {name: getattr(work[name.startswith("list_")], name)() for name in ANSWERS}


def as_arrow(answer: Any) -> pa.Table:
    """The frame as an Arrow table."""
    return pa.Table.from_pandas(answer, preserve_index=False)
