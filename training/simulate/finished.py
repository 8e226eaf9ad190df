"""What is left of a block once it is written: its counts and results, kept so that a run can go on later."""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from recsys.files import write_atomic
from training.simulate.funnel.results import Results

FOLDER = ".finished"


@dataclass(frozen=True)
class Finished:
    """A block whose files are complete."""

    rows: dict[str, int]
    """Table → rows."""
    results: Results

    def save(self, folder: Path, number: int) -> None:
        """Say that a block of the world in `folder` is complete; called after its files were written."""
        content = io.BytesIO()
        results = self.results
        rows = np.array(json.dumps(self.rows))
        np.savez(content, rows=rows, brief=results.brief, creator=results.creator, values=results.values)
        write_atomic(_path(folder, number), content.getvalue())

    @classmethod
    def load(cls, folder: Path, number: int) -> Self | None:
        """The block if it is complete."""
        path = _path(folder, number)
        if not path.is_file():
            return None
        with np.load(path, allow_pickle=False) as found:
            results = Results(found["brief"], found["creator"], found["values"])
            return cls(json.loads(str(found["rows"])), results)


def _path(folder: Path, number: int) -> Path:
    return folder / FOLDER / f"{number:05d}.npz"
