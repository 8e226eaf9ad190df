"""`recsys train`: one command a recipe."""

import typer

from training.cli.feed import feed
from training.cli.match import match

train_app = typer.Typer(
    help="Train, evaluate and track a recipe.", no_args_is_help=True, add_completion=False
)


@train_app.callback()
def train() -> None:
    """Train, evaluate and track a recipe."""


train_app.command(epilog="Example: recsys train feed --config configs/kuairand.yaml --json")(feed)
train_app.command(
    epilog="Example: recsys train match --tables demo/tables --set ranker.wanted.num_leaves=31"
)(match)
