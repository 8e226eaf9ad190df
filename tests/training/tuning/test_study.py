import pytest

from recsys.errors import ConfigError
from training.tuning import Range, TuningConfig, tune

SPACE = {"x": Range(low=-4.0, high=4.0), "kind": ("flat", "steep")}
START = {"x": 3.0, "kind": "flat", "other": 1}


def bowl(settings):
    """Highest, 0, at x = 1 and steep."""
    return -((settings["x"] - 1) ** 2) - (settings["kind"] == "flat")


def config(**given):
    return TuningConfig(**{"trials": 12, "startup_trials": 4, "seed": 1, **given})


def test_the_first_trial_has_the_settings_as_configured():
    first = tune(bowl, SPACE, START, config(), "bowl").trials[0]

    assert first.settings == {"x": 3.0, "kind": "flat"}
    assert first.value == -5


def test_the_best_is_the_highest_and_better_than_the_start():
    tuned = tune(bowl, SPACE, START, config(trials=40), "bowl")

    assert tuned.best.value == max(trial.value for trial in tuned.trials)
    assert tuned.best.value > -0.2
    assert tuned.best.settings["kind"] == "steep"


def test_of_equal_trials_the_earliest_is_best():
    assert tune(lambda _: 1.0, SPACE, START, config(), "flat").best.number == 0


def settings_of(tuned):
    return [trial.settings for trial in tuned.trials]


def test_the_same_seed_tries_the_same_settings_and_another_seed_others():
    one, same, other = (tune(bowl, SPACE, START, config(seed=seed), "bowl") for seed in (1, 1, 2))

    assert settings_of(one) == settings_of(same)
    assert settings_of(one)[1:] != settings_of(other)[1:]


def test_no_two_trials_draw_the_same():
    tuned = tune(bowl, SPACE, START, config(startup_trials=12), "bowl")

    assert len({trial.settings["x"] for trial in tuned.trials}) == 12


def test_an_empty_space_is_one_trial():
    tuned = tune(len, {}, START, config(), "nothing")

    assert settings_of(tuned) == [{}]


def test_each_trial_is_told_of_once():
    told = []

    tuned = tune(bowl, SPACE, START, config(), "bowl", told.append)

    assert tuple(told) == tuned.trials
    assert [trial.number for trial in told] == list(range(12))


def test_a_study_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path):
    storage = tmp_path / "tuning.db"
    calls = []

    def breaks(settings):
        calls.append(settings)
        if len(calls) == 8:
            raise KeyboardInterrupt
        return bowl(settings)

    with pytest.raises(KeyboardInterrupt):
        tune(breaks, SPACE, START, config(storage=storage), "bowl")
    told = []
    resumed = tune(bowl, SPACE, START, config(storage=storage), "bowl", told.append)

    assert resumed.resumed == 7
    assert len(told) == 5
    assert settings_of(resumed) == settings_of(tune(bowl, SPACE, START, config(), "bowl"))


def test_a_finished_study_is_not_repeated(tmp_path):
    storage = tmp_path / "tuning.db"
    first = tune(bowl, SPACE, START, config(storage=storage), "bowl")

    again = tune(pytest.fail, SPACE, START, config(storage=storage), "bowl")

    assert again.best == first.best
    assert again.resumed == 12


@pytest.mark.parametrize(
    ("name", "space", "seed"),
    [("other", SPACE, 1), ("bowl", {"x": Range(low=-4.0, high=5.0)}, 1), ("bowl", SPACE, 2)],
)
def test_what_was_drawn_otherwise_is_not_mixed_in(tmp_path, name, space, seed):
    storage = tmp_path / "tuning.db"
    tune(bowl, SPACE, START, config(storage=storage), "bowl")

    other = tune(lambda settings: settings["x"], space, START, config(storage=storage, seed=seed), name)

    assert other.resumed == 0


def test_when_the_seconds_are_over_the_best_so_far_is_taken_and_said():
    tuned = tune(bowl, SPACE, START, config(trials=10_000, budget_seconds=1e-9), "bowl")

    assert len(tuned.trials) == 1
    assert tuned.ended_by_budget
    assert not tune(bowl, SPACE, START, config(), "bowl").ended_by_budget


def test_a_storage_that_cannot_be_opened_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"tuning\.storage: .*absent.* cannot be opened"):
        tune(bowl, SPACE, START, config(storage=tmp_path / "absent" / "tuning.db"), "bowl")
