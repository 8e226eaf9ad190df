"""What computing features costs: our expressions beside hand-written DuckDB SQL, Polars and pandas.

Every contender computes the same answers from the same Parquet files, each time in a new process; the order
in which they take turns is reversed every round. Nothing is reported before all answers were found equal.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from pydantic import Field

from recsys.config import Config
from recsys.console import Advance
from recsys.errors import TableError
from recsys.files import publish_folder, staged_folder
from recsys.policy import Policies, read_policies
from training.bench.feature_answers import differences, kept
from training.bench.feature_peers.asked import Asked, Thresholds
from training.bench.feature_runs import CONTENDERS, WHOLES, Run, WholeName, run_contender, run_whole
from training.bench.machine import describe_machine
from training.bench.made_tables.frame import MARKETS, MadeTables
from training.bench.made_tables.write import write_made_tables
from training.bench.targets import Target

LIBRARIES = ("duckdb", "ibis-framework", "polars", "pandas", "pyarrow")
OURS, SQL, PANDAS = "ours", "sql", "pandas"
WEEK = 7
MOST_OF_SQL, LEAST_OF_PANDAS = 1.2, 2.0


class FeatureBenchConfig(Config):
    """What is computed, and how often."""

    tables: MadeTables = MadeTables()
    repeats: int = Field(default=3, ge=1)
    """Rounds in which each contender takes its turn."""
    threads: int = Field(default=2, ge=1)
    """Of DuckDB and Polars; pandas uses them for reading alone."""
    policies: Path = Path("configs/policies")
    wholes: tuple[WholeName, ...] = WHOLES
    """Commands of ours that are timed as well."""


@dataclass(frozen=True)
class Contender:
    """One contender's runs: medians over rounds."""

    name: str
    seconds: float
    cpu_seconds: float
    times_ours: float
    """Median over rounds of its seconds over those of our expressions in the same round."""
    import_mb: float
    peak_mb: float


@dataclass(frozen=True)
class Whole:
    """One of our commands, run once."""

    name: str
    seconds: float
    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True)
class FeatureBenchReport:
    """One benchmark."""

    machine: dict[str, str]
    config: FeatureBenchConfig
    rows: dict[str, int]
    """Of each table."""
    day_rows: int
    answers: dict[str, int]
    """Rows of each answer, the same for all contenders."""
    absent: dict[str, str]
    """Contenders that took no part, and why."""
    contenders: list[Contender]
    wholes: list[Whole]


def run(config: FeatureBenchConfig, folder: Path | None, advance: Advance) -> FeatureBenchReport:
    """Make the tables, below `folder` if they are to be kept, and measure.

    Raises TableError where a contender's answers differ from ours, ConfigError where a run needs more
    memory than there is. `advance` hears of each of `steps`.
    """
    missing = absent()
    present = [name for name in CONTENDERS if name not in missing]
    with _tables(config.tables, folder, advance) as tables, tempfile.TemporaryDirectory() as scratch:
        rows = {table.name: _rows(table) for table in sorted(tables.iterdir())}
        asked = question(config, tables)
        runs = _in_turns(present, asked, config.repeats, Path(scratch), advance)
        answers = agreed(present, Path(scratch))
        wholes = [_whole(name, asked, Path(scratch), advance) for name in config.wholes]
    return FeatureBenchReport(
        machine=describe_machine(*LIBRARIES),
        config=config,
        rows=rows,
        day_rows=rows["creator_daily"] + rows["video_daily"],
        answers=answers,
        absent=missing,
        contenders=[_contender(name, runs) for name in present],
        wholes=wholes,
    )


def _in_turns(
    present: list[str], asked: Asked, repeats: int, scratch: Path, advance: Advance
) -> dict[str, list[Run]]:
    """The runs of each contender by round; the first round's answers are left in `scratch`."""
    runs: dict[str, list[Run]] = {name: [] for name in present}
    for turn in range(repeats):
        # Who runs later finds a quieter or a busier machine: the order is reversed every round.
        for name in present[:: (-1) ** turn]:
            keep = scratch / name if turn == 0 else None
            runs[name].append(run_contender(name, asked, keep))
            advance(1)
    return runs


