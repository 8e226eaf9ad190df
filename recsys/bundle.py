"""The bundle: everything training fitted, as a folder named by its content. Never pickle, never a clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, FiniteFloat, model_validator

from recsys.arrays import Floats, Scores
from recsys.config import Config, parse
from recsys.errors import BundleError, ConfigError
from recsys.folders import read_folder, write_folder
from recsys.retrieval_facts import RetrievalFacts
from recsys.vocabulary import ReasonGroup


class Calibration(Config):
    """A monotone map from raw score to probability: linear between the knots, flat outside them."""

    raw: tuple[FiniteFloat, ...]
    probability: tuple[Annotated[float, Field(ge=0, le=1)], ...]

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if len(self.raw) != len(self.probability):
            found = f"{len(self.raw)} raw scores and {len(self.probability)} probabilities"
            raise ValueError(f"a calibration needs one probability for each raw score, found {found}")
        if not self.raw:
            raise ValueError("a calibration needs at least one knot")
        if any(low >= high for low, high in pairwise(self.raw)):
            raise ValueError("the raw scores must rise")
        if any(low > high for low, high in pairwise(self.probability)):
            raise ValueError("the probabilities must not fall")
        return self

    def of(self, raw: Scores) -> Floats:
        """The probability of each raw score."""
        return np.interp(raw, self.raw, self.probability)


class Cascade(Config):
    """The model cut into stages (`recsys.cascade`): the first scores all, each later one the best so far."""

    graphs: tuple[str, ...]
    """File of each stage."""
    keep: tuple[int, ...]
    """How many rows go on to each later stage, falling."""

    @model_validator(mode="after")
    def _narrows(self) -> Self:
        if len(self.graphs) < 2 or len(self.keep) != len(self.graphs) - 1:
            raise ValueError(
                f"{len(self.graphs)} stages and {len(self.keep)} numbers to keep, expected one fewer"
            )
        if any(before <= after for before, after in pairwise((*self.keep, 0))):
            raise ValueError(f"keep must fall and end above 0, found {self.keep}")
        return self


class Model(Config):
    """One graph of the bundle: features in, raw scores out."""

    graph: str
    """File name of the ONNX graph."""
    cascade: Cascade | None = None
    calibration: Calibration | None = None
    """Set where the raw score becomes a probability."""
    link: Literal["identity", "exp"] = "identity"
    """How an expected result is read off the raw score."""

    def predict(self, raw: Scores) -> Floats:
        """What the raw scores mean: probabilities where calibrated, else expected results by the link."""
        if self.calibration is not None:
            return self.calibration.of(raw)
        values = raw.astype(np.float64)
        return np.exp(values) if self.link == "exp" else values


class Golden(Config):
    """A row of features and the scores it must get, so that a bundle can be proven before it serves."""

    features: tuple[float | None, ...]
    scores: dict[str, float]
    """By model name: the raw score, to the bit."""


class BundleFacts(Config):
    """What is known about a bundle besides its files."""

    recipe: str
    code_version: str
    seed: int
    data: dict[str, str]
    """sha256 of each table or file that was read."""
    feature_names: tuple[str, ...]
    reason_groups: dict[str, ReasonGroup]
    """Feature name → what it tells about; empty where the recipe gives no reasons."""
    models: dict[str, Model]
    """By what they predict: `rank`, `invite`, `accept`, `deliver`, `result_gmv` …"""
    golden: tuple[Golden, ...]
    retrieval: RetrievalFacts | None = None
    """Set where candidates are retrieved by a graph: in bundles of `products` and `inspiration`."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = set(self.feature_names)
        if len(known) < len(self.feature_names):
            twice = sorted({name for name in known if self.feature_names.count(name) > 1})
            raise ValueError(f"feature names {twice} appear twice")
        if not known.issuperset(self.reason_groups):
            raise ValueError(f"reason groups of unknown features {sorted(set(self.reason_groups) - known)}")
        for place, row in enumerate(self.golden):
            self._check_golden(place, row)
        return self

    def _check_golden(self, place: int, row: Golden) -> None:
        if len(row.features) != len(self.feature_names):
            found = f"{len(row.features)} features, expected {len(self.feature_names)}"
            raise ValueError(f"golden row {place} has {found}")
        unknown = sorted(row.scores.keys() - self.models)
        if unknown:
            models = sorted(self.models)
            raise ValueError(f"golden row {place} scores {unknown}, expected models among {models}")


@dataclass(frozen=True)
class Bundle:
    """A bundle whose every byte has been checked against its name."""

    path: Path
    facts: BundleFacts
    files: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """`bundle-` and the start of its content's hash."""
        return self.path.name

    @property
    def emptied(self) -> "Bundle":
        """The same bundle without its files' bytes, for who has opened all that was needed of them."""
        return replace(self, files={})

    @classmethod
    def write(cls, parent: Path, facts: BundleFacts, files: Mapping[str, bytes]) -> "Bundle":
        """Write a bundle below `parent`, whole or not at all, and open what was written."""
        return cls.open(write_folder(parent, "bundle", {"facts": facts.model_dump(mode="json")}, files))

    @classmethod
    def open(cls, path: Path) -> "Bundle":
        """Open and prove a bundle; raises BundleError if it is corrupt, foreign or incomplete."""
        real = path.resolve()
        manifest, files = read_folder(real, "bundle")
        try:
            facts = parse(BundleFacts, manifest["facts"], source=str(path))
        except (KeyError, ConfigError) as error:
            raise BundleError(f"{path} was written by another version of this project: {error}") from error
        _check_graphs(path, facts, set(files))
        return cls(real, facts, files)


def _check_graphs(path: Path, facts: BundleFacts, files: set[str]) -> None:
    named = {model.graph for model in facts.models.values()}
    named |= {name for model in facts.models.values() if model.cascade for name in model.cascade.graphs}
    named |= facts.retrieval.files if facts.retrieval else set()
    if named - files:
        raise BundleError(f"{path}: files {sorted(named - files)} are named but not in the bundle")
