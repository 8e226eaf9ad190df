"""`recsys policy`: the marketplace's rules, and since when (R1)."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from recsys.console import print_json, print_table
from recsys.errors import ConfigError
from recsys.options import MOMENTS, POLICIES, AsJson, PolicyFolder
from recsys.policy import EVERY_MARKET, Policies, Policy, Stretch, read_policies
from recsys.thresholds import thresholds

MARKET_CODE_LENGTH = 2

policy_app = typer.Typer(no_args_is_help=True, add_completion=False)


@policy_app.callback()
def policy() -> None:
    """The rules of a market and the days on which they apply (R1)."""


@policy_app.command("show")
def show(
    market: Annotated[str, typer.Option(help="Market code such as US, or * for every other market.")],
    at: Annotated[
        datetime | None, typer.Option(formats=MOMENTS, help="Day or moment in UTC; without it, all days.")
    ] = None,
    policies: PolicyFolder = POLICIES,
    as_json: AsJson = False,
) -> None:
    """Show the policy of a market on a day with all its thresholds, or without --at which applied when.

    Examples: recsys policy show --market US --at 2023-08-31 · recsys policy show --market US --json
    """
    _refuse_odd_code(market)
    known = read_policies(policies)
    if at is None:
        _show_timeline(market, known, as_json)
    else:
        _show_policy(market, at, known.in_force(market, at), as_json)


def _refuse_odd_code(market: str) -> None:
    """A misspelt market would silently follow the general policy."""
    is_code = len(market) == MARKET_CODE_LENGTH and market.isalpha() and market.isupper()
    if market != EVERY_MARKET and not is_code:
        raise ConfigError(f"--market: expected a code of two upper-case letters or *, found {market!r}")


def _show_policy(market: str, at: datetime, policy: Policy, as_json: bool) -> None:
    if as_json:
        print_json(_policy_as_json(market, at, policy))
        return
    rows = [(one.name, _shown(one.value), one.rule, one.meaning) for one in thresholds(policy)]
    until = "the market's next policy" if policy.valid_until is None else policy.valid_until
    title = f"{policy.policy_id}: market {policy.market}, from {policy.valid_from} until {until}"
    print_table(title, ("threshold", "value", "rule", "meaning"), rows)


def _policy_as_json(market: str, at: datetime, policy: Policy) -> dict[str, object]:
    stated = policy.model_dump(mode="json", include={"policy_id", "valid_from", "valid_until"})
    rows = [vars(one) for one in thresholds(policy)]
    return {"market": market, "at": at.isoformat(), **stated, "of_market": policy.market, "thresholds": rows}


def _show_timeline(market: str, known: Policies, as_json: bool) -> None:
    stretches = known.timeline(market)
    if not stretches:
        raise ConfigError(f"no policy ever applies to market {market}")
    rows = [_stretch_as_json(stretch) for stretch in stretches]
    if as_json:
        print_json({"market": market, "policies": rows})
    else:
        print_table(f"Policies of market {market}", tuple(rows[0]), [_texts(row) for row in rows])


def _stretch_as_json(stretch: Stretch) -> dict[str, object]:
    return {
        "policy_id": stretch.policy.policy_id,
        "of_market": stretch.policy.market,
        "from": stretch.first_day.isoformat(),
        "until": None if stretch.end is None else stretch.end.isoformat(),
        "current": datetime.now(UTC).date() in stretch,
    }


def _texts(row: dict[str, object]) -> tuple[object, ...]:
    return (*list(row.values())[:-1], "now" if row["current"] else "")


def _shown(value: object) -> str:
    """`none 0, first 1` for a table, the value itself otherwise."""
    return (
        ", ".join(f"{name} {number:g}" for name, number in value.items())
        if isinstance(value, dict)
        else str(value)
    )
