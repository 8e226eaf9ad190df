"""The gate: who is let in, to what, and how often."""

import logging
import resource
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from recsys.errors import ConfigError
from serving.web.keys import add_key, fresh, revoke_key, write_keys
from serving.web.problems import Refused
from serving.web.rate_limits import RateLimits
from serving.web.settings import ServeConfig
from serving.web.tenants import Gate, Keyring, Tenant, version_of

SHIPPED = Path(__file__).parents[3] / "configs" / "serving.yaml"
TODAY = date(2026, 6, 1)


@dataclass
class Counts:
    """What the gate tells."""

    tenants: list[str] = field(default_factory=list)
    broken: int = 0

    def limited(self, tenant):
        self.tenants.append(tenant)

    def keys_broken(self):
        self.broken += 1


@pytest.fixture
def counts():
    return Counts()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "keys.json"


@pytest.fixture
def gate(file, counts):
    write_keys(file, ())
    limits = RateLimits(clock=lambda: 0.0)
    return Gate(frozenset({"here", "there"}), Keyring.open(file), limits, counts, day=lambda: TODAY)


def added(file, tenant="here", scopes=("match",), **facts):
    text, key = fresh(tenant=tenant, scopes=scopes, created=TODAY, **facts)
    add_key(file, key)
    return text, key


def asked(gate, text, scope="match"):
    return gate.admit({"authorization": f"Bearer {text}"}, scope)


def refused(gate, headers, scope="match"):
    with pytest.raises(Refused) as problem:
        gate.admit(headers, scope)
    return problem.value


def test_the_key_decides_the_tenant(gate, file):
    here, there = added(file)[0], added(file, tenant="there")[0]

    assert (asked(gate, here), asked(gate, there)) == (Tenant("here"), Tenant("there"))


def test_every_reason_to_refuse_a_key_reads_the_same(gate, file):
    good, key = added(file)
    revoked, expired = added(file), added(file, expires=TODAY)
    elsewhere = added(file, tenant="elsewhere")[0]
    revoke_key(file, revoked[1].id)
    other_secret = f"rk_{key.id}_{revoked[0].split('_', 2)[2]}"
    unknown = f"rk_{'0' * 12}_{good.split('_', 2)[2]}"
    wrong = [other_secret, unknown, revoked[0], expired[0], elsewhere, good[:-1], good + "A", "", "\udcff"]
    headers = [{"authorization": f"Bearer {text}"} for text in wrong]
    headers += [{}, *({"authorization": text} for text in (good, f"Basic {good}", f"Bearer{good}"))]

    problems = [refused(gate, each) for each in headers]

    assert asked(gate, good)
    assert {(each.status, each.title, each.detail) for each in problems} == {
        (401, "Key refused", "expected Authorization: Bearer and a valid API key")
    }
    assert all(each.headers["www-authenticate"] == "Bearer" for each in problems)


def test_a_key_opens_its_scopes_alone(gate, file):
    one, every = added(file, scopes=("match", "rank"))[0], added(file, scopes=("*",))[0]

    assert asked(gate, one, "rank") == asked(gate, every, "insights")
    problem = refused(gate, {"authorization": f"Bearer {one}"}, "insights")
    assert (problem.status, problem.detail) == (403, "the key does not open insights")


def test_a_key_that_asks_too_often_is_told_when_to_come_back(gate, file, counts):
    text, _ = added(file, per_second=0.4, burst=2)
    asked(gate, text), asked(gate, text)

    problem = refused(gate, {"authorization": f"Bearer {text}"})

    assert (problem.status, problem.headers) == (429, {"retry-after": "3"})
    assert counts.tenants == ["here"]


def test_refused_keys_do_not_use_up_the_rate_of_good_ones(gate, file):
    text, key = added(file, per_second=1.0, burst=1)
    for _ in range(10):
        refused(gate, {"authorization": f"Bearer rk_{key.id}_wrong"})
        refused(gate, {"authorization": f"Bearer {text}"}, "rank")

    assert asked(gate, text)


def test_keys_are_added_and_revoked_without_a_restart(gate, file):
    text, key = added(file)
    assert asked(gate, text)

    revoke_key(file, key.id)

    assert refused(gate, {"authorization": f"Bearer {text}"}).status == 401


def test_a_broken_file_leaves_the_former_keys_and_is_told_once(gate, file, counts, caplog):
    text, _ = added(file)
    asked(gate, text)
    file.write_text("[")

    with caplog.at_level(logging.ERROR):
        assert [asked(gate, text).name for _ in range(3)] == ["here"] * 3

    assert counts.broken == len(caplog.records) == 1
    assert "the former keys stay" in caplog.text


