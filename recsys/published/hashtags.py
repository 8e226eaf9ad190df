"""Hashtags as people write them, made comparable."""

import unicodedata
from collections.abc import Iterable

import pyarrow as pa


def hashtags_of(written: Iterable[Iterable[str]]) -> tuple[pa.Array, int]:
    """Each video's hashtags without #, in small letters (TikTok tells no case apart), each once, in order.

    The second value says in how many videos that changed anything.
    """
    lists = [[tag.strip().removeprefix("#") for tag in tags] for tags in written]
    lists = [[tag for tag in tags if tag] for tags in lists]
    clean = [list(dict.fromkeys(unicodedata.normalize("NFC", tag).lower() for tag in tags)) for tags in lists]
    return pa.array(clean, pa.list_(pa.string())), sum(a != b for a, b in zip(lists, clean, strict=True))
