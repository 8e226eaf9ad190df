"""A creator's profile and lists of creators as a terminal shows them."""

from collections.abc import Callable, Iterator, Sequence

import typer

from recsys.console import print_table, sparkline
from serving.answers import FilterCount
from serving.creators.profile import Coverage, CreatorProfile, Group, History, Performance, Reach
from serving.creators.search import CreatorCard, CreatorPage, MoneyRange
from serving.creators.similar import LookAlikes

FOUND = (
    "#",
    "creator",
    "market",
    "category",
    "audience",
    "tier",
    "followers",
    "mean views",
    "engaged %",
    "gmv",
)
PERFORMANCE = (
    "over", "n", "views", "mean views", "mean likes", "mean comments", "mean shares", "engaged %",
)  # fmt: skip
DAYS_A_MARK = 2
BAR = 24
"""Characters of the bar of a share of 1."""
SHOWN_GROUPS = 5


def print_page(page: CreatorPage) -> None:
    """A page of a search, with what was asked and how to go on."""
    columns = (
        (*FOUND, page.sort) if page.sort not in {"followers", "mean_views", "engagement_rate"} else FOUND
    )
    direction = "from high to low" if page.descending else "from low to high"
    rows = [(item.place, *_card(item), _rounded(item.value))[: len(columns)] for item in page.items]
    if rows:
        print_table(f"Creators by {page.sort}, {direction}, money in minor units", columns, rows)
        typer.echo(page.meaning)
    else:
        typer.echo("No creator is left." if page.total == 0 else "No creator is on this page.")
    typer.echo(_filters(page.creators_known, page.filters))
    typer.echo(f"{page.total:,} found · {page.snapshot} as of {page.as_of:%Y-%m-%d %H:%M} UTC")
    for lack in page.degraded:
        typer.echo(f"degraded: {lack}")
    if page.next:
        typer.echo(f"next page: --cursor {page.next}")


def print_look_alikes(answer: LookAlikes, creators: int) -> None:
    """The creators most like one, with the parts."""
    columns = ("#", "alike", *FOUND[1:])
    rows = [(item.place, f"{item.score:.2f}", *_card(item)) for item in answer.items]
    print_table(f"Creators like {answer.creator_id}, money in minor units", columns, rows)
    typer.echo(
        "".join(f"{item.place}. {item.creator_id}: {item.phrase}\n" for item in answer.items), nl=False
    )
    typer.echo(_filters(creators, answer.filters))
    typer.echo(f"{answer.compared:,} compared · {answer.snapshot} as of {answer.as_of:%Y-%m-%d %H:%M} UTC")
    for lack in answer.degraded:
        typer.echo(f"degraded: {lack}")


def print_profile(profile: CreatorProfile) -> None:
    """One creator: who, how their videos do, growth, sales, audience, daily history."""
    typer.echo(_headline(profile) + "\n")
    videos = (profile.latest, profile.recent, profile.sponsored, profile.organic)
    print_table("Videos, counted to date", PERFORMANCE, [_performance(each) for each in videos])
    for line in (*_facts(profile), "", *_audience(profile)):
        typer.echo(line)
    if profile.coverage:
        typer.echo(_coverage(profile.coverage))
    if profile.history:
        typer.echo("\n" + "\n".join(_history(profile.history)))
    for lack in profile.degraded:
        typer.echo(f"degraded: {lack}")
    typer.echo(f"\n{profile.snapshot} as of {profile.as_of:%Y-%m-%d %H:%M} UTC")


def _card(card: CreatorCard) -> tuple[object, ...]:
    return (
        str(card.creator_id),
        card.market,
        card.category,
        card.main_country,
        card.tier,
        _rounded(card.followers),
        _rounded(card.mean_views),
        _per_cent(card.engagement_rate),
        _money(card.gmv),
    )


def _headline(profile: CreatorProfile) -> str:
    posted = (
        "never posted"
        if profile.days_since_post is None
        else f"posted {profile.days_since_post:.0f} days ago"
    )
    age = "unknown" if profile.account_days is None else f"{profile.account_days:,.0f}"
    who = f"{profile.category}, {profile.tier}, market {profile.market}, lives in {profile.country}"
    return f"Creator {profile.creator_id}: {who}, speaks {profile.language}, {age} days old, {posted}"


