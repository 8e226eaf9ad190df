"""The `recsys` command: the composition root, which mounts the sub-apps of both sides when they are called.

The one place that imports upwards and inside a function: `recsys --help` must not load training libraries.
"""

from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from recsys import __version__
from recsys.console import exit_on_error
from recsys.extras import imported


@dataclass(frozen=True)
class Mounted:
    """Where a sub-command lives (`module:attribute`, a Typer app or a function) and its line in the help."""

    target: str
    help: str

    def load(self, name: str) -> Any:
        """The command itself; imports its module."""
        module, _, attribute = self.target.partition(":")
        extra = EXTRAS[module.partition(".")[0]]
        found = getattr(imported(module, f"recsys {name}", extra), attribute)
        if not isinstance(found, typer.Typer):
            app = typer.Typer(add_completion=False)
            app.command(name)(found)
            found = app
        command = get_command(found)
        command.name = name
        return command


EXTRAS = {
    "recsys": "tables",
    "features": "tables",
    "training": "train",
    "serving": "serve",
}
"""What to install for the commands of each package."""
MOUNTED = {
    "check": Mounted("recsys.tables.cli:check", "Check tables against the data contract."),
    "tables": Mounted("recsys.tables.cli:tables", "Describe the data contract."),
    "simulate": Mounted("training.cli.simulate:simulate_app", "Make a simulated marketplace."),
    "policy": Mounted("recsys.policy_cli:policy_app", "Show the rules of a market and since when."),
    "samples": Mounted("features.samples_cli:samples", "Show what became of a creator's samples."),
    "snapshot": Mounted("features.cli:snapshot", "Compute the features of every entity as of a moment."),
    "lists": Mounted("features.lists.cli:lists_app", "Creator ranking lists: make, show, explain."),
    "published": Mounted("features.published.cli:published", "Open a published data set: what it says."),
    "trends": Mounted("features.trends.cli:trending", "What rises or falls against what was expected."),
    "best-videos": Mounted("features.trends.cli:best", "The videos that performed best."),
    "train": Mounted("training.cli.train:train_app", "Train, evaluate, track and gate a recipe."),
    "models": Mounted("training.cli.promote:models", "List registered models, their aliases and reasons."),
    "promote": Mounted("training.cli.promote:promote", "Make a registered version the champion."),
    "pull": Mounted("training.cli.promote:pull", "Fetch a registered bundle into a folder."),
    "publish": Mounted("serving.release.cli:publish_command", "Prove parts together, and serve them."),
    "releases": Mounted("serving.release.cli:releases", "List what a folder serves, and served before."),
    "serve": Mounted("serving.web.cli:serve", "Answer requests over HTTP."),
    "keys": Mounted("serving.web.keys_cli:keys_app", "Make, list and revoke API keys of the service."),
    "match": Mounted("serving.matching.cli:match", "Rank creators for a brief, with reasons."),
    "index": Mounted("serving.matching.index_cli:index", "Learn which creators of large markets to rank."),
    "score": Mounted("serving.batch.cli:score", "Score many pairs of briefs and creators, to files."),
    "creators": Mounted("serving.creators.cli:creators_app", "Find creators, show one, and those like one."),
    "insights": Mounted("serving.recommending.cli:insights", "Tell a creator what to do next, and why."),
    "lift": Mounted("training.cli.lift:lift", "What traits of videos are worth, with intervals."),
    "benchmark": Mounted("training.cli.benchmark:benchmark_app", "Train and score published data sets."),
    "bench": Mounted("training.bench.cli:bench_app", "Measure speed beside peers."),
}


class LazyGroup(TyperGroup):
    """Lists sub-commands without importing them; imports the one that is called; ends errors in one line."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, mounted in MOUNTED.items():
            self.add_command(TyperCommand(name, help=mounted.help))

    def invoke(self, ctx: Any) -> Any:
        """Run the called command; a RecsysError becomes one line on stderr and its exit code."""
        return exit_on_error(super().invoke)(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The called command, with its module imported by now."""
        name, command, rest = super().resolve_command(ctx, args)
        if name in MOUNTED:
            command = MOUNTED[name].load(name)
        return name, command, rest


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def root(
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    """Recommendation and ranking engine of a creator-commerce marketplace.

    Start with a simulated marketplace: recsys simulate world --out demo/tables
    """
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Entry point of the `recsys` script."""
    app(prog_name="recsys")
