"""Folders named by their content: how bundles and snapshots are written, proven and opened."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from recsys.digests import digest_of, digests_of
from recsys.errors import BundleError
from recsys.files import canonical_json, publish_folder, sha256_of_json, staged_folder

MANIFEST = "manifest.json"
LARGEST_MANIFEST = 1 << 26
"""Bytes: a hundred times those of the largest there has been."""
Content = bytes | Callable[[Path], None]
"""A file's bytes, or what writes them to a path (for files that need not fit in memory)."""


def write_folder(parent: Path, kind: str, facts: Mapping[str, Any], contents: Mapping[str, Content]) -> Path:
    """Write `contents` and a manifest with their hashes to `parent/<kind>-<hash of the manifest>`.

    `facts` must not hold clocks or paths: the same facts and contents give the same name.
    """
    with staged_folder(parent) as staged:
        for name, content in contents.items():
            _write(staged / name, content)
        hashes = digests_of(staged, contents)
        manifest = {"kind": kind, "files": hashes, **facts}
        (staged / MANIFEST).write_text(canonical_json(manifest), "utf-8")
        return publish_folder(staged, parent / f"{kind}-{sha256_of_json(manifest)[:16]}")


def _write(path: Path, content: Content) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)


def read_manifest(path: Path, kind: str) -> dict[str, Any]:
    """The manifest of a folder after every file was checked against its hash there, without being kept.

    For folders whose files need not fit in memory. Raises BundleError for a missing, corrupt or foreign
    folder: nothing of it has been used by then.
    """
    manifest = _proven_manifest(path, kind)
    for name, found in digests_of(path, manifest["files"]).items():
        _check_hash(path / name, manifest["files"][name], found)
    return manifest


def read_folder(path: Path, kind: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest of a folder and its files' bytes: each file is read once, and what was hashed is returned.

    Raises BundleError as `read_manifest` does.
    """
    manifest = _proven_manifest(path, kind)
    contents = {name: (path / name).read_bytes() for name in manifest["files"]}
    for name, content in contents.items():
        _check_hash(path / name, manifest["files"][name], digest_of(content))
    return manifest, contents


def _proven_manifest(path: Path, kind: str) -> dict[str, Any]:
    """The manifest of a folder of this kind that is named by it, and holds exactly the files it lists."""
    try:
        manifest = json.loads(_text_of(path / MANIFEST))
        digest = sha256_of_json(manifest)
    except (OSError, ValueError, RecursionError) as error:
        raise BundleError(f"{path} is not a {kind}: its {MANIFEST} cannot be read ({error})") from error
    if not isinstance(manifest, dict) or manifest.get("kind") != kind:
        found = manifest.get("kind") if isinstance(manifest, dict) else type(manifest).__name__
        raise BundleError(f"{path}: expected a {kind}, found {found!r}")
    _check_name(path, f"{kind}-{digest[:16]}")
    _check_files(path, manifest)
    return manifest


def _text_of(path: Path) -> str:
    """Raises ValueError for a file that is no manifest: nothing could be said that needs as much."""
    if path.is_symlink() or path.stat().st_size > LARGEST_MANIFEST:
        raise ValueError(f"expected a file of at most {LARGEST_MANIFEST:,} bytes")
    return path.read_text("utf-8")


def _check_name(path: Path, expected: str) -> None:
    if path.resolve().name != expected:
        raise BundleError(f"{path}: the manifest's hash names it {expected}, found {path.resolve().name}")


def _check_files(path: Path, manifest: dict[str, Any]) -> None:
    hashes = manifest.get("files")
    if not isinstance(hashes, dict):
        raise BundleError(f"{path}: the manifest lists no files")
    for name, expected in hashes.items():
        if Path(name).name != name or name == "..":
            raise BundleError(f"{path}: file name {name!r} leaves the folder")
        # What a link leads to can be replaced after it was proven.
        if not (path / name).is_file() or (path / name).is_symlink():
            raise BundleError(f"{path / name}: expected sha256 {expected}, found no file")
    extra = {file.name for file in path.iterdir()} - {MANIFEST, *hashes}
    if extra:
        raise BundleError(f"{path}: files {sorted(extra)} are not in the manifest")


def _check_hash(file: Path, expected: str, found: str) -> None:
    if found != expected:
        raise BundleError(f"{file}: expected sha256 {expected}, found {found}")
