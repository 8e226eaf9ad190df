"""A filter on creators from a file and from options of a command line, which overrule the file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from recsys.config import parse
from recsys.creator_filter import CreatorFilter
from recsys.errors import ConfigError


def filter_of(file: Path | None, options: Mapping[str, Any], source: str) -> CreatorFilter:
    """The filter in a YAML file, the keys of `options` in place of the file's; None and [] are not given.

    Raises ConfigError, which names the source, for a key or value that no filter has.
    """
    values = CreatorFilter.load(file).model_dump(exclude_unset=True) if file else {}
    given = {name: value for name, value in options.items() if value is not None and value != []}
    return parse(CreatorFilter, values | given, source)


def range_of(option: str, text: str | None) -> dict[str, float] | None:
    """`10000:50000`, `10000:` or `:50000` as the ends of a range; None stays None."""
    if text is None:
        return None
    low, colon, high = text.partition(":")
    try:
        ends = {"low": low, "high": high}
        found = {name: float(end) for name, end in ends.items() if end}
    except ValueError:
        found = {}
    if not colon or not found:
        raise ConfigError(f"{option}: expected LOW:HIGH, LOW: or :HIGH, found {text!r}")
    return found


def audience_of(option: str, groups: Sequence[str]) -> list[dict[str, Any]]:
    """Each `gender.female=0.6:` as a filter on that group's share of the audience."""
    return [_group(option, group) for group in groups]


def _group(option: str, text: str) -> dict[str, Any]:
    name, equals, share = text.partition("=")
    dimension, dot, value = name.partition(".")
    if not (equals and dot):
        raise ConfigError(f"{option}: expected DIMENSION.GROUP=LOW:HIGH, found {text!r}")
    return {"dimension": dimension, "value": value, "share": range_of(f"{option} {name}", share)}
