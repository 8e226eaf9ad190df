"""The fitted part of a configuration file: written by the script, the rest kept byte for byte."""

import re
from pathlib import Path

import yaml

from recsys.errors import ConfigError
from recsys.files import write_atomic
from training.simulate.fitted import Fitted

MARKER = "# Fitted by `recsys simulate fit`"
BLOCK = re.compile(rf"^{MARKER}.*\nfitted:\n(?: .*\n?)*", re.MULTILINE)


def fitted_text(fitted: Fitted, sources: str) -> str:
    """The YAML of the fitted part, under the comment that says where it comes from."""
    values = yaml.safe_dump({"fitted": fitted.model_dump(mode="json")}, sort_keys=False, width=10_000)
    return f"{MARKER} from {sources}; do not edit by hand.\n{_lists_on_one_line(values)}"


def _lists_on_one_line(text: str) -> str:
    """PyYAML writes a list as lines of `- value`; so many numbers are read more easily side by side."""
    return re.sub(r":\n((?: *- .*\n)+)", lambda found: f": [{', '.join(_values(found[1]))}]\n", text)


def _values(lines: str) -> list[str]:
    return [line.strip().removeprefix("- ") for line in lines.splitlines()]


def rewrite(path: Path, fitted: Fitted, sources: str) -> None:
    """Replace the fitted part of a configuration file, all or nothing; `sources` names the real sets.

    Raises ConfigError if the file cannot be read or has no such part.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as text: {error}") from error
    if len(BLOCK.findall(text)) != 1:
        raise ConfigError(f"{path} needs one part `fitted:` under the comment {MARKER!r}, found none or more")
    write_atomic(path, BLOCK.sub(lambda _: fitted_text(fitted, sources), text))
