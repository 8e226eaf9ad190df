"""`recsys benchmark bandit`: what one logged policy is worth by the other's log."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from recsys.console import print_json, print_table
from recsys.errors import TableError
from recsys.evaluation import Interval
from recsys.options import AsJson
from training.bandit.log import POSITIONS, BanditLog, check_uniform, read_log
from training.bandit.valuation import Valuation, Valued, frequencies, value
from training.cli.figures import plain

SEED = 1


def bandit(
    random: Annotated[Path, typer.Option(help="Log of the uniformly random policy: random_men.csv.gz.")],
    played: Annotated[Path, typer.Option(help="Log of Thompson sampling: bts_men.csv.gz.")],
    seed: Annotated[int, typer.Option(help="Of folds and resamples.")] = SEED,
    as_json: AsJson = False,
) -> None:
    """Estimate each policy's click rate from the other's log (Open Bandit Dataset), beside its own rate.

    The Thompson policy's probabilities are how often it showed each item at each position; both logs are
    resampled together, so that the intervals hold this uncertainty too.
    """
    begun = time.perf_counter()
    (of_random, items), (of_played, items_played) = read_log(random), read_log(played)
    check_uniform(of_random, items, random)
    if items != items_played:
        raise TableError(f"{played.name}: expected the {items} items of {random.name}, found {items_played}")
    even = np.full((items, POSITIONS), 1 / items)
    valued = {
        "thompson_from_random": value(
            of_random, of_played, items, lambda counts: frequencies(of_played, items, counts), seed
        ),
        "random_from_thompson": value(of_played, of_random, items, lambda _: even, seed),
    }
    if as_json:
        logs = {"random": counts_of(of_random), "thompson": counts_of(of_played)}
        seconds = round(time.perf_counter() - begun, 2)
        print_json(
            {**{name: figures(each) for name, each in valued.items()}, "logs": logs, "seconds": seconds}
        )
    else:
        show(valued)


def counts_of(log: BanditLog) -> dict[str, int]:
    """How much there is to learn from."""
    return {"rows": len(log), "clicks": int(log.click.sum())}


def figures(valued: Valued) -> dict[str, object]:
    """Estimates with their relative errors; a refused one is its reason."""
    estimates = {
        name: {"refused": each}
        if isinstance(each, str)
        else {"value": plain(each.interval), "relative_error": plain(each.relative_error)}
        for name, each in valued.estimates.items()
    }
    return {"own_log": plain(valued.own), "overlap": asdict(valued.overlap), "estimates": estimates}


def show(valued: dict[str, Valued]) -> None:
    """The figures as a table for each direction; rates in percent."""
    for name, each in valued.items():
        spread = each.overlap
        title = (
            f"{name}: effective size {spread.effective_size:,.0f}, largest weight {spread.largest_weight:.1f}"
        )
        rows = [("own log", *_percent(each.own), None), *(_row(*item) for item in each.estimates.items())]
        print_table(title, ("estimator", "click rate %", "low", "high", "relative error [95%]"), rows)


def _row(name: str, each: Valuation | str) -> tuple[object, ...]:
    if isinstance(each, str):
        return (name, None, None, None, f"refused: {each}")
    error = each.relative_error
    return (name, *_percent(each.interval), f"{error.mean:+.2f} [{error.low:+.2f}, {error.high:+.2f}]")


def _percent(interval: Interval) -> tuple[float, float, float]:
    return 100 * interval.mean, 100 * interval.low, 100 * interval.high
