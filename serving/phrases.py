"""Numbers in words: a feature's meaning without its formula, and its value in the unit people count in.

Features are logs and shares because models like those. Their docstrings say so in a handful of set forms
(`ln(1 + …)`, `Share of …`, `1 where …, else 0`), which are read back here.
"""

import re
from collections.abc import Callable
from math import exp, expm1

Show = Callable[[float], str]


def _amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def _per_cent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _growth(log: float) -> str:
    return f"{100 * expm1(log):+.0f} %"


def _yes_or_no(flag: float) -> str:
    return "yes" if flag else "no"


FORMS: tuple[tuple[str, Show], ...] = (
    (r"ln\(1 \+ ([^();]+)", lambda log: _amount(expm1(log))),
    (r"ln of (.+)", lambda log: f"× {exp(log):.3g}"),
    (r"Log (growth .+)", _growth),
    (r"1 where (.+), else 0", _yes_or_no),
    (r"((?:Share|Part|Active share|Mean overlap|Lowest overlap|Percentile rank) .+)", _per_cent),
    (r"(.+ / .+)", _per_cent),
    (r"(.*)", _amount),
)
"""How meanings are worded, and how a value so worded is shown; the first that fits applies."""
ASIDES = re.compile(
    r" \([^()]*\)|[:;] .*|, (?:0 to 1|at most|Σ|which|smoothed|shrunk|engagement rather|Herfindahl|\|).*"
)
"""What is of use in the documentation only: rule ids, ranges, formulas, explanations."""


def phrase(meaning: str, value: float | None, typical: float | None) -> str:
    """`share of the audience in states with a store: 71 % (typical 38 %)`; what is not known is `unknown`."""
    sentence = ASIDES.sub("", meaning.rstrip("."))
    match, show = next((match, show) for form, show in FORMS if (match := re.match(form, sentence)))
    words = match.group(1)
    words = words if words[1:2].isupper() else words[:1].lower() + words[1:]
    return f"{words}: {_shown(show, value)} (typical {_shown(show, typical)})"


def _shown(show: Show, value: float | None) -> str:
    return "unknown" if value is None else show(value)