def test_a_file_that_is_mended_is_followed_again(gate, file):
    text, _ = added(file)
    content = file.read_bytes()
    asked(gate, text)
    file.unlink()
    asked(gate, text)
    file.write_bytes(content)
    other, _ = added(file)

    assert asked(gate, other)


@contextmanager
def no_more_files():
    """No file can be opened meanwhile, as where a process has too many connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_key_is_revoked_though_its_file_could_not_be_read_at_first(gate, file, counts, caplog):
    text, key = added(file)
    asked(gate, text)
    revoke_key(file, key.id)

    with caplog.at_level(logging.ERROR), no_more_files():
        assert [asked(gate, text).name for _ in range(3)] == ["here"] * 3
    problem = refused(gate, {"authorization": f"Bearer {text}"})

    assert problem.status == 401
    assert counts.broken == len(caplog.records) == 1


def test_trouble_with_the_file_is_told_again_once_it_had_passed(gate, file, counts):
    text, _ = added(file)
    for _ in range(2):
        asked(gate, text)
        away = file.parent.rename(file.parent.with_suffix(".away"))
        asked(gate, text), asked(gate, text)
        away.rename(file.parent)

    assert counts.broken == 2


def test_other_rights_to_the_file_make_it_another_one(file):
    write_keys(file, ())
    before = version_of(file)

    file.chmod(0o640)

    assert version_of(file) != before


def bearer(text):
    return {"authorization": f"Bearer {text}"}


def refused_all(gate, text, scopes):
    with pytest.raises(Refused) as problem:
        gate.admit_all(bearer(text), scopes)
    return problem.value


def test_a_batch_counts_as_its_questions_all_or_none(gate, file):
    text, key = added(file, per_second=0.5, burst=5)

    asked(gate, text), gate.admit_all(bearer(text), ["match"] * 3)
    asked(gate, text)
    problem = refused_all(gate, text, ["match"] * 3)

    assert problem.status == 429
    assert gate.limits.full_at[key.id] == 4 / 0.5


def test_a_batch_that_comes_back_when_it_was_told_to_is_let_in(gate, file):
    moment = 0.0
    gate.limits.clock = lambda: moment
    text, _ = added(file, per_second=0.5, burst=5)
    asked(gate, text), gate.admit_all(bearer(text), ["match"] * 4)
    asked(gate, text)

    moment = float(refused_all(gate, text, ["match"] * 4).headers["retry-after"])

    asked(gate, text), gate.admit_all(bearer(text), ["match"] * 4)


def test_a_batch_that_could_never_be_let_in_is_told_how_large_it_may_be(gate, file):
    gate.limits.workers = 2
    text, key = added(file, per_second=1.0, burst=5)
    asked(gate, text)

    problem = refused_all(gate, text, ["match"] * 3)

    assert (problem.status, problem.headers) == (422, {})
    assert problem.detail == "the key may ask at most 2 at once, found 3"
    assert gate.limits.full_at[key.id] == 2.0
    gate.admit_all(bearer(text), ["match"] * 2)


def test_a_batch_with_a_scope_that_is_missing_takes_nothing(gate, file):
    text, key = added(file, per_second=1.0, burst=5)

    assert refused_all(gate, text, ["match", "match", "rank"]).status == 403
    assert key.id not in gate.limits.full_at


def settings(*changes):
    return ServeConfig.load(SHIPPED, changes)


def test_an_open_gate_asks_for_no_key_on_this_machine(counts):
    assert Gate.without_keys(settings(), counts).admit({}, "match") == Tenant("demo")


def test_an_open_gate_that_others_reach_is_refused(counts):
    with pytest.raises(ConfigError, match=r"expected a loopback host.*found 0\.0\.0\.0"):
        Gate.without_keys(settings("host=0.0.0.0"), counts)


def test_an_open_gate_to_several_tenants_is_refused(counts):
    with pytest.raises(ConfigError, match=r"expected one tenant, found \['demo', 'other'\]"):
        Gate.without_keys(settings("tenants.other={releases: r}"), counts)


def test_a_closed_gate_needs_a_file_of_keys(counts, tmp_path):
    with pytest.raises(ConfigError, match="expected a file of keys"):
        Gate.of(settings("keys=null"), counts)
    with pytest.raises(ConfigError, match="cannot be read"):
        Gate.of(settings(f"keys={tmp_path / 'none.json'}"), counts)
