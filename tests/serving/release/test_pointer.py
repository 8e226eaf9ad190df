"""The pointer is one file that readers find whole, whatever is written meanwhile."""

from pathlib import Path

from recsys.release import Release
from serving.release.pointer import POINTER, Pointer


def pointer_to(name):
    release = Release(snapshot=Path("snapshots") / name)
    return Pointer(serving=release.name, releases=(release,))


def test_who_has_opened_the_pointer_reads_the_old_one_to_its_end(tmp_path):
    old, new = pointer_to("snapshot-a-long-name"), pointer_to("snapshot-b")
    old.write(tmp_path)

    with (tmp_path / POINTER).open() as reader:
        new.write(tmp_path)

        assert Pointer.model_validate_json(reader.read()) == old
    assert Pointer.read(tmp_path) == new
