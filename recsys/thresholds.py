"""What a policy's numbers mean and by which rule they stand (R1), read from the docstrings of its fields."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from recsys.config import Config
from recsys.policy import Policy

RULE = re.compile(r"R\d+")
RULES_IN_BRACKETS = re.compile(r" \(R\d+(?:(?:, |–)R\d+)*\)")
IDENTITY = frozenset({"policy_id", "market", "valid_from", "valid_until"})
"""What names a policy and says when it applies; everything else is a threshold."""


@dataclass(frozen=True)
class Threshold:
    """One number, word or table of a policy."""

    name: str
    """Where it stands in the YAML: `fulfilment.days`."""
    value: object
    rule: str
    """Rule ids such as `R7`, joined by commas."""
    meaning: str


def thresholds(policy: Policy) -> tuple[Threshold, ...]:
    """Every threshold of a policy, in the order of its fields."""
    return tuple(one for one in _of_section(policy, "", "") if one.name not in IDENTITY)


def _of_section(section: Config, prefix: str, inherited: str) -> Iterator[Threshold]:
    """A section's own; a field that names no rule stands by its section's."""
    about = type(section).__doc__ or ""
    rule = _rules_in(about) or inherited
    for name, field in type(section).model_fields.items():
        value, meaning = getattr(section, name), field.description or about
        named = _rules_in(meaning) or rule
        if isinstance(value, Config):
            yield from _of_section(value, f"{prefix}{name}.", named)
        else:
            yield from _of_value(Threshold(prefix + name, value, named, RULES_IN_BRACKETS.sub("", meaning)))


def _of_value(one: Threshold) -> Iterator[Threshold]:
    """The threshold itself; a table of tables is one threshold a row."""
    if isinstance(one.value, Mapping) and all(isinstance(row, Mapping) for row in one.value.values()):
        for name, row in one.value.items():
            yield Threshold(f"{one.name}.{name}", row, one.rule, one.meaning)
    else:
        yield one


def _rules_in(text: str) -> str:
    return ", ".join(dict.fromkeys(RULE.findall(text)))
