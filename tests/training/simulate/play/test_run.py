import pytest
from numpy.testing import assert_array_equal

from recsys.errors import ConfigError
from training.simulate.play.choices import Choices
from training.simulate.play.run import choices_of_plays, play


@pytest.fixture(scope="module")
def small(config):
    return config.model_copy(update={"weeks": 1})


@pytest.fixture(scope="module")
def out(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plays")
    play(small, ["random", "oracle"], 1, folder, 1, lambda _: None)
    return folder


def test_each_play_has_a_folder_and_nothing_else_is_left(out):
    assert sorted(str(path.relative_to(out)) for path in out.glob("*/*")) == [
        "oracle/seed-1",
        "random/seed-1",
    ]
    assert sorted(path.name for path in out.iterdir()) == ["oracle", "random"]


def test_a_finished_play_is_not_played_again(small, out):
    before = (out / "random" / "seed-1" / "log.parquet").stat().st_mtime_ns
    heard = []

    play(small, ["random", "oracle"], 1, out, 1, heard.append)

    assert (out / "random" / "seed-1" / "log.parquet").stat().st_mtime_ns == before
    assert sum(heard) == 2


def test_a_play_under_another_configuration_is_not_mistaken_for_this_one(small, out):
    with pytest.raises(ConfigError, match="another configuration"):
        play(small.model_copy(update={"exploration": 0.5}), ["random"], 1, out, 1, lambda _: None)


def test_an_unknown_policy_is_refused_before_anything_is_played(small, tmp_path):
    with pytest.raises(ConfigError, match=r"unknown policies \['luck'\].*engine"):
        play(small, ["luck"], 1, tmp_path, 1, lambda _: None)

    assert list(tmp_path.iterdir()) == []


def test_what_targets_would_have_done_is_kept_where_a_policy_explored(small, out):
    plays = play(small, ["random", "oracle"], 1, out, 1, lambda _: None)

    choices = choices_of_plays(small, plays, out)

    assert set(choices) == {"random"}
    assert choices["random"][0].candidate.shape == (len(plays["random"][0]), 1 + len(small.targets))


def test_choices_can_be_read_again(out, tmp_path):
    choices = Choices.read(out / "random" / "seed-1" / "choices.npz")

    choices.write(tmp_path / "choices.npz")

    assert_array_equal(Choices.read(tmp_path / "choices.npz").known, choices.known)
