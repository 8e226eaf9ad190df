"""One tracked run: settings, inputs, metrics, plots, tables, boosters, bundle and registered model."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import lightgbm
import mlflow
import mlflow.onnx
import numpy as np
from matplotlib.figure import Figure
from mlflow import MlflowClient
from mlflow.entities import Metric, Param
from mlflow.models import ModelSignature
from mlflow.types import Schema, TensorSpec

from recsys.arrays import Features, Scores
from recsys.bundle import Bundle
from recsys.evaluation import Report
from training.track.code import code_facts
from training.track.names import flat, legal, metrics_of, rows_of
from training.track.registry import Version, register
from training.track.store import DEFAULT_URI, experiment_id, store

Item = TypeVar("Item")
METRICS_A_CALL = 1_000
PARAMS_A_CALL = 100
"""MLflow's limits for one request."""


@contextmanager
def run(experiment: str, uri: str = DEFAULT_URI) -> Iterator["Run"]:
    """A new run of an experiment (one per recipe); it is marked failed if the block raises.

    Raises ConfigError if the store at `uri` cannot be opened.
    """
    with (
        store(uri) as client,
        mlflow.start_run(experiment_id=experiment_id(client, experiment)) as active,
    ):
        opened = Run(client, active.info.run_id, experiment)
        opened.params(code_facts())
        yield opened


class Run:
    """A run that is being recorded; only inside `with run(...)`."""

    def __init__(self, client: MlflowClient, run_id: str, experiment: str) -> None:
        self.client = client
        self.run_id = run_id
        self.experiment = experiment

    @contextmanager
    def nested(self, name: str) -> Iterator["Run"]:
        """A run below this one, such as a trial of a search; it is marked failed if the block raises."""
        belongs = self.client.get_run(self.run_id).info.experiment_id
        with mlflow.start_run(experiment_id=belongs, run_name=name, nested=True) as active:
            yield Run(self.client, active.info.run_id, self.experiment)

    def params(self, values: Mapping[str, Any]) -> None:
        """Settings, nested ones under dotted names."""
        settings = [Param(legal(name), str(value)) for name, value in flat(values).items()]
        for some in _chunks(settings, PARAMS_A_CALL):
            self.client.log_batch(self.run_id, params=some)

    def inputs(self, fingerprints: Mapping[str, str]) -> None:
        """The sha256 of what was read, as `data.<name>`."""
        self.params({"data": dict(fingerprints)})

    def metrics(self, values: Mapping[str, float], step: int = 0) -> None:
        """Figures by name; NaN is left out, because a figure that does not exist is not one."""
        now = int(time.time() * 1000)
        known = [(legal(name), float(value)) for name, value in values.items() if np.isfinite(value)]
        for some in _chunks(known, METRICS_A_CALL):
            self.client.log_batch(self.run_id, [Metric(name, value, now, step) for name, value in some])

    def report(self, report: Report) -> None:
        """Every figure of an evaluation as metrics (see `training.track.names`), and all of it as a table."""
        self.metrics(metrics_of(report))
        self.table("metrics", rows_of(report))

    def curve(self, name: str, points: Sequence[Mapping[str, float]]) -> None:
        """A learning curve: one dict a round with its `round`, as metrics `curve.<name>.<metric>` by step."""
        now = int(time.time() * 1000)
        figures = [
            Metric(legal(f"curve.{name}.{metric}"), float(value), now, int(point["round"]))
            for point in points
            for metric, value in point.items()
            if metric != "round"
        ]
        for some in _chunks(figures, METRICS_A_CALL):
            self.client.log_batch(self.run_id, some)

    def booster(self, name: str, booster: lightgbm.Booster) -> None:
        """LightGBM's text, as `boosters/<name>.txt`."""
        self.text(f"boosters/{name}.txt", booster.model_to_string())

    def figure(self, name: str, figure: Figure) -> None:
        """A plot, as `plots/<name>.png`."""
        self.client.log_figure(self.run_id, figure, f"plots/{name}.png")

    def table(self, name: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """Columns of equal length, as `tables/<name>.json`, which MLflow shows as a table."""
        self.client.log_table(self.run_id, dict(columns), f"tables/{name}.json")

    def text(self, path: str, content: str) -> None:
        """Any text file of the run."""
        self.client.log_text(self.run_id, content, path)

    def graph(self, name: str, graph: bytes) -> None:
        """An ONNX graph, as `graphs/<name>.onnx`."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.onnx"
            path.write_bytes(graph)
            self.client.log_artifact(self.run_id, str(path), "graphs")

    def bundle(self, path: Path) -> None:
        """The bundle's folder, as `bundle/<its name>`."""
        self.client.log_artifacts(self.run_id, str(path), f"bundle/{path.name}")

    def model(
        self, name: str, bundle: Bundle, example: Features, scores: Scores, ranks: str = "rank"
    ) -> Version:
        """Register a bundle as the next version of a model: its graph that `ranks` as an MLflow ONNX model.

        `scores` are what the graph gives for the rows of `example`. The version names the bundle, which is
        recorded whole as well, so that `Registry.fetch` finds it.
        """
        self.bundle(bundle.path)
        logged = mlflow.onnx.log_model(
            bundle.files[bundle.facts.models[ranks].graph],
            name=name,
            signature=_signature(example, scores),
            input_example=example,
            # Stated, because MLflow would otherwise start a process to find them out.
            pip_requirements=[f"{library}=={version(library)}" for library in ("onnx", "onnxruntime")],
            onnx_execution_providers=["CPUExecutionProvider"],
            save_as_external_data=False,
        )
        return register(self.client, name, f"models:/{logged.model_id}", self.run_id, bundle.name)


def _chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _signature(example: Features, scores: Scores) -> ModelSignature:
    inputs = TensorSpec(example.dtype, (-1, *example.shape[1:]), "features")
    outputs = TensorSpec(scores.dtype, (-1, *scores.shape[1:]), "score")
    return ModelSignature(Schema([inputs]), Schema([outputs]))
