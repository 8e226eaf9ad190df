"""A graph as `mlflow models serve` serves it: `python -m training.track.onnx_model GRAPH FOLDER`."""

import sys
from pathlib import Path

import mlflow.onnx

from training.export.graph import model_of

ONE_THREAD = {"intra_op_num_threads": 1, "inter_op_num_threads": 1}


def save(graph: Path, folder: Path) -> None:
    """Write the graph into a new folder, as MLflow keeps models; scored on one thread."""
    mlflow.onnx.save_model(model_of(graph.read_bytes()), str(folder), onnx_session_options=ONE_THREAD)


if __name__ == "__main__":
    save(Path(sys.argv[1]), Path(sys.argv[2]))
