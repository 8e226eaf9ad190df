"""Publishing: folders are placed beside those that are served, proven there, and then one file changes.

A release folder belongs to this module: `bundles/ snapshots/ index/ lists/` hold folders named by their
content, `current.json` says which of them are served (`serving.release.pointer`). A reader sees the old or
the new release, wherever a publisher was stopped; what a stopped one left behind is removed by the next.
"""

import fcntl
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeAlias

from recsys.errors import BundleError, ConfigError
from recsys.files import publish_folder, staged_folder
from recsys.folders import read_manifest
from recsys.release import BUNDLES, Release
from serving.release.pointer import POINTER, Pointer
from serving.release.slot import opened

KEPT = 3
"""Releases that stay on disk: the served one, and those that one can go back to."""
LOCK = ".lock"
PARENTS = {"snapshot": "snapshots", "index": "index", "lists": "lists"} | dict.fromkeys(BUNDLES, "bundles")
OURS = re.compile(r"(bundle|snapshot|index|lists)-[0-9a-f]{16}")
LEFT_BEHIND = (".staged-", ".removed-")
Given: TypeAlias = Mapping[str, Path | tuple[Path, ...] | None]
"""Part of a release (`lists`: several folders) → what it becomes; None takes it out."""


def publish(folder: Path, given: Given, kept: int = KEPT) -> Pointer:
    """Serve the given parts with what else is served now, once they are proven to fit together.

    Raises BundleError for a part that is corrupt, foreign, or does not fit; the old release stays then.
    Raises ConfigError where there is no snapshot, and for a folder that holds other things. Another publisher
    is waited for.
    """
    with _locked(folder):
        before = _read(folder)
        try:
            release = _placed(folder, given, before)
            opened(release.below(folder))
            after = _with(before, release, kept)
            after.write(folder)
        finally:
            clear(folder)
        return after


def roll_back(folder: Path) -> Pointer:
    """Serve what was served before, once it is proven again; raises ConfigError where nothing was."""
    with _locked(folder):
        after = Pointer.read(folder).before()
        opened(after.release.below(folder))
        after.write(folder)
        return after


def _placed(folder: Path, given: Given, before: Pointer | None) -> Release:
    """The release that is asked for, each of its folders inside the release folder; paths from there on."""
    changes = {name: _place(folder, name, part) for name, part in given.items()}
    served = before.release.model_dump() if before else {}
    if "snapshot" not in served | changes:
        raise ConfigError(f"{folder} serves nothing yet: the first release needs a snapshot")
    return Release.model_validate(served | changes)


def _place(folder: Path, name: str, part: Path | tuple[Path, ...] | None) -> Path | tuple[Path, ...] | None:
    if isinstance(part, tuple):
        return tuple(_copy(folder, PARENTS[name], source) for source in part)
    return None if part is None else _copy(folder, PARENTS[name], part)


def _copy(folder: Path, parent: str, source: Path) -> Path:
    """A folder's path in the release folder, to which it is copied whole, or not at all."""
    real, inside = source.resolve(), folder / parent
    if not OURS.fullmatch(real.name) or not real.is_dir():
        raise BundleError(f"{source}: expected a folder named by its content, as this project writes them")
    if real != inside.resolve() / real.name and not _is_proven(inside / real.name):
        with staged_folder(inside) as staged:
            for file in sorted(real.iterdir()):
                _copy_file(file, staged / file.name)
            if (inside / real.name).is_dir():
                # Nothing is replaced by what is no better.
                _prove(real)
                _set_aside(inside / real.name)
            publish_folder(staged, inside / real.name)
    return Path(parent) / real.name


def _is_proven(path: Path) -> bool:
    """Whether a folder is there, and is what its name says."""
    try:
        _prove(path)
    except (BundleError, OSError):
        return False
    return True


def _prove(path: Path) -> None:
    read_manifest(path, path.name.partition("-")[0])


def _copy_file(file: Path, target: Path) -> None:
    """A file of its own, not a link: whoever writes into the source must not change what is served."""
    if file.is_symlink() or not file.is_file():
        raise BundleError(f"{file}: expected files alone, found a folder or a link")
    shutil.copyfile(file, target)
    target.chmod(0o444)


def _set_aside(path: Path) -> Path:
    """Take a folder's name from it; `clear` removes what is called as it is from now on."""
    return path.rename(mkdtemp(dir=path.parent, prefix=LEFT_BEHIND[1]))


def _with(before: Pointer | None, release: Release, kept: int) -> Pointer:
    """The pointer with a new release first; what was rolled back from is forgotten."""
    known = before.releases[before.place :] if before else ()
    rest = [one for one in known if one.name != release.name]
    return Pointer(serving=release.name, releases=(release, *rest)[: max(kept, 1)])


def clear(folder: Path) -> None:
    """Remove what no known release names, and what a publisher that was stopped has left behind.

    Readers that opened a removed folder keep what they have mapped.
    """
    pointer = _read(folder)
    named = {path for one in pointer.releases for path in one.folders.values()} if pointer else set()
    for parent in sorted({folder / parent for parent in PARENTS.values()}):
        for path in sorted(parent.iterdir()) if parent.is_dir() else ():
            if path.name.startswith(LEFT_BEHIND):
                shutil.rmtree(path)
            elif OURS.fullmatch(path.name) and path.relative_to(folder) not in named:
                # Under its name a folder is whole or absent.
                shutil.rmtree(_set_aside(path))
    for unfinished in folder.glob(f".{POINTER}.*"):
        unfinished.unlink()


def _read(folder: Path) -> Pointer | None:
    return Pointer.read(folder) if (folder / POINTER).exists() else None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Wait until nobody else publishes to a folder; a killed publisher's lock is free.

    Raises ConfigError for a folder that holds things and never was a release folder: what is not named by a
    release would be removed from it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / LOCK).exists() and any(folder.iterdir()):
        raise ConfigError(f"{folder} is not empty and no release folder: give an empty or a new one")
    with (folder / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
