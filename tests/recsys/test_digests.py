"""Digests of files: plain for short ones, of blocks for long ones, and every byte counts."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys import digests
from recsys.digests import digest_of, digests_of


@pytest.fixture
def short_blocks(monkeypatch):
    """Blocks of 8 bytes, read 3 at a time."""
    monkeypatch.setattr(digests, "BLOCK", 8)
    monkeypatch.setattr(digests, "READ", 3)


@pytest.mark.parametrize("content", [b"", b"a", b"12345678"], ids=["empty", "a byte", "a block"])
def test_a_file_of_one_block_has_its_plain_sha256(short_blocks, content):
    assert digest_of(content) == hashlib.sha256(content).hexdigest()


def test_a_longer_file_has_the_marked_sha256_of_its_blocks_digests(short_blocks):
    blocks = [hashlib.sha256(block).digest() for block in (b"12345678", b"9")]

    assert digest_of(b"123456789") == digests.TREE + hashlib.sha256(b"".join(blocks)).hexdigest()


def test_a_file_made_of_digests_does_not_pass_for_the_file_they_are_of(monkeypatch):
    monkeypatch.setattr(digests, "BLOCK", 64)
    long = bytes(range(128))
    forged = b"".join(hashlib.sha256(block).digest() for block in (long[:64], long[64:]))

    assert digest_of(forged) != digest_of(long)


@settings(max_examples=30, deadline=None)
@given(contents=st.lists(st.binary(max_size=40), max_size=4))
def test_files_have_the_digests_of_their_bytes(tmp_path_factory, contents):
    folder = tmp_path_factory.mktemp("files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digests, "BLOCK", 8)
        patch.setattr(digests, "READ", 3)
        for place, content in enumerate(contents):
            (folder / str(place)).write_bytes(content)

        found = digests_of(folder, map(str, range(len(contents))))

        assert found == {str(place): digest_of(content) for place, content in enumerate(contents)}


@settings(max_examples=50, deadline=None)
@given(content=st.binary(min_size=1, max_size=40), data=st.data())
def test_every_bit_and_the_length_change_the_digest(content, data):
    bit = data.draw(st.integers(0, 8 * len(content) - 1))
    flipped = bytearray(content)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digests, "BLOCK", 8)

        assert (
            len({digest_of(each) for each in (content, bytes(flipped), content[:-1], content + b"\0")}) == 4
        )
