"""The index: a first stage as a folder named by its content, memory-mapped and shared by workers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import Field

from features.first_stage.config import FirstStageConfig
from recsys.arrays import Array, Features, Floats, Ints
from recsys.config import Config, parse
from recsys.errors import BundleError, ConfigError
from recsys.folders import read_manifest, write_folder

KIND = "index"
ARRAYS: dict[str, tuple[str, int]] = {"factors": ("<f4", 2), "rows": ("<i8", 1), "places": ("<i4", 1)}
"""File → type and dimensions of what it holds."""
NOWHERE = -1
"""Place of a creator whose market is not in the index."""


class MarketFacts(Config):
    """A market's part of the index."""

    start: int = Field(ge=0)
    end: int = Field(ge=1)
    """Its creators are the places from `start` to before `end`."""
    weights: tuple[float, ...]
    """What briefs of the market usually weigh the factors by."""
    noise: float = Field(ge=0)
    """Mean square of what the factors do not tell of a score."""
    anchors: int
    """Briefs for which every creator was scored."""


class IndexFacts(Config):
    """What is known about an index besides its arrays."""

    bundle: str
    """Name of the bundle whose ranker it stands for."""
    snapshot: str
    """Name of the snapshot whose creators it holds."""
    config: FirstStageConfig
    markets: dict[str, MarketFacts]
    """Those with more creators than the ranker scores for a brief."""


@dataclass(frozen=True)
class Market:
    """The creators of one market, in order of the snapshot's rows."""

    rows: Ints
    """Rows of the snapshot's creators."""
    factors: Features
    """(creators, factors)."""
    weights: Floats
    noise: float


@dataclass(frozen=True)
class FirstStage:
    """An index, of which nothing is copied. `path` is None for one that was never written."""

    facts: IndexFacts
    factors: Features
    """(places, factors): the creators market by market."""
    rows: Ints
    """(places,); row of the snapshot's creators at each place."""
    places: Array
    """(creators of the snapshot,) int32; their place within their market, or `NOWHERE`."""
    path: Path | None = None

    @property
    def name(self) -> str:
        """`index-` and the start of its content's hash, or `unwritten`."""
        return self.path.name if self.path else "unwritten"

    def market(self, name: str) -> Market | None:
        """A market's part; None where it has none."""
        facts = self.facts.markets.get(name)
        if facts is None:
            return None
        own = slice(facts.start, facts.end)
        return Market(self.rows[own], self.factors[own], np.array(facts.weights), facts.noise)

    def check_fits(self, bundle: str, snapshot: str) -> None:
        """Raises BundleError unless it was made with this bundle on this snapshot, by name."""
        made = (self.facts.bundle, self.facts.snapshot)
        if made != (bundle, snapshot):
            raise BundleError(
                f"{self.name} was made with {made[0]} on {made[1]}, found {bundle} on {snapshot}; "
                "make one for them: recsys index"
            )

    def write(self, parent: Path) -> "FirstStage":
        """Write below `parent`, whole or not at all, and open what was written."""
        facts = {"facts": self.facts.model_dump(mode="json")}
        arrays: Mapping[str, Array] = {name: getattr(self, name) for name in ARRAYS}
        contents = {f"{name}.npy": partial(_save, array) for name, array in arrays.items()}
        return FirstStage.open(write_folder(parent, KIND, facts, contents))

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open, prove and memory-map an index; raises BundleError if it is corrupt or foreign."""
        real = path.resolve()
        manifest = read_manifest(real, KIND)
        try:
            facts = parse(IndexFacts, manifest["facts"], source=str(path))
            # As plain arrays: every look at a memmap would cost some microseconds more.
            arrays = {name: np.asarray(np.load(real / f"{name}.npy", mmap_mode="r")) for name in ARRAYS}
        except (KeyError, ConfigError, OSError, ValueError) as error:
            raise BundleError(f"{path} was written by another version of this project: {error}") from error
        _check(path, facts, arrays)
        return cls(facts, **arrays, path=real)


def _save(array: Array, path: Path) -> None:
    np.save(path, array, allow_pickle=False)


def _check(path: Path, facts: IndexFacts, arrays: Mapping[str, Array]) -> None:
    for name, (dtype, dimensions) in ARRAYS.items():
        found = arrays[name]
        if found.dtype != np.dtype(dtype) or found.ndim != dimensions:
            raise BundleError(
                f"{path}: {name} is {found.dtype} of shape {found.shape}, expected {dtype} of {dimensions} "
                "dimensions"
            )
    places = len(arrays["rows"])
    ends = [0, *(market.end for market in facts.markets.values())]
    starts = [*(market.start for market in facts.markets.values()), places]
    widths = {len(market.weights) for market in facts.markets.values()} - {arrays["factors"].shape[1]}
    if ends != starts or len(arrays["factors"]) != places or widths:
        raise BundleError(f"{path}: its markets do not divide its {places} places")
