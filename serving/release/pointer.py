"""The pointer of a release folder: what is served now, and what was before. One file, replaced whole."""

import json
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from recsys.config import Config, parse
from recsys.errors import BundleError, ConfigError
from recsys.files import canonical_json, write_atomic
from recsys.release import Release

POINTER = "current.json"


class Pointer(Config):
    """Releases with paths from the release folder on, the latest first; one of them is served."""

    serving: str
    """Name of the release that is served."""
    releases: tuple[Release, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _points_inside(self) -> Self:
        names = [release.name for release in self.releases]
        if self.serving not in names or len(set(names)) < len(names):
            raise ValueError(f"expected {self.serving} once among distinct releases, found {names}")
        outside = [
            str(path)
            for release in self.releases
            for path in release.folders.values()
            if path.is_absolute() or ".." in path.parts
        ]
        if outside:
            raise ValueError(f"paths {outside} leave the release folder")
        return self

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The pointer of a release folder; raises BundleError if there is none, or it is not one."""
        path = folder / POINTER
        try:
            values = json.loads(path.read_bytes())
        except FileNotFoundError as error:
            message = f"{folder} is no release folder: it has no {POINTER}; make one with `recsys publish`"
            raise BundleError(message) from error
        except (OSError, ValueError, RecursionError) as error:
            raise BundleError(f"{path} cannot be read: {error}") from error
        try:
            return parse(cls, values, source=str(path))
        except ConfigError as error:
            raise BundleError(str(error)) from error

    def write(self, folder: Path) -> None:
        """Replace the pointer: who reads it sees the old or the new one."""
        write_atomic(folder / POINTER, canonical_json(self.model_dump(mode="json")) + "\n")

    @property
    def place(self) -> int:
        """Place of the served release among the releases."""
        return [release.name for release in self.releases].index(self.serving)

    @property
    def release(self) -> Release:
        """The one that is served."""
        return self.releases[self.place]

    @property
    def earlier(self) -> tuple[Release, ...]:
        """What was served before it, the latest first."""
        return self.releases[self.place + 1 :]

    def before(self) -> Self:
        """The pointer moved to the release before the served one; raises ConfigError where there is none."""
        if not self.earlier:
            raise ConfigError(f"nothing was served before {self.serving}, so there is nothing to go back to")
        return self.model_copy(update={"serving": self.earlier[0].name})
