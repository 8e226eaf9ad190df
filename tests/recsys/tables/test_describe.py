import json
from pathlib import Path

from recsys.tables import TABLES
from recsys.tables.describe import contract_as_json, contract_as_markdown
from recsys.tables.rules import RULES
from recsys.tables.rules.rule import REGISTERED

PAGE = Path(__file__).parents[3] / "docs" / "data-contract.md"


def test_the_page_in_the_docs_is_what_the_command_prints():
    assert PAGE.read_text("utf-8") == contract_as_markdown(), (
        "run: recsys tables --markdown > docs/data-contract.md"
    )


def test_the_page_has_every_column_and_every_rule_written_by_hand():
    page = contract_as_markdown()

    assert [name for table in TABLES.values() for name in table.by_name if f"| `{name}` |" not in page] == []
    assert [rule.rule_id for rule in REGISTERED if f"| `{rule.rule_id}` |" not in page] == []


def test_the_page_explains_every_kind_of_rule_the_schema_implies():
    implied = {rule.rule_id.rsplit(".", 1)[1] for rule in RULES if rule not in REGISTERED}

    assert [name for name in implied if f".{name}` |" not in contract_as_markdown()] == []


def test_the_contract_is_json():
    contract = json.loads(json.dumps(contract_as_json(), allow_nan=False))

    assert contract["tables"]["creator_daily"]["key"] == ["creator_id", "day"]
    assert contract["tables"]["samples"]["columns"]["campaign_id"]["optional"] is True
    assert len(contract["rules"]) == len(RULES)
