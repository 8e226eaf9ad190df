"""What a file's bytes are recognised by: sha256, of long files block by block so that every core helps.

A file of one block has the plain sha256 of its bytes. A longer one has that of its blocks' digests, marked as
such: a tree of depth 2 (Merkle 1987). The mark keeps a short file that consists of digests from passing for
the long file that they are of.
"""

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

BLOCK = 1 << 24
"""Bytes of a block."""
TREE = f"blocks-of-{BLOCK}:"
"""Mark of a digest over the digests of blocks."""
READ = 1 << 20
"""Bytes read at once."""


def digest_of(content: bytes) -> str:
    """The digest of a file with this content."""
    view = memoryview(content)
    return _joined([hashlib.sha256(view[start : start + BLOCK]).digest() for start in _starts(len(view))])


def digests_of(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The digest of each of a folder's files, by name; reads them without keeping them."""
    blocks = [(name, start) for name in names for start in _starts((folder / name).stat().st_size)]
    # hashlib lets other threads run meanwhile.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        digests = pool.map(lambda block: _block_digest(folder / block[0], block[1]), blocks)
        found = zip((name for name, _ in blocks), digests, strict=True)
        return {
            name: _joined([digest for _, digest in own]) for name, own in groupby(found, lambda each: each[0])
        }


def _starts(size: int) -> range:
    """Where the blocks start; an empty file has one."""
    return range(0, max(size, 1), BLOCK)


def _block_digest(path: Path, start: int) -> bytes:
    digest, buffer, left = hashlib.sha256(), memoryview(bytearray(READ)), BLOCK
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while left and (count := file.readinto(buffer[: min(left, READ)])):
            digest.update(buffer[:count])
            left -= count
    return digest.digest()


def _joined(blocks: list[bytes]) -> str:
    if len(blocks) == 1:
        return blocks[0].hex()
    return TREE + hashlib.sha256(b"".join(blocks)).hexdigest()
