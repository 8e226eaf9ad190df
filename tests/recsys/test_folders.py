"""Folders named by content: the same content has the same name, and every change is noticed."""

import json
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recsys.errors import BundleError
from recsys.files import sha256_of_json
from recsys.folders import MANIFEST, read_manifest, write_folder

FACTS = {"seed": 7, "share": 0.5, "names": ["a", "b"]}
CONTENTS = {"graph.onnx": b"\x00\x01\x02 some bytes", "table.arrow": b"others"}
EACH_FILE = pytest.mark.parametrize("name", CONTENTS)


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path, "bundle", FACTS, CONTENTS)


def forged(parent, manifest):
    """A folder whose name fits its manifest, whatever stands in it."""
    folder = parent / f"bundle-{sha256_of_json(manifest)[:16]}"
    folder.mkdir()
    (folder / MANIFEST).write_text(json.dumps(manifest))
    return folder


def test_what_was_written_is_read_back(folder):
    manifest = read_manifest(folder, "bundle")

    assert {name: manifest[name] for name in FACTS} == FACTS
    assert list(manifest["files"]) == sorted(CONTENTS)
    assert {name: (folder / name).read_bytes() for name in CONTENTS} == CONTENTS


def test_the_same_content_has_the_same_name_and_is_kept(tmp_path, folder):
    again = write_folder(tmp_path, "bundle", dict(reversed(FACTS.items())), CONTENTS)

    assert again == folder
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


@pytest.mark.parametrize(
    ("facts", "contents"),
    [
        (FACTS | {"seed": 8}, CONTENTS),
        (FACTS, CONTENTS | {"graph.onnx": b"other"}),
        (FACTS, CONTENTS | {"more": b""}),
    ],
    ids=["a fact", "a byte", "a file"],
)
def test_any_difference_makes_another_name(tmp_path, folder, facts, contents):
    assert write_folder(tmp_path, "bundle", facts, contents) != folder


def test_content_may_be_written_by_a_function(tmp_path, folder):
    written = {
        name: lambda path, content=content: path.write_bytes(content) for name, content in CONTENTS.items()
    }

    assert write_folder(tmp_path, "bundle", FACTS, written) == folder


def test_a_write_that_fails_leaves_nothing_behind(tmp_path):
    def full_disk(path):
        path.write_bytes(b"a part")
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        write_folder(tmp_path, "bundle", FACTS, {"graph.onnx": full_disk})

    assert list(tmp_path.iterdir()) == []


def test_facts_that_are_not_numbers_are_not_written(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_folder(tmp_path, "bundle", {"share": float("nan")}, {})

    assert list(tmp_path.iterdir()) == []


@EACH_FILE
def test_a_changed_file_is_refused(folder, name):
    (folder / name).write_bytes(CONTENTS[name][::-1])

    with pytest.raises(BundleError, match=f"{name}: expected sha256 .*, found [0-9a-f]{{64}}"):
        read_manifest(folder, "bundle")


@EACH_FILE
def test_a_truncated_file_is_refused(folder, name):
    (folder / name).write_bytes(CONTENTS[name][:-1])

    with pytest.raises(BundleError, match=f"{name}: expected sha256"):
        read_manifest(folder, "bundle")


@EACH_FILE
def test_a_missing_file_is_refused(folder, name):
    (folder / name).unlink()

    with pytest.raises(BundleError, match=f"{name}: expected sha256 .*, found no file"):
        read_manifest(folder, "bundle")


def test_a_file_too_many_is_refused(folder):
    (folder / "extra.bin").write_bytes(b"")

    with pytest.raises(BundleError, match=r"files \['extra.bin'\] are not in the manifest"):
        read_manifest(folder, "bundle")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_a_flipped_bit_anywhere_is_refused_or_changes_nothing(folder, data):
    """In the manifest's JSON a bit can turn 1e5 into 1E5, which is the same number."""
    known = read_manifest(folder, "bundle")
    path = folder / data.draw(st.sampled_from([MANIFEST, *CONTENTS]))
    original = path.read_bytes()
    flipped = bytearray(original)
    flipped[data.draw(st.integers(0, len(original) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(flipped)
    try:
        assert read_manifest(folder, "bundle") == known
        assert path.name == MANIFEST
    except BundleError:
        pass
    finally:
        path.write_bytes(original)


def test_a_renamed_folder_is_refused(tmp_path, folder):
    renamed = folder.rename(tmp_path / "bundle-0000000000000000")

    with pytest.raises(BundleError, match=f"names it {folder.name}, found bundle-0000000000000000"):
        read_manifest(renamed, "bundle")


def test_a_folder_of_another_kind_is_refused(folder):
    with pytest.raises(BundleError, match="expected a snapshot, found 'bundle'"):
        read_manifest(folder, "snapshot")


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BundleError, match=r"is not a bundle: its manifest.json cannot be read"):
        read_manifest(tmp_path / "absent", "bundle")


@pytest.mark.parametrize(
    "manifest",
    [b"", b"\xff\xfe", b"{", b"nothing", b"[" * 100_000],
    ids=["empty", "not text", "cut off", "not JSON", "too deep"],
)
def test_a_manifest_that_cannot_be_read_is_refused(folder, manifest):
    (folder / MANIFEST).write_bytes(manifest)

    with pytest.raises(BundleError, match=r"its manifest.json cannot be read"):
        read_manifest(folder, "bundle")


@pytest.mark.parametrize("manifest", [b"[]", b"7", b"null", b"{}", b'{"kind": "feed"}'])
def test_a_foreign_manifest_is_refused(folder, manifest):
    (folder / MANIFEST).write_bytes(manifest)

    with pytest.raises(BundleError, match="expected a bundle, found"):
        read_manifest(folder, "bundle")


def test_a_manifest_with_what_is_not_json_is_refused(folder):
    (folder / MANIFEST).write_text('{"kind": "bundle", "files": {}, "share": NaN}')

    with pytest.raises(BundleError, match="cannot be read"):
        read_manifest(folder, "bundle")


@pytest.mark.parametrize("files", [None, [], "graph.onnx"])
def test_a_manifest_without_files_is_refused(tmp_path, files):
    with pytest.raises(BundleError, match="the manifest lists no files"):
        read_manifest(forged(tmp_path, {"kind": "bundle", "files": files}), "bundle")


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "sub/graph.onnx", "..", "."])
def test_a_file_outside_the_folder_is_refused(tmp_path, name):
    with pytest.raises(BundleError, match="leaves the folder"):
        read_manifest(forged(tmp_path, {"kind": "bundle", "files": {name: "no file"}}), "bundle")


def test_a_forged_hash_does_not_stand_for_a_missing_file(tmp_path):
    with pytest.raises(BundleError, match=r"graph.onnx: expected sha256 no file, found no file"):
        read_manifest(forged(tmp_path, {"kind": "bundle", "files": {"graph.onnx": "no file"}}), "bundle")


def test_a_link_to_the_folder_opens_what_it_points_to(tmp_path, folder):
    champion = tmp_path / "champion"
    champion.symlink_to(folder)

    assert read_manifest(champion, "bundle")["seed"] == 7


def test_a_copy_elsewhere_opens(tmp_path, folder):
    copy = shutil.copytree(folder, tmp_path / "elsewhere" / folder.name)

    assert read_manifest(copy, "bundle") == read_manifest(folder, "bundle")
