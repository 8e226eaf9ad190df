"""`recsys train`: one command a recipe."""

import typer

from training.cli.feed import feed
from training.cli.match import match
from training.cli.recommend import inspiration, products

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
train_app.command(epilog="Example: recsys train products --tables demo/tables --set tuning.trials=40")(
    products
)
train_app.command(epilog="Example: recsys train inspiration --tables demo/tables")(inspiration)
