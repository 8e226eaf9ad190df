"""Implicit feedback by the published protocol: tune on validation → fit → export → one look at test."""

import os
from dataclasses import asdict, dataclass

import numpy as np

from recsys.arrays import Flags, Ints
from recsys.errors import TableError
from recsys.evaluation import Report
from recsys.files import sha256_of
from recsys.interactions import Interactions
from recsys.interactions.matrix import NOTHING
from training import track
from training.export.running import Retrieval
from training.implicit.contenders import Contender, ListParity, graph_lists, list_parity
from training.implicit.evaluation import BeyondAccuracy, beyond_accuracy, evaluate_lists
from training.implicit.experiment import AUTO, BASELINE, BLEND, ImplicitExperiment
from training.implicit.lists import best_lists
from training.implicit.reading import FilesConfig, Known, read_known, read_test
from training.implicit.relevant import Answers, of_users
from training.implicit.selection import Done, Selection, Told, fit_all, select
from training.tuning import Trial

RECIPE = "implicit"
PARITY_USERS = 512
"""Whose lists by the graph are compared with the native models'."""


@dataclass(frozen=True)
class Asking:
    """The users of the test file."""

    histories: Interactions
    is_cold: Flags
    """(items,): whether nobody had met it."""
    met_cold: Flags
    """(users,): whether a cold item is relevant; only they are asked for cold items."""

    @classmethod
    def of(cls, test: Answers, fitted_on: Interactions) -> "Asking":
        """What is known of the users, and which of them ask for what."""
        is_cold = fitted_on.item_counts == 0
        met_cold = test.relevant.only(is_cold).counts > 0
        return cls(of_users(fitted_on, test.relevant.user_ids), is_cold, met_cold)


@dataclass(frozen=True)
class Answered:
    """What a contender's graph gave the users of the test file."""

    lists: Ints
    """(users, places) item columns, of all items."""
    cold_lists: Ints
    """Of cold items alone; nothing for users who are not asked for them."""
    parity: ListParity


@dataclass(frozen=True)
class ImplicitResult:
    """What a run found; the chosen model stands first wherever models are compared."""

    selection: Selection
    known: Known
    fitted_on: Interactions
    test: Answers
    report: Report
    """Of the lists that the graphs gave."""
    beyond: dict[str, BeyondAccuracy]
    parity: dict[str, ListParity]
    graph: bytes
    """Of the chosen model."""
    inputs: dict[str, str]
    """sha256 of each file."""


def run(experiment: ImplicitExperiment, told: Told, done: Done) -> ImplicitResult:
    """Read → tune on validation → fit → open the test file → ask the graphs → evaluate their lists.

    `told` hears of each trial, `done` of each of `steps(experiment)`. Raises ConfigError, TableError.
    """
    refuse_missing_test(experiment.files)
    known = read_known(experiment.files, experiment.holdout)
    selection = select(experiment, known, told, done)
    fitted_on = known.everything if experiment.refit else known.train
    contenders = contenders_of(experiment, selection, known, fitted_on)
    done(1)
    test = read_test(experiment.files, fitted_on, known.content)
    asking = Asking.of(test, fitted_on)
    answered = {name: answer(name, each, asking, experiment) for name, each in contenders.items()}
    done(1)
    lists = {name: each.lists for name, each in answered.items()}
    cold_lists = {name: each.cold_lists for name, each in answered.items()}
    return ImplicitResult(
        selection=selection,
        known=known,
        fitted_on=fitted_on,
        test=test,
        report=evaluate_lists(lists, cold_lists, test, fitted_on, experiment.cutoffs, experiment.seed),
        beyond=beyond_accuracy(lists, fitted_on, experiment.slate, experiment.seed),
        parity={name: each.parity for name, each in answered.items()},
        graph=contenders[selection.best].graph(selection.best),
        inputs={**experiment.files.fingerprints(), "test": sha256_of(experiment.files.given("test"))},
    )


