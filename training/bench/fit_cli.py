"""`recsys bench fit`: what factorising costs, as tables or as JSON."""

from typing import Annotated

import typer
from pydantic import TypeAdapter

from recsys.config import parse, with_overrides
from recsys.console import print_json, print_table, progress
from recsys.options import AsJson
from training.bench.fit import FitBenchConfig, FitBenchReport, run, steps, targets
from training.bench.fit_memory import MB_PER_GIB, FitMemory

DEFAULT = FitBenchConfig()


def fit(
    memory_gib: Annotated[
        float, typer.Option(help="Memory the largest matrix has to fit in.")
    ] = DEFAULT.memory.memory_gib,
    seconds: Annotated[
        float, typer.Option(help="About how long the run that proves it may take; 200 is enough for 12 GiB.")
    ] = DEFAULT.memory.seconds,
    overrides: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of the benchmark, as als.factors=128.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Time an epoch of ALS beside implicit called directly, and find the largest matrix for some memory.

    One thread. The memory is estimated from three small runs and proven by a large one, each in a process of
    its own. Takes two to three minutes.

    Example: recsys bench fit --json

    Example: recsys bench fit --memory-gib 4 --set als.factors=128
    """
    asked = [f"memory.memory_gib={memory_gib}", f"memory.seconds={seconds}", *(overrides or ())]
    values = with_overrides(DEFAULT.model_dump(mode="json"), asked)
    config = parse(FitBenchConfig, values, source="--set")
    with progress("Measuring", total=steps(config)) as advance:
        report = run(config, advance)
    if json:
        print_json(as_json(report))
    else:
        show(report)


def as_json(report: FitBenchReport) -> dict[str, object]:
    """The report and its targets as JSON values."""
    document: dict[str, object] = TypeAdapter(FitBenchReport).dump_python(report, mode="json")
    return document | {"targets": targets(report)}


def show(report: FitBenchReport) -> None:
    """The report as tables and a sentence."""
    speed = report.speed
    print_table(
        f"CPU seconds an epoch, {speed.pairs:,} pairs × {report.config.als.factors} factors, one thread",
        ["by", "seconds", "× implicit"],
        [["implicit", speed.implicit_seconds, 1.0], ["ours", speed.ours_seconds, speed.ratio]],
    )
    memory = report.memory
    print_table(
        "Memory of one epoch",
        ["users", "items", "pairs", "peak MB", "seconds"],
        [[run.users, run.items, run.pairs, run.peak_mb, run.seconds] for run in (*memory.runs, memory.proof)],
    )
    typer.echo(verdict(memory))
    for promise, kept in targets(report).items():
        typer.echo(f"{promise}: {'yes' if kept else 'no'}")


def verdict(memory: FitMemory) -> str:
    """What fits, and what was shown of it."""
    estimate = (
        f"{memory.bytes_per_pair:.0f} bytes a pair and {memory.bytes_per_row:.0f} a row: "
        f"about {memory.largest_pairs:,} pairs fit {memory.memory_gib:g} GiB"
    )
    shown = f"shown: {memory.proof.pairs:,} pairs with a peak of {memory.proof.peak_mb / MB_PER_GIB:.1f} GiB"
    return f"{estimate}; {shown}" + ("" if memory.proof_is_largest else ", the most in the time given")
