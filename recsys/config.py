"""Configuration: frozen, complete, and strict about keys it does not know."""

from collections.abc import Sequence
from copy import deepcopy
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recsys.errors import ConfigError

ConfigType = TypeVar("ConfigType", bound="Config")
Item = TypeVar("Item")
Several: TypeAlias = Annotated[tuple[Item, ...], Field(fail_fast=True)]
"""Values that somebody sends: only the first wrong one is told, since very many would take seconds."""
LONGEST_KEY = 40
"""Characters of a key that may be a known one misspelt."""


class Config(BaseModel):
    """Base of every configuration: immutable, unknown keys and NaN refused, docstring = meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

    @classmethod
    def load(cls, path: Path, overrides: Sequence[str] = ()) -> Self:
        """The YAML file at `path`, with `a.b=value` overrides applied (`--set` on the command line).

        Raises ConfigError naming each wrong key, what was expected and what was found.
        """
        return parse(cls, with_overrides(read_yaml(path), overrides), source=str(path))


def parse(cls: type[ConfigType], values: dict[str, Any], source: str) -> ConfigType:
    """`values` as a validated `cls`; raises ConfigError that names `source` and every wrong key."""
    try:
        return cls.model_validate(values)
    except ValidationError as error:
        raise ConfigError(f"{source} is not a valid {cls.__name__}: {explain(error, cls)}") from error


def explain(error: ValidationError, cls: type[BaseModel]) -> str:
    """Each wrong key of a `cls`: where it stands, what was expected, what was found, what was meant."""
    lines = []
    for problem in error.errors(include_url=False):
        where = ".".join(str(part) for part in problem["loc"])
        found = "" if problem["type"] == "missing" or not where else f", found {problem['input']!r}"
        meant = meant_by(str(problem["loc"][-1]), cls) if problem["type"] == "extra_forbidden" else ""
        message = problem["msg"].removeprefix("Value error, ")
        lines.append(f"{where or 'the whole file'}: {message}{found}{meant}")
    return "; ".join(lines)


def meant_by(key: str, cls: type[BaseModel]) -> str:
    """Asks whether a known key of a `cls` or of its sections was meant; empty where none is near."""
    # A key far longer than any would take long to compare.
    near = get_close_matches(key, _keys_of(cls), n=1) if len(key) <= LONGEST_KEY else []
    return f" (did you mean {near[0]}?)" if near else ""


@cache
def _keys_of(cls: type[BaseModel]) -> tuple[str, ...]:
    """Every key of a `cls` and of its sections."""
    schema = cls.model_json_schema()
    sections = [schema, *schema.get("$defs", {}).values()]
    return tuple(sorted({name for section in sections for name in section.get("properties", {})}))


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML mapping; raises ConfigError for a missing file, broken YAML or anything but a mapping."""
    try:
        # PyYAML lets the ValueError of a date such as 2024-02-30 through.
        values = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"there is no configuration file {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as text: {error}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(values, dict):
        found = "is empty" if values is None else f"holds a {type(values).__name__}"
        raise ConfigError(f"{path} {found}, expected a mapping of settings")
    return values


def with_overrides(values: dict[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """A copy of `values` with each `a.b=value` set; the value is read as YAML."""
    result = deepcopy(values)
    for override in overrides:
        key, separator, text = override.partition("=")
        if not separator or not key:
            raise ConfigError(f"--set expects key=value, found {override!r}")
        _set_nested(result, key.split("."), _yaml_value(override, text))
    return result


def _yaml_value(override: str, text: str) -> object:
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(f"--set {override}: the value is not valid YAML: {error}") from error


def _set_nested(values: dict[str, Any], keys: list[str], value: object) -> None:
    for key in keys[:-1]:
        values = values.setdefault(key, {})
        if not isinstance(values, dict):
            raise ConfigError(f"--set {'.'.join(keys)}: {key} is a single value, not a section")
    values[keys[-1]] = value
