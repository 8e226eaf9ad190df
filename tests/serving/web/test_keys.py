"""API keys at rest."""

import hashlib
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from recsys.errors import ConfigError
from serving.web.keys import add_key, fresh, matches, read_keys, revoke_key, split

FACTS = {"tenant": "demo", "scopes": ("match",), "created": date(2026, 1, 1)}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "keys.json"


def added(file, **facts):
    text, key = fresh(**FACTS | facts)
    add_key(file, key)
    return text, key


def test_the_secret_stands_nowhere_and_its_hash_does(file):
    text, key = added(file)
    secret = text.split("_", 2)[2]

    assert secret not in file.read_text()
    assert json.loads(file.read_text())[0]["sha256"] == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(key)


def test_a_secret_has_256_bits_and_no_two_are_alike():
    texts = [fresh(**FACTS)[0] for _ in range(100)]

    assert all(len(text.split("_", 2)[2]) == 43 for text in texts)
    assert len(set(texts)) == 100


def test_the_file_is_its_owners_alone(file):
    added(file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_service_that_may_read_the_file_still_may_after_a_change(file):
    key = added(file)[1]
    file.chmod(0o640)

    revoke_key(file, key.id)

    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_metrics_which_tell_of_every_tenant_open_for_their_own_scope_alone():
    every, named = (fresh(**FACTS | {"scopes": scopes})[1] for scopes in (("*",), ("*", "metrics")))

    assert (every.opens("insights"), every.opens("metrics"), named.opens("metrics")) == (True, False, True)


def test_what_was_added_is_read_again(file):
    keys = [added(file, expires=date(2027, 1, 1), per_second=5.0)[1], added(file, note="batch")[1]]

    assert list(read_keys(file)) == keys


def test_keys_added_at_once_are_all_there(file):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: added(file), range(20)))

    assert len(read_keys(file)) == 20


def test_a_revoked_key_is_gone_and_the_others_stay(file):
    gone, stays = added(file)[1], added(file)[1]

    assert revoke_key(file, gone.id) == gone
    assert read_keys(file) == (stays,)
    with pytest.raises(ConfigError, match=f"expected one of the ids .*{stays.id}.*, found '{gone.id}'"):
        revoke_key(file, gone.id)


def test_only_the_whole_secret_of_the_key_itself_fits():
    (text, key), (_, other) = fresh(**FACTS), fresh(**FACTS)
    _, secret = split(text)

    assert matches(key, secret)
    assert not any(
        matches(key, wrong) for wrong in (secret[:-1], secret + "A", secret.upper(), "", key.sha256)
    )
    assert not matches(other, secret)
    assert not matches(None, secret)
    assert not matches(None, "")


@pytest.mark.parametrize("text", ["", "rk_", "rk__x", "rk_x_", "xx_0a_b", "rk-0a-b", "_", "\udcff"])
def test_what_has_not_the_form_of_a_key_is_none(text):
    assert split(text) is None


def test_a_secret_may_hold_the_separator():
    assert split("rk_0a1b_a_b_c") == ("0a1b", "a_b_c")


def test_a_key_expires_on_its_day_and_not_before():
    key = fresh(**FACTS, expires=date(2027, 1, 1))[1]

    assert not key.expired(date(2026, 12, 31))
    assert key.expired(date(2027, 1, 1))
    assert not fresh(**FACTS)[1].expired(date(9999, 1, 1))


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"tenant": "Ms Smith"}, "tenant"),
        ({"scopes": ()}, "scopes"),
        ({"per_second": 0}, "per_second"),
        ({"burst": 0}, "burst"),
    ],
)
def test_a_key_that_could_open_nothing_is_refused(wrong, match):
    with pytest.raises(ConfigError, match=f"key: {match}"):
        fresh(**FACTS | wrong)


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"id": "hunter2"}]', '{"hunter2": 1}', "\x00"])
def test_a_broken_file_is_refused_without_repeating_it(file, content):
    file.write_text(content)

    with pytest.raises(ConfigError, match=r"keys .*keys.json are broken") as error:
        read_keys(file)
    assert "hunter2" not in str(error.value)


def test_a_missing_file_is_refused_and_the_way_to_one_is_told(file):
    with pytest.raises(ConfigError, match=r"cannot be read: No such file.*recsys keys add"):
        read_keys(file)


def test_an_id_that_stands_twice_is_refused(file):
    added(file)
    (record,) = json.loads(file.read_text())
    file.write_text(json.dumps([record, record]))

    with pytest.raises(ConfigError, match="expected each id once, found 1 again"):
        read_keys(file)


def test_adding_to_a_broken_file_leaves_it_as_it_is(file):
    file.write_text("[")

    with pytest.raises(ConfigError, match="broken"):
        added(file)
    assert file.read_text() == "["
