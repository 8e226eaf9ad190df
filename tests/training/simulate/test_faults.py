"""Each planted fault is found by its rule, and a world without faults by none."""

import json
from collections.abc import Callable
from pathlib import Path

import ibis.expr.operations as ops
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.errors import ConfigError, TableError
from recsys.files import sha256_of
from recsys.tables import TABLES, Tables, read_tables
from recsys.tables.check import check
from recsys.tables.rules import RULES, Rule
from training.simulate import SimulateConfig, simulate_world
from training.simulate.faults import FAULTS, spoil

ROOT = Path(__file__).parents[3]
CONFIG = ROOT / "configs" / "simulate.yaml"
PAGE = ROOT / "docs" / "planted-faults.md"
TINY = ("size.creators=60", "size.briefs=20", "size.shown=10", "size.days=95", "size.block=30")
UNUSUAL = {
    "nobody joins later or goes live": ["seed=1", "followers.late_share=0", "content.lives_per_day=0"],
    "everybody withholds GMV, half is private": [
        "seed=2",
        "cooperation.withheld_share=1",
        "content.private_share=0.5",
    ],
    "one brief, few products, small blocks": [
        "seed=3",
        "size.creators=20",
        "size.brands=4",
        "size.products=8",
        "size.briefs=1",
        "size.shown=2",
        "size.block=7",
    ],
}


def written(settings: list[str], folder: Path) -> Path:
    config = SimulateConfig.load(CONFIG, [*TINY, *settings])
    return simulate_world(config, folder / "tables", folder / "truth").tables


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written([], tmp_path_factory.mktemp("clean"))


@pytest.fixture(scope="module")
def about(clean: Path) -> Callable[[str], list[Rule]]:
    """The rules that read a table: no others can be broken by what is in it."""
    tables = read_tables(clean)
    read_by = {rule.rule_id: names_read(rule, tables) for rule in RULES}
    return lambda table: [rule for rule in RULES if table in read_by[rule.rule_id]]


def names_read(rule: Rule, tables: Tables) -> set[str]:
    return {table.name for table in rule.broken(tables).op().find(ops.DatabaseTable)}


def broken_rules(folder: Path, rules: list[Rule]) -> set[str]:
    return {breach.rule.rule_id for breach in check(read_tables(folder), rules).breaches}


def files_of(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): sha256_of(path) for path in folder.rglob("*.parquet")}


@pytest.mark.parametrize("settings", UNUSUAL.values(), ids=UNUSUAL)
def test_an_unusual_world_keeps_every_rule(settings, tmp_path):
    assert check(read_tables(written(settings, tmp_path))).breaches == ()


def test_a_usual_world_keeps_every_rule(clean):
    assert check(read_tables(clean)).breaches == ()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_by_its_rule_and_by_none_that_is_not_named(fault, clean, about, tmp_path):
    spoilt = spoil(clean, fault, tmp_path / "spoilt")

    found = broken_rules(spoilt.folder, about(fault.table))

    assert fault.found_by in found
    assert found <= {fault.found_by, *fault.also}


def test_there_are_twenty_faults_and_more_each_found_by_a_rule_of_its_own():
    assert len({fault.found_by for fault in FAULTS.values()}) == len(FAULTS) > 20


def test_every_table_has_a_fault():
    assert {fault.table for fault in FAULTS.values()} == set(TABLES)


def test_a_rule_that_is_named_is_a_rule():
    named = {name for fault in FAULTS.values() for name in (fault.found_by, *fault.also)}

    assert named <= {rule.rule_id for rule in RULES}


def test_only_one_file_differs_and_the_marketplace_itself_does_not_change(clean, tmp_path):
    before = files_of(clean)

    spoilt = spoil(clean, FAULTS["day_loaded_twice"], tmp_path / "spoilt")

    after = files_of(spoilt.folder)
    assert files_of(clean) == before
    assert {name for name in after if after[name] != before[name]} == {spoilt.file.as_posix()}
    assert after.keys() == before.keys()


def test_a_table_may_be_one_file(clean, tmp_path):
    for name in TABLES:
        rows = pa.concat_tables([pq.read_table(part) for part in sorted((clean / name).iterdir())])
        pq.write_table(rows, tmp_path / f"{name}.parquet")

    spoilt = spoil(tmp_path, FAULTS["categories_lost"], tmp_path.with_name("spoilt-files"))

    assert spoilt.file == Path("creators.parquet")


def test_a_fault_that_finds_nothing_to_spoil_is_refused_and_leaves_nothing(tmp_path):
    world = written(["cooperation.withheld_share=0", "size.creators=20"], tmp_path)

    with pytest.raises(ConfigError, match="bounds_swapped finds nothing to spoil in the table creator_daily"):
        spoil(world, FAULTS["bounds_swapped"], tmp_path / "spoilt")

    assert {path.name for path in tmp_path.iterdir()} == {"tables", "truth"}


def test_a_folder_that_is_there_is_not_overwritten(clean, tmp_path):
    with pytest.raises(ConfigError, match="exists already"):
        spoil(clean, FAULTS["day_missing"], tmp_path)


def test_a_copy_is_not_put_into_the_marketplace_itself(clean):
    with pytest.raises(ConfigError, match="choose a folder beside it"):
        spoil(clean, FAULTS["day_missing"], clean / "spoilt")


def test_what_is_no_marketplace_is_refused(tmp_path):
    with pytest.raises(TableError, match="there is no folder"):
        spoil(tmp_path / "nowhere", FAULTS["day_missing"], tmp_path / "spoilt")


def run(*words):
    return CliRunner().invoke(app, ["simulate", "spoil", *map(str, words)])


def test_the_command_writes_a_copy_and_says_what_will_be_found(clean, tmp_path):
    done = run(clean, "--fault", "trailing_comma", "--out", tmp_path / "spoilt", "--json")

    report = json.loads(done.stdout)
    assert done.exit_code == 0
    assert report["found_by"] == "brands.store_states.elements"
    assert (tmp_path / "spoilt" / report["file"]).is_file()


def test_the_command_lists_every_fault():
    listed = json.loads(run("--list", "--json").stdout)

    assert [fault["fault"] for fault in listed] == list(FAULTS)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--fault", "day_missing"], "spoil needs a WORLD, --fault and --out; or --list"),
        (
            ["world", "--fault", "day_mising", "--out", "x"],
            "there is no fault day_mising; expected one of --list",
        ),
        (["world", "--fault", "day_mising", "--out", "x"], "such as day_missing"),
    ],
)
def test_a_command_that_cannot_be_followed_is_a_usage_error(words, message):
    done = run(*words)

    assert done.exit_code == 2
    assert message in done.stderr


def test_the_page_in_the_docs_lists_every_fault_as_it_is():
    lines = [
        f"| `{fault.name}` | {fault.table} | {fault.story} | `{fault.found_by}` |"
        for fault in FAULTS.values()
    ]

    found = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]

    assert found == lines
