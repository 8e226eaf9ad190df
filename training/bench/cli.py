"""`recsys bench`: speed beside peers."""

import typer

from training.bench.engines_cli import engines
from training.bench.features_cli import features
from training.bench.fit_cli import fit
from training.bench.http_cli import http
from training.bench.match_cli import match
from training.bench.reasons_cli import reasons
from training.bench.retrieve_cli import retrieve
from training.bench.score_cli import score
from training.bench.search_cli import search

bench_app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich")


@bench_app.callback()
def bench() -> None:
    """Measure speed beside peers, side by side in one run."""


bench_app.command()(features)
bench_app.command()(engines)
bench_app.command()(fit)
bench_app.command()(http)
bench_app.command()(match)
bench_app.command()(reasons)
bench_app.command()(retrieve)
bench_app.command()(score)
bench_app.command()(search)
