from typing import Literal

import pytest
from pydantic import Field, ValidationError

from recsys.config import Config, parse, with_overrides
from recsys.errors import ConfigError


class Inner(Config):
    """A section."""

    kind: Literal["a", "b"] = "a"
    depth: int = Field(3, ge=1)
    weight: float = 1.0


class Outer(Config):
    """A whole file."""

    name: str
    inner: Inner = Inner()
    ladder: dict[str, int] = Field(default_factory=dict)


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text("name: x\ninner:\n  depth: 5\nladder: {b: 2, a: 1}\n", "utf-8")
    return file


def test_a_file_is_read_with_its_defaults(path):
    assert Outer.load(path) == Outer(name="x", inner=Inner(kind="a", depth=5), ladder={"b": 2, "a": 1})


def test_the_order_of_a_mapping_is_kept(path):
    assert list(Outer.load(path, ["name=y"]).ladder) == ["b", "a"]


def test_overrides_are_set_in_their_order_and_read_as_yaml(path):
    config = Outer.load(path, ["inner.depth=7", "inner.depth=8", "inner.kind=b", "ladder.c=3"])

    assert config.inner == Inner(kind="b", depth=8)
    assert config.ladder == {"b": 2, "a": 1, "c": 3}


def test_an_override_may_open_a_section_that_is_not_there():
    assert with_overrides({}, ["a.b.c=[1, 2]"]) == {"a": {"b": {"c": [1, 2]}}}


def test_overrides_leave_the_values_they_start_from_alone():
    values = {"inner": {"depth": 1}}

    with_overrides(values, ["inner.depth=2"])

    assert values == {"inner": {"depth": 1}}


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("inner.depth", "--set expects key=value, found 'inner.depth'"),
        ("=3", "--set expects key=value, found '=3'"),
        ("name.first=3", r"--set name.first: name is a single value, not a section"),
        ("name=[1", r"--set name=\[1: the value is not valid YAML"),
        ("inner.dept=3", r"inner.dept: Extra inputs are not permitted, found 3"),
        ("inner.depth=0", r"inner.depth: .*greater than or equal to 1, found 0"),
        ("inner.kind=c", r"inner.kind: .*'a' or 'b', found 'c'"),
    ],
)
def test_an_override_that_cannot_be_followed_is_told(path, override, message):
    with pytest.raises(ConfigError, match=message):
        Outer.load(path, [override])


@pytest.mark.parametrize(
    ("override", "meant"), [("nam=3", "name"), ("inner.dept=3", "depth"), ("inner.knd=a", "kind")]
)
def test_a_misspelt_key_is_answered_with_the_nearest_one(path, override, meant):
    with pytest.raises(ConfigError, match=rf"\(did you mean {meant}\?\)"):
        Outer.load(path, [override])


def test_a_key_like_no_other_is_answered_without_a_guess(path):
    with pytest.raises(ConfigError, match=r"zzz: Extra inputs are not permitted, found 3$"):
        Outer.load(path, ["zzz=3"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty, expected a mapping"),
        (b"- a\n- b\n", "holds a list, expected a mapping"),
        (b"name: [", "is not valid YAML"),
        (b"name: 2024-02-30", "is not valid YAML: day is out of range for month"),
        (b"name: \xff\xfe", "cannot be read as text"),
        (b"inner: {depth: 2}", "is not a valid Outer: name: Field required"),
    ],
)
def test_a_file_that_is_no_configuration_is_told(path, content, message):
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=rf"config\.yaml {message}"):
        Outer.load(path)


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(ConfigError, match="there is no configuration file"):
        Outer.load(tmp_path / "missing.yaml")
    with pytest.raises(ConfigError, match="cannot be read as text"):
        Outer.load(tmp_path)


@pytest.mark.parametrize("number", ["nan", ".nan", "inf", "-.inf"])
def test_a_number_that_is_not_finite_is_refused(path, number):
    with pytest.raises(ConfigError, match=r"inner\.weight: Input should be a finite number"):
        Outer.load(path, [f"inner.weight={number}"])


def test_every_wrong_key_is_named_at_once():
    with pytest.raises(
        ConfigError, match=r"the brief is not a valid Outer: name: .*; inner.depth: .*; colour: "
    ):
        parse(Outer, {"name": 1, "inner": {"depth": "deep"}, "colour": 2}, source="the brief")


def test_a_configuration_cannot_be_changed():
    config = Outer(name="x")

    with pytest.raises(ValidationError, match="frozen"):
        config.name = "y"
