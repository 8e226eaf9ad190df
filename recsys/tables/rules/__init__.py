"""Every rule of the data contract: those the schema implies, then the marketplace's logic."""

# Importing these modules registers their rules, in this order.
from recsys.tables.rules import accounts, campaigns, content, cooperation
from recsys.tables.rules.generated import generated_rules
from recsys.tables.rules.rule import REGISTERED, RowRule, Rule, SetRule, seen_rows

RULES: tuple[Rule, ...] = (*generated_rules(), *REGISTERED)

__all__ = [
    "RULES",
    "RowRule",
    "Rule",
    "SetRule",
    "accounts",
    "campaigns",
    "content",
    "cooperation",
    "seen_rows",
]
