"""The other ways to score a LightGBM model: LightGBM itself, onnxmltools with onnxruntime, and pylignum.

Each gets the float32 matrix that serving has. Peers are optional (extra `bench`): one that is not installed
is reported as absent, with the reason.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import onnxruntime

from recsys.arrays import Scores
from recsys.cascade import Scoring
from recsys.errors import ConfigError
from training.bench.installed import installed


def peers(booster: lightgbm.Booster) -> tuple[dict[str, Scoring], dict[str, str]]:
    """The peers that can take part, LightGBM first, and why each other one cannot."""
    present: dict[str, Scoring] = {}
    absent: dict[str, str] = {}
    for name, make in PEERS.items():
        try:
            present[name] = make(booster)
        except ConfigError as reason:
            absent[name] = str(reason)
    return present, absent


def by_lightgbm(booster: lightgbm.Booster) -> Scoring:
    """`Booster.predict` on a C-contiguous float32 matrix, its fastest public call from Python."""
    return lambda features: _scores(booster.predict(features, num_threads=1))


def by_onnxmltools(booster: lightgbm.Booster) -> Scoring:
    """The stock converter's graph in onnxruntime, one thread."""
    kinds = installed("onnxmltools.convert.common.data_types")
    convert = installed("onnxmltools").convert_lightgbm
    inputs = [("features", kinds.FloatTensorType([None, booster.num_feature()]))]
    model = convert(booster, initial_types=inputs, zipmap=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return lambda features: _scores(session.run(None, {"features": features})[0].ravel())


def by_pylignum(booster: lightgbm.Booster) -> Scoring:
    """pylignum's interpreter, bit-exact with the booster."""
    return _lignum_scoring(_lignum_model(booster))


def by_compiled_pylignum(booster: lightgbm.Booster) -> Scoring:
    """pylignum's trees as machine code; needs a C compiler."""
    model = _lignum_model(booster)
    with tempfile.TemporaryDirectory() as folder:
        try:
            model.compile(work_dir=folder)
        except RuntimeError as error:
            raise ConfigError(f"pylignum could not compile the trees: {error}") from error
    return _lignum_scoring(model)


PEERS: dict[str, Callable[[lightgbm.Booster], Scoring]] = {
    "lightgbm": by_lightgbm,
    "onnxmltools": by_onnxmltools,
    "pylignum": by_pylignum,
    "pylignum_c": by_compiled_pylignum,
}


def _lignum_model(booster: lightgbm.Booster) -> Any:
    lignum = installed("lignum")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.txt"
        booster.save_model(path)
        return lignum.load(str(path))


def _lignum_scoring(model: Any) -> Scoring:
    return lambda features: _scores(model.predict(features, raw_score=True, n_jobs=1))


def _scores(values: Any) -> Scores:
    return np.asarray(values, np.float32)
