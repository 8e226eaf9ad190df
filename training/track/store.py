"""Where MLflow keeps its records, and how it is opened: no telemetry, no noise, errors in our words."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from recsys.errors import ConfigError

DEFAULT_URI = "sqlite:///mlflow.db"
SQLITE = "sqlite:///"
WARNINGS_OF_MLFLOW_ITSELF: tuple[tuple[str, type[Warning]], ...] = (
    # MLflow 3.17 maps a relation with a strategy that SQLAlchemy 2.1 deprecates.
    ("The ``noload`` loader strategy is deprecated", DeprecationWarning),
    # Importing mlflow.pyfunc checks the type hints of MLflow's own chat agents.
    (r".*Any type hint is inferred as AnyType", UserWarning),
    # MLflow's log_table selects columns in a way that pandas 3 deprecates.
    (r"For backward compatibility, 'str' dtypes are included by select_dtypes", Warning),
)
SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
"""Read by MLflow whenever it could report or print something, so they need not be set before its import."""


@contextmanager
def store(uri: str) -> Iterator[MlflowClient]:
    """A client of the store at `uri`, MLflow's current one inside the block; a SQLite file is created.

    Raises ConfigError if it cannot be opened.
    """
    before = mlflow.get_tracking_uri()
    with quiet():
        mlflow.set_tracking_uri(uri)
        try:
            yield _connect(uri)
        finally:
            mlflow.set_tracking_uri(before)


@contextmanager
def quiet() -> Iterator[None]:
    """MLflow without telemetry, progress messages and the warnings about its own code."""
    os.environ.update(SETTINGS)
    logger = logging.getLogger("mlflow")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            for message, category in WARNINGS_OF_MLFLOW_ITSELF:
                warnings.filterwarnings("ignore", message, category)
            yield
    finally:
        logger.setLevel(level)


def _connect(uri: str) -> MlflowClient:
    if uri.startswith(SQLITE):
        _refuse_unwritable(Path(uri.removeprefix(SQLITE)), uri)
    try:
        client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        client.search_experiments(max_results=1)
    except (MlflowException, OSError, SQLAlchemyError) as error:
        # SQLAlchemy adds the statement and a link on lines of their own.
        reason = str(error).splitlines()[0] if isinstance(error, SQLAlchemyError) else str(error)
        raise ConfigError(f"cannot open the tracking store {uri}: {reason}") from error
    return client


def _refuse_unwritable(file: Path, uri: str) -> None:
    """Raises ConfigError for a new file in a folder that takes none: MLflow would retry for minutes."""
    folder = next(parent for parent in file.absolute().parents if parent.exists())
    if not file.exists() and not (folder.is_dir() and os.access(folder, os.W_OK)):
        raise ConfigError(f"cannot open the tracking store {uri}: {folder} is no folder that can be written")


def experiment_id(client: MlflowClient, name: str) -> str:
    """The id of the experiment of this name, created if there is none."""
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    return str(client.create_experiment(name, artifact_location=artifact_folder(client.tracking_uri, name)))


def artifact_folder(uri: str, experiment: str) -> str | None:
    """Beside a SQLite file, so that both are found together; None lets a server decide."""
    if not uri.startswith(SQLITE):
        return None
    return str(Path(uri.removeprefix(SQLITE)).resolve().parent / "mlruns" / experiment)
