"""Every rule is broken once by a planted fault and found under its own id."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from recsys.tables import TABLES
from recsys.tables.check import check
from recsys.tables.rules import RULES, Rule
from recsys.tables.rules.generated import HAPPENS_AT

Rows = dict[str, list[dict[str, Any]]]
Fault = Callable[[Rows], None]
EARLY = datetime.fromisoformat("2000-01-01")


def change(table: str, row: int = 0, **values: object) -> Fault:
    """Plant values in one row."""
    return lambda rows: rows[table][row].update(values)


def add(table: str, row: int = 0, **values: object) -> Fault:
    """Plant a copy of a row with other values."""
    return lambda rows: rows[table].append({**rows[table][row], **values})


def drop(table: str, row: int) -> Fault:
    """Take a row out."""

    def fault(rows: Rows) -> None:
        del rows[table][row]

    return fault


def in_january(day: int, hour: int = 12) -> datetime:
    return datetime.fromisoformat(f"2024-01-{day:02}T{hour:02}:00")


FAULTS: dict[str, Fault] = {
    "creators.one_currency_in_a_market": change("products", currency="EUR"),
    "creator_daily.gmv_bounds_in_order": change("creator_daily", 3, gmv_low=2, gmv_high=1),
    "creator_daily.known_gmv_is_its_bounds": change("creator_daily", 1, gmv_high=901),
    "creator_daily.daily_gmv_needs_orders": change("creator_daily", 1, orders=0),
    "creator_daily.starts_on_the_first_day": change("creator_daily", 3, day=date(2024, 1, 3)),
    "creator_daily.without_gaps": drop("creator_daily", 1),
    "audience.audience_shares_add_up": change("audience", share=0.71),
    "campaign_targets.target_shares_add_up": change("campaign_targets", share=0.81),
    "products.removed_after_listing": change("products", removed_at=EARLY),
    "campaigns.promotes_a_product": change("campaigns", product_ids=[]),
    "campaigns.promotes_its_own_products": change("campaigns", product_ids=[101]),
    "campaigns.challenge_has_a_hashtag": change("campaigns", hashtag=None),
    "campaigns.campaign_hashtag_without_sign": change("campaigns", hashtag="#glow"),
    "campaigns.wants_a_creator": change("campaigns", creators_wanted=0),
    "campaigns.stores_are_in_states": change("campaigns", store_states=["US-CA", "Texas"]),
    "campaigns.starts_before_it_ends": change("campaigns", ends_on=date(2024, 1, 5)),
    "invitations.opened_after_shown": change("invitations", opened_at=EARLY),
    "invitations.shortlisted_after_opened": change("invitations", opened_at=None),
    "invitations.invited_after_shortlisted": change("invitations", 1, invited_at=in_january(7)),
    "invitations.replied_after_invited": change("invitations", replied_at=EARLY),
    "invitations.accepted_after_replied": change("invitations", replied_at=None),
    "invitations.delivered_after_accepted": change("invitations", delivered_at=in_january(6, 3)),
    "invitations.result_after_delivered": change("invitations", delivered_at=None),
    "invitations.results_are_final": change("invitations", 1, result_followers=0),
    "invitations.fee_is_agreed": change("invitations", 1, fee=1),
    "invitations.shown_with_a_chance": change("invitations", propensity=0.0),
    "invitations.positions_from_one": change("invitations", position=0),
    "invitations.one_creator_a_position": change("invitations", position=2),
    "invitations.positions_without_gaps": change("invitations", 1, position=3),
    "messages.replied_after_sent": change("messages", replied_at=EARLY),
    "samples.sample_is_of_its_brand": change("samples", product_id=101),
    "samples.sample_is_for_its_brands_campaign": change("samples", campaign_id=1001),
    "samples.shipped_after_requested": change("samples", shipped_at=EARLY),
    "samples.received_after_shipped": change("samples", 1, received_at=in_january(9)),
    "samples.extended_after_shipped": change("samples", extended_at=EARLY),
    "samples.fulfilled_after_shipped": change("samples", fulfilled_at=in_january(7, 11)),
    "samples.cancelled_after_requested": change("samples", 1, cancelled_at=EARLY),
    "samples.cancelled_is_not_shipped_later": change("samples", 1, shipped_at=in_january(9)),
    "samples.cancelled_is_not_fulfilled": change("samples", cancelled_at=in_january(22)),
    "showcase.taken_out_after_added": change("showcase", removed_at=EARLY),
    "videos.lasts": change("videos", duration=0.0),
    "videos.hashtags_without_sign": change("videos", hashtags=["glow", "#hair"]),
    "video_visibility.hidden_after_public": change("video_visibility", public_until=in_january(10)),
    "video_visibility.stretches_do_not_overlap": change("video_visibility", public_until=in_january(16)),
    "video_daily.views_6s_within_views": change("video_daily", views_6s=101),
    "video_daily.completions_within_views_6s": change("video_daily", completions=61),
    "video_daily.video_gmv_needs_orders": change("video_daily", orders=0),
    "video_daily.video_clicks_within_views": change("video_daily", product_clicks=101),
    "video_daily.video_orders_within_clicks": change("video_daily", orders=21),
    "livestreams.ends_after_it_starts": change("livestreams", ended_at=in_january(12, 12)),
    "livestreams.viewers_within_views": change("livestreams", viewers=91),
    "livestreams.livestream_gmv_needs_orders": change("livestreams", orders=0),
    "livestreams.livestream_clicks_within_views": change("livestreams", product_clicks=91),
    "livestreams.livestream_orders_within_clicks": change("livestreams", orders=21),
    "livestream_segments.segment_ends_after_it_starts": change(
        "livestream_segments", ends_at=in_january(12, 12)
    ),
    "livestream_segments.segment_ends_with_its_livestream": change(
        "livestream_segments", ends_at=in_january(12, 15)
    ),
    "interactions.interaction_positions_from_one": change("interactions", position=0),
    "interactions.interaction_shown_with_a_chance": change("interactions", propensity=0.0),
    "interactions.only_products_are_traded": change("interactions", 1, event="sold"),
    "interactions.product_exists": change("interactions", item_id=500),
    "interactions.video_exists": change("interactions", 1, at=in_january(9)),
}
"""What breaks each rule written as a function."""

WRONG_VALUES: dict[str, Callable[[Any, str], object]] = {
    "present": lambda _value, _kind: None,
    "choice": lambda _value, _kind: "no such word",
    "range": lambda _value, kind: float("nan") if kind in {"share", "number"} else -1,
    "filled": lambda _value, _kind: "",
    "code": lambda value, _kind: value.lower(),
    "levels": lambda _value, _kind: "beauty/hair/oil",
    "century": lambda value, _kind: value.replace(year=9999),
    "seconds": lambda value, _kind: value + timedelta(microseconds=1),
    "distinct": lambda value, _kind: value * 2,
    "elements": lambda value, _kind: [*value, None],
    "exists": lambda _value, kind: [999] if kind == "ids" else 999,
}
"""What breaks each rule that the schema implies, from a right value and the column's kind."""