def steps(experiment: ImplicitExperiment) -> int:
    """How often `run` says that something is done."""
    # How wide the files are does not change the number of trials.
    models = experiment.taking_part({path.stem: (0, 1) for path in experiment.files.features})
    return sum(model.tuning(experiment.tuning).trials for model in models.values()) + 2


def refuse_missing_test(files: FilesConfig) -> None:
    """Raises an error before any work where no test file is given or none is there; its content waits."""
    path = files.given("test")
    if not path.is_file():
        raise TableError(f"there is no file {path}")


def contenders_of(
    experiment: ImplicitExperiment, selection: Selection, known: Known, fitted_on: Interactions
) -> dict[str, Contender]:
    """What is compared on test, the model of choice first: every tuned model, their blend, popularity.

    Popularity stands there as it is configured where it was not tuned itself.
    """
    settings = dict(selection.settings)
    if experiment.model != AUTO and BASELINE in experiment.models:
        settings.setdefault(BASELINE, experiment.models[BASELINE].retriever)
    is_fitted = fitted_on is known.fit_on and selection.fitted
    fitted = selection.fitted if is_fitted else fit_all(settings, fitted_on, known.content)
    found = {name: Contender.alone(name, each, experiment.blending) for name, each in fitted.items()}
    if selection.weights is not None:
        found[BLEND] = Contender(fitted, selection.weights, experiment.blending)
    return {selection.best: found.pop(selection.best), **found}


def answer(name: str, contender: Contender, asking: Asking, experiment: ImplicitExperiment) -> Answered:
    """Export a contender and ask the graph for every user's lists; compare with the native models."""
    count, blend, histories = max(experiment.cutoffs), experiment.blending, asking.histories
    retrieval = Retrieval.open(contender.graph(name), os.cpu_count() or 1)
    lists = graph_lists(retrieval, histories, blend, count)
    cold_lists = np.full_like(lists, NOTHING)
    if asking.met_cold.any():
        some = histories.take(np.flatnonzero(asking.met_cold))
        cold_lists[asking.met_cold] = graph_lists(retrieval, some, blend, count, asking.is_cold)
    compared = np.arange(min(PARITY_USERS, len(lists)))
    native = best_lists(contender.score, histories.take(compared), count)
    return Answered(lists, cold_lists, list_parity(native, lists[compared], histories.shape[1]))


def tracked(experiment: ImplicitExperiment, uri: str, done: Done) -> tuple[ImplicitResult, str]:
    """`run` as an MLflow run at `uri`, with each trial as a run below it; also returns the run's id."""
    with track.run(RECIPE, uri) as recorded:
        recorded.params(experiment.model_dump(mode="json"))
        result = run(experiment, lambda name, trial: record_trial(recorded, name, trial, experiment), done)
        record(recorded, result)
        return result, recorded.run_id


def record_trial(recorded: track.Run, name: str, trial: Trial, experiment: ImplicitExperiment) -> None:
    """One trial as a run of its own."""
    with recorded.nested(f"{name} {trial.number}") as child:
        child.params({"model": name, **trial.settings})
        child.metrics({f"valid_{experiment.select_by}": trial.value, "seconds": trial.seconds})


def record(recorded: track.Run, result: ImplicitResult) -> None:
    """What a run found: chosen settings, inputs, every figure, the graph."""
    chosen = {name: each.model_dump(mode="json") for name, each in result.selection.settings.items()}
    recorded.params({"chosen": {"model": result.selection.best, **chosen}})
    recorded.inputs(result.inputs)
    recorded.metrics({f"valid.{name}": value for name, value in result.selection.validation.items()})
    recorded.report(result.report)
    recorded.table("beyond_accuracy", beyond_columns(result.beyond))
    recorded.graph(RECIPE, result.graph)


def beyond_columns(beyond: dict[str, BeyondAccuracy]) -> dict[str, list[object]]:
    """Models and their figures as the columns of a table; of intervals the mean."""
    columns: dict[str, list[object]] = {"model": list(beyond)}
    for figures in beyond.values():
        for name, value in asdict(figures).items():
            columns.setdefault(name, []).append(value["mean"] if isinstance(value, dict) else value)
    return columns
