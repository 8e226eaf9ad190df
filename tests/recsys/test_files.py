import hashlib
import os

import pytest

from recsys.files import (
    canonical_json,
    publish_folder,
    sha256_of,
    sha256_of_json,
    staged_folder,
    write_atomic,
)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_hashed_by_its_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")

    assert sha256_of(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()


def test_the_hash_of_json_does_not_depend_on_the_order_of_keys():
    assert sha256_of_json({"a": 1, "b": [2]}) == sha256_of_json({"b": [2], "a": 1})
    assert sha256_of_json({"a": 1}) != sha256_of_json({"a": 2})


def test_canonical_json_has_no_spaces_and_keeps_letters():
    assert canonical_json({"b": "é", "a": [1, 2]}) == '{"a":[1,2],"b":"é"}'


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_json_lacks_are_refused(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(value)


def test_a_file_is_written_with_the_folders_it_needs(tmp_path):
    write_atomic(tmp_path / "a" / "b.txt", "é")

    assert (tmp_path / "a" / "b.txt").read_bytes() == "é".encode()
    assert names(tmp_path / "a") == ["b.txt"]


def test_a_file_is_replaced_as_a_whole_and_can_be_read_by_others(tmp_path):
    write_atomic(tmp_path / "x", b"a long first content")
    write_atomic(tmp_path / "x", b"second")

    assert (tmp_path / "x").read_bytes() == b"second"
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o644


def test_a_file_may_keep_the_mode_of_the_one_whose_place_it_takes(tmp_path):
    path = tmp_path / "x"
    write_atomic(path, "new", 0o600, keep_access=True)
    assert path.stat().st_mode & 0o777 == 0o600

    path.chmod(0o640)
    write_atomic(path, "newer", 0o600, keep_access=True)

    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away")
def test_a_file_may_keep_its_owner_and_group(tmp_path):
    path = tmp_path / "x"
    path.touch()
    os.chown(path, 4_321, 1_234)

    write_atomic(path, "new", keep_access=True)

    assert (path.stat().st_uid, path.stat().st_gid, path.read_text()) == (4_321, 1_234, "new")


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away")
def test_a_group_that_could_not_be_kept_leaves_no_rights_to_another_one(tmp_path, monkeypatch):
    def forbidden(*_):
        raise PermissionError

    path = tmp_path / "x"
    path.touch()
    path.chmod(0o660)
    os.chown(path, -1, 1_234)
    monkeypatch.setattr(os, "chown", forbidden)

    write_atomic(path, "new", keep_access=True)

    assert path.stat().st_mode & 0o777 == 0o600


def test_who_has_opened_the_old_file_reads_it_to_its_end(tmp_path):
    path = tmp_path / "file"
    path.write_text("the old content")

    with path.open() as reader:
        write_atomic(path, "new")

        assert reader.read() == "the old content"
    assert path.read_text() == "new"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "inside").touch()

    with pytest.raises(OSError, match="directory"):
        write_atomic(tmp_path / "x", b"new")

    assert names(tmp_path) == ["x"]


def test_a_staged_folder_is_gone_unless_it_was_published(tmp_path):
    with staged_folder(tmp_path) as staged:
        (staged / "part").write_text("x")

    assert names(tmp_path) == []


def test_a_staged_folder_is_gone_after_a_failure(tmp_path):
    with pytest.raises(KeyError, match="stop"), staged_folder(tmp_path):
        raise KeyError("stop")

    assert names(tmp_path) == []


def test_a_published_folder_is_whole_under_its_name(tmp_path):
    with staged_folder(tmp_path) as staged:
        (staged / "inner").mkdir()
        (staged / "inner" / "part").write_text("x")
        published = publish_folder(staged, tmp_path / "final")

    assert names(tmp_path) == ["final"]
    assert (published / "inner" / "part").read_text() == "x"
    assert published.stat().st_mode & 0o777 == 0o755


def test_publishing_what_is_there_keeps_what_is_there(tmp_path):
    (tmp_path / "final").mkdir()
    (tmp_path / "final" / "part").write_text("old")

    with staged_folder(tmp_path) as staged:
        (staged / "part").write_text("new")
        publish_folder(staged, tmp_path / "final")

    assert names(tmp_path) == ["final"]
    assert (tmp_path / "final" / "part").read_text() == "old"


def test_publishing_onto_a_file_is_an_error(tmp_path):
    (tmp_path / "final").write_text("a file")

    with pytest.raises(OSError, match="final"), staged_folder(tmp_path) as staged:
        publish_folder(staged, tmp_path / "final")