def fault_of(rule: Rule) -> Fault:
    """The fault that breaks a rule; KeyError where none was planted for it."""
    if rule.rule_id in FAULTS:
        return FAULTS[rule.rule_id]
    table, *path = rule.rule_id.split(".")
    if path == ["key"]:
        return add(table)
    column, name = path
    if name == "not_before":
        event = HAPPENS_AT[table]
        is_day = TABLES[table].by_name[event].kind == "day"
        return change(table, **{event: EARLY.date() if is_day else EARLY})
    return replace_value(
        table, column, lambda value: WRONG_VALUES[name](value, TABLES[table].by_name[column].kind)
    )


def replace_value(table: str, column: str, wrong: Callable[[Any], object]) -> Fault:
    """Plant a wrong value where the first right one stands."""

    def fault(rows: Rows) -> None:
        row = next(row for row in rows[table] if row.get(column) is not None)
        row[column] = wrong(row[column])

    return fault


def test_a_valid_marketplace_keeps_every_rule(rows, tables_of):
    assert check(tables_of(rows)).breaches == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_every_rule_is_broken_by_its_fault(rule, rows, tables_of):
    fault_of(rule)(rows)

    (breach,) = check(tables_of(rows), [rule]).breaches

    assert breach.rule.rule_id == rule.rule_id
    assert breach.rows >= 1
    assert breach.examples


@pytest.mark.parametrize("market", ["us", "U1", "USA", "12", "ÜS"])
def test_a_market_that_is_no_code_is_found(rows, tables_of, market):
    rows["creators"][0]["market"] = market

    broken = {breach.rule.rule_id for breach in check(tables_of(rows)).breaches}

    assert "creators.market.code" in broken


def test_days_may_begin_with_the_data_instead_of_the_account(rows, tables_of):
    rows["creator_daily"] = [row for row in rows["creator_daily"] if row["day"] > date(2024, 1, 1)]

    assert check(tables_of(rows)).breaches == ()


def test_every_planted_fault_is_for_a_rule_there_is():
    assert FAULTS.keys() <= {rule.rule_id for rule in RULES}


def test_rule_ids_are_unique():
    assert len({rule.rule_id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_comes_after_those_it_refers_to(table):
    order = list(TABLES)

    references = [column.references.split(".")[0] for column in table.columns if column.references]

    assert all(order.index(name) < order.index(table.name) for name in references)
