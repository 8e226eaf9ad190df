"""`recsys keys`."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recsys.cli import app
from serving.web.keys import matches, read_keys, split

SHIPPED = Path(__file__).parents[3] / "configs" / "serving.yaml"


@pytest.fixture
def keys(tmp_path):
    """Runs a command on a file of keys."""

    def run(*words):
        file = ("--file", str(tmp_path / "keys.json"))
        return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["keys", *words, *file])

    run.file = tmp_path / "keys.json"
    return run


def test_a_key_is_printed_once_and_opens_what_was_said(keys):
    done = keys("add", "--tenant", "demo", "--scope", "match", "--scope", "rank", "--expires", "2027-01-01")

    text = done.stdout.strip()
    (key,) = read_keys(keys.file)
    assert matches(key, split(text)[1])
    assert (key.tenant, key.scopes, str(key.expires)) == ("demo", ("match", "rank"), "2027-01-01")
    assert text not in keys("list").stdout + keys("list", "--json").stdout


def test_keys_are_listed_without_their_hashes(keys):
    keys("add", "--tenant", "demo", "--scope", "*", "--per-second", "2.5", "--note", "nightly scores")
    (key,) = read_keys(keys.file)

    (told,) = json.loads(keys("list", "--json").stdout)
    shown = keys("list").stdout

    assert (told["id"], told["per_second"], told["burst"]) == (key.id, 2.5, 5)
    assert "sha256" not in told
    assert {"demo", "never", "nightly"} <= set(shown.split())
    assert key.sha256 not in shown


def test_a_revoked_key_is_gone(keys):
    keys("add", "--tenant", "demo", "--scope", "match")
    (key,) = read_keys(keys.file)

    assert keys("revoke", key.id).stdout == f"revoked {key.id} of demo\n"
    assert read_keys(keys.file) == ()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "--tenant", "demo", "--scope", "mtach"), "--scope: expected * or one of"),
        (("add", "--tenant", "Ms Smith", "--scope", "match"), "key: tenant"),
        (("add", "--tenant", "demo", "--scope", "match", "--per-second", "0"), "key: per_second"),
        (("list",), "cannot be read"),
        (("revoke", "0a1b2c3d4e5f"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line_and_changes_nothing(keys, words, told):
    done = keys(*words)

    assert done.exit_code == 2
    assert told in done.stderr
    assert not keys.file.exists()


def test_the_scopes_are_the_routes(keys):
    for scope in ("match", "rank", "explain", "batch", "release", "metrics", "find", "place"):
        assert keys("add", "--tenant", "demo", "--scope", scope).exit_code == 0


def test_a_tenant_that_the_settings_lack_is_told_of_and_the_key_is_made(keys, tmp_path):
    settings = tmp_path / "serving.yaml"
    settings.write_text(SHIPPED.read_text("utf-8").replace("  demo:", "  shop:"))

    done = keys("add", "--tenant", "demo", "--scope", "match", "--config", str(settings))
    known = keys("add", "--tenant", "shop", "--scope", "match", "--config", str(settings))

    assert done.stderr == "warning: demo is none of the settings' tenants: shop\n"
    assert known.stderr == ""
    assert [split(each.stdout.strip())[0] for each in (done, known)] == [
        key.id for key in read_keys(keys.file)
    ]


def test_settings_in_their_usual_place_are_looked_at_if_there_are_any(keys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    alone = keys("add", "--tenant", "other", "--scope", "match")
    (tmp_path / "configs").mkdir()
    shutil.copy(SHIPPED, tmp_path / "configs" / "serving.yaml")

    assert alone.stderr == ""
    assert (
        "other is none of the settings' tenants: demo"
        in keys("add", "--tenant", "other", "--scope", "match").stderr
    )
