"""Files that are either whole or absent: temporary name, fsync, rename; and their hashes."""

import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of_json(value: object) -> str:
    """Hex digest of a value's canonical JSON (sorted keys, no spaces)."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def canonical_json(value: object) -> str:
    """JSON whose bytes depend on the value alone; NaN and infinities are refused."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def write_atomic(path: Path, content: bytes | str, mode: int = 0o644, keep_access: bool = False) -> None:
    """Write a file so that readers see the old or the new content, never a part of it.

    `keep_access` gives it the owner, group and mode of the file whose place it takes, if there is one and as
    far as this process may.
    """
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        if keep_access and path.exists():
            _copy_access(path.stat(), temporary)
        temporary.replace(path)
        sync_folder(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _copy_access(old: os.stat_result, new: Path) -> None:
    """Who may read and write a file; another group than the old one gets no rights."""
    with suppress(OSError):
        os.chown(new, -1, old.st_gid)
    same_group = new.stat().st_gid == old.st_gid
    new.chmod(stat.S_IMODE(old.st_mode) & (0o777 if same_group else ~stat.S_IRWXG))
    with suppress(OSError):
        os.chown(new, old.st_uid, -1)


@contextmanager
def staged_folder(parent: Path) -> Iterator[Path]:
    """A temporary folder beside the final ones; removed on leaving unless it was published."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=parent, prefix=".staged-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish_folder(staged: Path, target: Path) -> Path:
    """Move a complete staged folder to `target` in one rename; an equal folder already there is kept.

    Meant for folders named by their content: what is there under the same name is the same.
    """
    for path in sorted(staged.rglob("*")):
        if path.is_file():
            _sync(path)
    sync_folder(staged)
    staged.chmod(0o755)
    try:
        staged.rename(target)
    except OSError:
        if not target.is_dir():
            raise
    sync_folder(target.parent)
    return target


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make renames inside a folder durable."""
    _sync(folder)
