"""Settings of the service."""

from pathlib import Path

import pytest

from recsys.errors import ConfigError
from serving.web.settings import ServeConfig

SHIPPED = Path(__file__).parents[3] / "configs" / "serving.yaml"


def load(*changes):
    return ServeConfig.load(SHIPPED, changes)


def test_the_shipped_settings_name_every_setting():
    shipped = load()

    assert set(shipped.model_fields_set) == set(ServeConfig.model_fields)
    assert shipped.loopback


def test_a_setting_can_be_changed_on_the_command_line():
    changed = load("workers=2", "tenants.other={releases: elsewhere}")

    assert changed.workers == 2
    assert changed.tenants["other"].releases == Path("elsewhere")


def test_a_misspelt_setting_is_refused_and_the_meant_one_is_named():
    with pytest.raises(ConfigError, match=r"deadline_mss: .*did you mean deadline_ms"):
        load("deadline_mss=5")


@pytest.mark.parametrize("change", ["port=70000", "workers=0", "tenants={}", "drain_s=0", "in_flight=0"])
def test_what_cannot_be_meant_is_refused(change):
    with pytest.raises(ConfigError, match=change.partition("=")[0]):
        load(change)


def test_waiting_until_the_deadline_is_refused():
    with pytest.raises(ConfigError, match="expected wait_ms below deadline_ms 300, found 500"):
        load("deadline_ms=300")


@pytest.mark.parametrize("name", ["Ms Smith", "a@b.example", "", "x" * 41])
def test_a_tenant_is_named_by_a_plain_word(name):
    with pytest.raises(ConfigError, match="pattern"):
        load(f"tenants={{'{name}': {{releases: r}}}}")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("example.com", False)],  # noqa: S104  it is what must be told from a loopback
)
def test_loopback_is_what_only_this_machine_reaches(host, loopback):
    assert load(f"host={host!r}").loopback is loopback
