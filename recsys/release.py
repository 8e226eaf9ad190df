"""A release: one snapshot, and the bundles and lists that are served with it."""

from pathlib import Path

from pydantic import model_validator

from recsys.config import Config
from recsys.files import sha256_of_json

BUNDLES = ("match", "challenger", "products", "inspiration")


class Release(Config):
    """What is served together. Every folder is named by its content, so a release is too."""

    snapshot: Path
    match: Path | None = None
    """Bundle that ranks creators for briefs."""
    challenger: Path | None = None
    """Another one, asked by name to be compared with it."""
    index: Path | None = None
    """First stage of `match` on the snapshot (`recsys index`); without one everyone eligible is scored."""
    products: Path | None = None
    inspiration: Path | None = None
    lists: tuple[Path, ...] = ()
    """Ranking lists, a folder for each period."""

    @model_validator(mode="after")
    def _complete(self) -> "Release":
        if self.match is None and (self.challenger or self.index):
            raise ValueError("a challenger and an index go with a match bundle, found none")
        return self

    @property
    def folders(self) -> dict[str, Path]:
        """Every folder of the release, by what it is."""
        named = {name: getattr(self, name) for name in ("snapshot", *BUNDLES, "index")}
        there = {name: path for name, path in named.items() if path is not None}
        return there | {f"lists_{place}": path for place, path in enumerate(self.lists)}

    @property
    def name(self) -> str:
        """`release-` and a hash of its folders' names: the same content has the same name anywhere."""
        names = {what: path.name for what, path in self.folders.items()}
        return f"release-{sha256_of_json(names)[:16]}"

    def below(self, folder: Path) -> "Release":
        """The same release with paths taken from a folder on; absolute paths stay."""
        changed = {name: folder / path for name, path in self.folders.items() if "lists" not in name}
        return self.model_copy(update={**changed, "lists": tuple(folder / path for path in self.lists)})
