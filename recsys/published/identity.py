"""Integer ids for what a set names by text: the same for the same text, in every set and on every machine."""

import hashlib
import re
from collections.abc import Callable

import pyarrow as pa

from recsys.errors import TableError

HANDLE = re.compile(r"[0-9a-f]{16}")
SIGN_BIT = 1
"""Ids are signed: of 64 bits, 63 are left."""


def ids_of_handles(handles: pa.ChunkedArray) -> pa.ChunkedArray:
    """The first 63 bits of each handle of 16 hex digits, as int64; NULL where there is none.

    Raises TableError for a handle of another kind, and where two handles share those bits.
    """
    return _ids(handles, _bits_of_handle)


def ids_of_words(words: pa.ChunkedArray) -> pa.ChunkedArray:
    """The first 63 bits of each word's SHA-256, as int64; NULL where there is none.

    Raises TableError where two words share those bits.
    """
    return _ids(words, _bits_of_word)


def _ids(texts: pa.ChunkedArray, bits: Callable[[str], int]) -> pa.ChunkedArray:
    encoded = pa.chunked_array([texts.combine_chunks()]).dictionary_encode().combine_chunks()
    found: dict[int, str] = {}
    for text in encoded.dictionary.to_pylist():
        other = found.setdefault(bits(text), text)
        if other != text:
            raise TableError(f"{other} and {text} would get the same id, {bits(text)}")
    return pa.chunked_array([pa.array(found, pa.int64()).take(encoded.indices)])


def _bits_of_handle(handle: str) -> int:
    if not HANDLE.fullmatch(handle):
        raise TableError(f"expected a handle of 16 hex digits, found {handle!r}")
    return int(handle, 16) >> SIGN_BIT


def _bits_of_word(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big") >> SIGN_BIT
