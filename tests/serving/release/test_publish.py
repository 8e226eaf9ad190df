"""What is served changes whole, after it was proven, and can be taken back."""

import shutil
from pathlib import Path
from threading import Thread

import pytest

from recsys.errors import BundleError, ConfigError
from serving.engine import Engine
from serving.release.pointer import POINTER, Pointer
from serving.release.publish import publish, roll_back
from serving.release.watch import open_current
from serving.requests import MatchRequest


def folders_in(folder):
    """Those of releases, by name."""
    return {path.name for parent in folder.iterdir() if parent.is_dir() for path in parent.iterdir()}


def served_names(release):
    return {path.name for path in release.folders.values()}


def test_what_was_published_answers_as_its_sources_do(folder, first, brief):
    request = MatchRequest(brief=brief)

    assert open_current(folder).match(request) == Engine.open(first).match(request)


def test_a_release_has_the_same_name_wherever_it_lies(folder, first):
    assert Pointer.read(folder).serving == first.name


def test_what_is_left_out_stays_as_it_is_served(folder, first, other_snapshot):
    pointer = publish(folder, {"snapshot": other_snapshot.path})

    expected = first.model_copy(update={"snapshot": other_snapshot.path})
    assert pointer.release.name == expected.name


def test_a_part_can_be_taken_out(folder):
    pointer = publish(folder, {"products": None})

    assert "products" not in pointer.release.folders
    assert "inspiration" in pointer.release.folders


def test_the_first_release_needs_a_snapshot(tmp_path, bundle):
    with pytest.raises(ConfigError, match="the first release needs a snapshot"):
        publish(tmp_path / "releases", {"match": bundle.path})


def test_a_refused_part_changes_nothing_and_leaves_nothing_behind(folder, other_bundle, tmp_path):
    broken = shutil.copytree(other_bundle.path, tmp_path / other_bundle.name)
    (broken / "rank.onnx").write_bytes(b"changed")
    before, there = (folder / POINTER).read_bytes(), folders_in(folder)

    with pytest.raises(BundleError, match=r"rank\.onnx: expected sha256"):
        publish(folder, {"match": broken})

    assert (folder / POINTER).read_bytes() == before
    assert folders_in(folder) == there


@pytest.mark.parametrize(
    ("part", "recipe"),
    [
        ("match", "products"),
        ("challenger", "inspiration"),
        ("products", "match"),
        ("products", "inspiration"),
        ("inspiration", "match"),
        ("inspiration", "products"),
    ],
)
def test_a_bundle_is_refused_in_anothers_place(folder, first, part, recipe):
    before = (folder / POINTER).read_bytes()

    expected = part if part in first.folders else "match"
    with pytest.raises(BundleError, match=f"expected a bundle of recipe '{expected}', found '{recipe}'"):
        publish(folder, {part: first.folders[recipe]})
    assert (folder / POINTER).read_bytes() == before


def test_bundles_that_have_changed_places_are_refused(folder, first):
    with pytest.raises(BundleError, match="expected a bundle of recipe 'products', found 'inspiration'"):
        publish(folder, {"products": first.inspiration, "inspiration": first.products})


def test_a_folder_that_is_not_named_by_its_content_is_refused(folder, other_bundle, tmp_path):
    renamed = shutil.copytree(other_bundle.path, tmp_path / "latest")

    with pytest.raises(BundleError, match="expected a folder named by its content"):
        publish(folder, {"match": renamed})


def test_a_link_inside_a_part_is_refused(folder, other_bundle, tmp_path):
    linked = shutil.copytree(other_bundle.path, tmp_path / other_bundle.name)
    (linked / "rank.onnx").unlink()
    (linked / "rank.onnx").symlink_to(other_bundle.path / "rank.onnx")

    with pytest.raises(BundleError, match=r"rank\.onnx: expected files alone"):
        publish(folder, {"match": linked})


def test_who_changes_a_source_changes_nothing_that_is_published(tmp_path, first, other_bundle):
    source = shutil.copytree(other_bundle.path, tmp_path / other_bundle.name)
    publish(tmp_path / "releases", {"snapshot": first.snapshot, "match": source})
    published = tmp_path / "releases" / "bundles" / source.name / "rank.onnx"

    (source / "rank.onnx").write_bytes(b"changed")

    assert published.read_bytes() == (other_bundle.path / "rank.onnx").read_bytes()
    assert published.stat().st_mode & 0o777 == 0o444


def spoil(folder, match):
    """Change a published file where it lies."""
    spoiled = folder / "bundles" / match.name / "rank.onnx"
    spoiled.chmod(0o644)
    spoiled.write_bytes(b"changed")