def steps(config: FeatureBenchConfig) -> int:
    """How often `run` calls `advance` where all contenders are there."""
    return config.tables.blocks + len(CONTENDERS) * config.repeats + len(config.wholes)


def question(config: FeatureBenchConfig, tables: Path) -> Asked:
    """Profiles as of the end of the last day, and the lists of the week that ends with it."""
    as_of = datetime.combine(config.tables.last_day, time()) + timedelta(days=1)
    policies = read_policies(config.policies)
    thresholds = tuple(_thresholds(str(market), policies, as_of) for market in MARKETS)
    return Asked(str(tables), as_of, WEEK, str(config.policies), thresholds, config.threads)


def _thresholds(market: str, policies: Policies, as_of: datetime) -> Thresholds:
    policy = policies.in_force(market, as_of)
    lists = policy.lists
    return Thresholds(
        market=market,
        last_videos=policy.last_videos,
        content_days=lists.content_days,
        activity_days=lists.activity_days,
        links_counted=lists.links_counted,
        posts_counted=lists.posts_counted_a_day,
        live_counted=lists.live_minutes_counted * 60,
    )


@contextmanager
def _tables(config: MadeTables, folder: Path | None, advance: Advance) -> Iterator[Path]:
    """The folder of the made tables; one that is kept has a name of its own and is not made twice."""
    with tempfile.TemporaryDirectory() as scratch:
        parent = folder or Path(scratch)
        target = parent / f"tables-{config.creators}x{config.days}-{config.last_day}-{config.seed}"
        if target.is_dir():
            advance(config.blocks)
        else:
            with staged_folder(parent) as staged:
                write_made_tables(config, staged, advance)
                publish_folder(staged, target)
        yield target


def _rows(table: Path) -> int:
    return sum(pq.read_metadata(file).num_rows for file in table.glob("*.parquet"))


def absent() -> dict[str, str]:
    """The contenders whose library is not installed."""
    return {
        name: f"{name} is not installed: install creator-recsys[bench]"
        for name in ("polars", "pandas")
        if find_spec(name) is None
    }


def agreed(present: list[str], folder: Path) -> dict[str, int]:
    """Rows of each answer; raises TableError where somebody's answers in `folder` differ from ours."""
    ours = kept(folder / OURS)
    for name in present:
        wrong = differences(ours, kept(folder / name))
        if wrong:
            raise TableError(f"expected the same answers of {name} as of ours; they differ in {wrong}")
    return {answer: len(rows) for answer, rows in ours.items()}


def _contender(name: str, runs: dict[str, list[Run]]) -> Contender:
    own = runs[name]
    ratios = [one.seconds / other.seconds for one, other in zip(own, runs[OURS], strict=True)]
    return Contender(
        name=name,
        seconds=float(np.median([each.seconds for each in own])),
        cpu_seconds=float(np.median([each.cpu_seconds for each in own])),
        times_ours=float(np.median(ratios)),
        import_mb=float(np.median([each.import_mb for each in own])),
        peak_mb=float(np.median([each.peak_mb for each in own])),
    )


def _whole(name: WholeName, asked: Asked, scratch: Path, advance: Advance) -> Whole:
    taken = run_whole(name, asked, scratch / name)
    advance(1)
    return Whole(name, taken.seconds, taken.cpu_seconds, taken.peak_mb)


def targets(report: FeatureBenchReport) -> list[Target]:
    """How the promises were kept; those about contenders that were not there are left out."""
    by_name = {each.name: each for each in report.contenders}
    ours, others = by_name[OURS], [each for each in report.contenders if each.name != OURS]
    sql, least = 1 / by_name[SQL].times_ours, min(each.peak_mb for each in others)
    found = [
        Target(f"at most {MOST_OF_SQL:g} times the seconds of hand-written SQL", sql, sql <= MOST_OF_SQL),
        Target(
            "least peak memory (over the least of the others)", ours.peak_mb / least, ours.peak_mb < least
        ),
    ]
    if PANDAS in by_name:
        times, promise = by_name[PANDAS].times_ours, f"at least {LEAST_OF_PANDAS:g} times as fast as pandas"
        found.append(Target(promise, times, times >= LEAST_OF_PANDAS))
    return found