def _performance(each: Performance) -> tuple[object, ...]:
    mean = each.mean
    means = [None] * 4 if mean is None else [mean.views, mean.likes, mean.comments, mean.shares]
    few = each.at_most is not None and each.videos < each.at_most
    size = f"only {each.videos}" if few else f"{each.videos}"
    return (each.of, size, each.total.views, *map(_rounded, means), _per_cent(each.engagement_rate))


def _facts(profile: CreatorProfile) -> Iterator[str]:
    growth, selling = profile.growth, profile.selling
    yield f"reach      {_reach(profile.reach)}"
    yield (
        f"growth     {_signed(growth.followers_growth)} followers in 28 days, {growth.gained:,} gained "
        f"({growth.gained_before:,} before); {growth.shape or 'no gains'}: rose on "
        f"{_share(growth.growth_days_share)} of days, best day {_share(growth.best_day_share)} of gains"
    )
    sold = f"GMV {_money(selling.gmv)} in 28 days, {selling.orders:,} orders"
    yield f"sales      {sold}, GPM {_money(selling.gpm)}"
    prices = " to ".join(_amount(price) for price in (selling.price_low, selling.price_high))
    yield (
        f"prices     {prices}, usually {_amount(selling.price_median)}; commission "
        f"{_share(selling.commission_usual)}, fee {_amount(selling.fee_median)}; "
        f"{'may' if selling.has_ecommerce else 'may not'} link products; money in minor units"
    )


def _reach(reach: Reach) -> str:
    return (
        f"{_amount(reach.followers)} followers × {_share(reach.active_share)} active = "
        f"{_amount(reach.potential_reach)}"
    )


def _audience(profile: CreatorProfile) -> Iterator[str]:
    if not profile.audience:
        yield "audience   never measured"
    for dimension, groups in profile.audience.items():
        for place, group in enumerate(groups[:SHOWN_GROUPS]):
            yield f"{dimension if place == 0 else '':10} {_bar(group)}"
        rest = groups[SHOWN_GROUPS:]
        if rest:
            yield f"{'':10} {f'{len(rest)} more':8} {_share(sum(group.share for group in rest)):>5}"


def _bar(group: Group) -> str:
    return f"{group.value:8} {_share(group.share):>5} {'█' * round(BAR * group.share)}"


def _coverage(coverage: Coverage) -> str:
    if not coverage.states:
        return "stores     the brand has none"
    covered = ", ".join(f"{group.value} {_share(group.share)}" for group in coverage.covered) or "none"
    total = f"{len(coverage.covered)} of {len(coverage.states)} states: {covered}"
    return f"stores     {_share(coverage.share)} of the audience, {total}"


def _history(history: History) -> Iterator[str]:
    yield f"{history.first_day} to {history.last_day}, a mark every {DAYS_A_MARK} days"
    for name in ("followers", "views", "engagements"):
        yield _row(name, getattr(history, name), _amount)
    yield _row("engaged", history.engagement_rate, _share)


def _row(name: str, values: Sequence[float | None], shown: Callable[[float], str]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return f"{name:11} never counted"
    marks = sparkline(values, -(-len(values) // DAYS_A_MARK))
    return f"{name:11} {marks}  {shown(min(known))} to {shown(max(known))}, last {shown(known[-1])}"


def _filters(creators: int, filters: Sequence[FilterCount]) -> str:
    """`2,000 creators → countries (US) 1,182 → …`: who was left after each filter."""
    steps = [f"{count.filter} ({count.asked}) {count.left:,}" for count in filters]
    return " → ".join([f"{creators:,} creators", *steps])


def _money(money: MoneyRange) -> str:
    """A withheld amount is a range, never a number between its ends (R17)."""
    if money.low is None or money.high is None:
        return "unknown"
    ends = f"{money.low:,.0f}" if money.low == money.high else f"{money.low:,.0f} to {money.high:,.0f}"
    return f"{ends} {money.currency or ''}".rstrip()


def _amount(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.0f}"


def _share(value: float | None) -> str:
    return "unknown" if value is None else f"{100 * value:.0f} %"


def _signed(value: float | None) -> str:
    return "unknown growth of" if value is None else f"{100 * value:+.1f} %"


def _rounded(value: float | None) -> float | None:
    return value if value is None or abs(value) < 10 else round(value)


def _per_cent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