def test_publishing_a_good_copy_again_repairs_a_release(folder, first):
    spoil(folder, first.match)
    with pytest.raises(BundleError, match=r"rank\.onnx: expected sha256"):
        open_current(folder)

    publish(folder, {"match": first.match})

    assert open_current(folder).release.name == first.name
    assert folders_in(folder) == served_names(first)


def test_a_copy_that_is_no_better_replaces_nothing(folder, first, tmp_path):
    spoil(folder, first.match)
    worse = shutil.copytree(first.match, tmp_path / first.match.name)
    (worse / "rank.onnx").unlink()

    with pytest.raises(BundleError, match=r"rank\.onnx: expected sha256 \w+, found no file"):
        publish(folder, {"match": worse})

    assert (folder / "bundles" / first.match.name / "rank.onnx").read_bytes() == b"changed"
    assert folders_in(folder) == served_names(first)


def test_going_back_serves_what_was_served_before(folder, first, second):
    publish(folder, second.folders)

    assert roll_back(folder).serving == first.name
    assert open_current(folder).release.name == first.name


def test_there_is_nothing_to_go_back_to_at_first(folder):
    with pytest.raises(ConfigError, match="nothing was served before"):
        roll_back(folder)


def test_what_was_taken_back_can_be_published_again(folder, second):
    publish(folder, second.folders)
    roll_back(folder)

    again = publish(folder, {name: folder / path for name, path in second.folders.items()})

    assert again.serving == second.name


def test_one_goes_back_step_by_step(folder, first, second):
    third = publish(folder, {"products": None}).serving
    publish(folder, second.folders)

    assert [roll_back(folder).serving, roll_back(folder).serving] == [third, first.name]


def test_a_publication_forgets_what_was_taken_back(folder, second, first):
    publish(folder, second.folders)
    roll_back(folder)

    pointer = publish(folder, {"inspiration": None})

    assert [one.name for one in pointer.earlier] == [first.name]
    assert second.snapshot.name not in folders_in(folder)


def test_only_releases_that_are_kept_stay_on_disk(folder, second):
    publish(folder, second.folders, kept=1)

    assert folders_in(folder) == served_names(second)


def test_an_engine_answers_on_after_its_folders_were_removed(folder, second, first, brief):
    engine = open_current(folder)
    publish(folder, second.folders, kept=1)

    assert not (folder / "snapshots" / first.snapshot.name).exists()
    assert engine.match(MatchRequest(brief=brief)) == Engine.open(first).match(MatchRequest(brief=brief))


def test_what_a_stopped_publisher_left_behind_is_removed(folder, second):
    for left in ("bundles/.staged-a", "snapshots/.removed-snapshot-b", "bundles/bundle-0123456789abcdef"):
        (folder / left).mkdir()
    (folder / f".{POINTER}.x").write_text("half")

    pointer = publish(folder, second.folders)

    named = set().union(*map(served_names, pointer.releases))
    assert folders_in(folder) == named
    assert not list(folder.glob(f".{POINTER}.*"))


def test_a_folder_of_other_things_is_left_alone(tmp_path, first):
    (tmp_path / "bundles").mkdir()
    mine = tmp_path / "bundles" / "bundle-0123456789abcdef"
    mine.mkdir()

    with pytest.raises(ConfigError, match="is not empty and no release folder"):
        publish(tmp_path, first.folders)

    assert mine.is_dir()


def test_of_two_publishers_at_once_neither_undoes_the_other(folder, other_snapshot, other_bundle):
    given = ({"snapshot": other_snapshot.path}, {"match": other_bundle.path})
    threads = [Thread(target=publish, args=(folder, part)) for part in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    release = Pointer.read(folder).release
    assert (release.snapshot.name, release.match.name) == (other_snapshot.name, other_bundle.name)


@pytest.mark.parametrize("path", ["/elsewhere", ".."])
def test_a_pointer_that_leaves_its_folder_is_refused(folder, path):
    inside = str(Pointer.read(folder).release.snapshot)
    text = (folder / POINTER).read_text().replace(inside, f"{path}/{Path(inside).name}")
    (folder / POINTER).write_text(text)

    with pytest.raises(BundleError, match="leave the release folder"):
        Pointer.read(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"serving": "release-1"}', "[" * 100_000])
def test_a_broken_pointer_is_refused(folder, text):
    (folder / POINTER).write_text(text)

    with pytest.raises(BundleError, match=POINTER):
        Pointer.read(folder)
