"""The benchmark from files to figures, on made-up pairs."""

import numpy as np
import pytest

from recsys.errors import ConfigError, TableError
from training.implicit.experiment import ImplicitExperiment
from training.implicit.pairs import read_pairs
from training.recipes.implicit import run, steps

USERS, ITEMS, CONTENT = 120, 30, 4
MODELS = {
    "popularity": {"retriever": {"kind": "popularity"}},
    "ease": {
        "retriever": {"kind": "ease", "l2": 50.0},
        "space": {"l2": {"low": 1.0, "high": 500.0, "log": True}},
    },
    "content": {"retriever": {"kind": "content", "neighbours": 10}},
}


def write(path, pairs):
    np.savetxt(path, pairs, fmt="%d", delimiter=",")
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Users take items near their taste; the last three items are never met in train, only in test."""
    folder, rng = tmp_path_factory.mktemp("implicit"), np.random.default_rng(5)
    vectors = rng.normal(size=(ITEMS, CONTENT))
    liking = 2 * rng.normal(size=(USERS, CONTENT)) @ vectors.T + rng.gumbel(size=(USERS, ITEMS))
    items = np.argsort(-liking, axis=1)[:, :8]
    pairs = np.stack([np.repeat(np.arange(USERS), 8), items.ravel()], axis=1)
    part = rng.permutation(np.tile([0, 0, 0, 0, 0, 1, 2, 2], USERS))
    part[pairs[:, 1] >= ITEMS - 3] = 2
    np.save(folder / "content.npy", vectors)
    return {
        "train": write(folder / "train.csv", pairs[part == 0]),
        "valid": write(folder / "valid.csv", pairs[part == 1]),
        "test": write(folder / "test.csv", pairs[part == 2]),
        "features": [folder / "content.npy"],
    }


def experiment(files, **given):
    settings = {
        "files": files,
        "models": MODELS,
        "blend": {"candidates": 10},
        "carved_blend": {"candidates": 10},
        "tuning": {"trials": 3, "seed": 1},
        "holdout": {"share": 0.5, "debias": 0.5, "seed": 1},
        "select_by": "recall_at_5",
        "cutoffs": [5, 10],
        "slate": 5,
        "seed": 1,
        **given,
    }
    return ImplicitExperiment.model_validate(settings)


def ran(given, told=lambda *_: None, done=lambda _: None):
    return run(given, told, done)


@pytest.fixture(scope="module")
def result(files):
    return ran(experiment(files))


def test_auto_compares_every_model_and_their_blend(result):
    assert set(result.selection.validation) == {"popularity", "ease", "content", "blend"}
    assert next(iter(result.report.metrics["recall_at_5"])) == result.selection.best
    assert set(result.report.metrics["recall_at_5"]) == set(result.selection.validation)


def test_learning_beats_popularity(result):
    means = {name: interval.mean for name, interval in result.report.metrics["ndcg_at_10"].items()}

    assert means["blend"] > means["popularity"] + 0.1
    assert means["ease"] > means["popularity"]


def test_the_graphs_answer_as_the_native_models(result):
    assert all(parity.same_items > 0.999 for parity in result.parity.values())


def test_only_content_finds_cold_items(result):
    cold = {name: each.mean for name, each in result.report.segments["cold_items"]["recall_at_10"].items()}

    assert cold["ease"] == 0
    assert cold["content"] > 0.9
    assert result.known.counts()["cold_items"] == 3


def test_a_tuned_model_is_no_worse_on_validation_than_at_its_start(result):
    ease = result.selection.tuned["ease"]

    assert len(ease.trials) == 3
    assert ease.trials[0].settings == {"l2": 50.0}
    assert ease.best.value == max(trial.value for trial in ease.trials)
    assert result.selection.settings["ease"].l2 == ease.best.settings["l2"]


def test_the_same_settings_give_the_same_answer(files, result):
    again = ran(experiment(files))

    assert again.selection.settings == result.selection.settings
    assert again.report.metrics == result.report.metrics
    assert again.graph == result.graph


def test_it_tells_of_as_many_steps_as_it_promised(files):
    given, heard = experiment(files), []

    ran(given, done=heard.append)

    assert sum(heard) == steps(given)


def test_the_test_file_is_opened_after_tuning_and_decides_nothing(files, result, tmp_path):
    later = tmp_path / "test.csv"
    later.write_text("broken", "utf-8")
    trials = []

    def write_at_the_last_trial(name, trial):
        trials.append((name, trial.number))
        if len(trials) == 5:
            later.write_bytes(files["test"].read_bytes())

    found = ran(experiment({**files, "test": later}), told=write_at_the_last_trial)

    assert len(trials) == 5
    assert found.report.metrics == result.report.metrics


def test_a_broken_test_file_stops_the_run_only_after_tuning(files, tmp_path):
    (tmp_path / "test.csv").write_text("1,x\n", "utf-8")
    trials = []

    with pytest.raises(TableError, match=r"test\.csv: item: expected a whole number"):
        ran(
            experiment({**files, "test": tmp_path / "test.csv"}, model="ease"),
            told=lambda name, trial: trials.append(trial),
        )
    assert len(trials) == 3


def test_a_test_file_that_is_not_there_is_told_before_any_work(files, tmp_path):
    with pytest.raises(TableError, match=r"there is no file .*absent\.csv"):
        ran(experiment({**files, "test": tmp_path / "absent.csv"}), told=lambda *_: pytest.fail("worked"))


def test_one_model_is_compared_with_popularity(files):
    found = ran(experiment(files, model="ease"))

    assert found.selection.best == "ease"
    assert list(found.report.metrics["recall_at_5"]) == ["ease", "popularity"]
    assert found.report.differences["recall_at_5"]["popularity"].above_zero


def test_without_features_auto_leaves_the_content_model_out(files):
    found = ran(experiment({**files, "features": []}))

    assert set(found.selection.validation) == {"popularity", "ease", "blend"}


def test_the_content_model_without_features_is_refused(files):
    with pytest.raises(ConfigError, match="needs item features"):
        ran(experiment({**files, "features": []}, model="content"))


def test_without_a_validation_file_all_of_train_is_fitted_in_the_end(files):
    found = ran(experiment({**files, "valid": None}, model="ease"))

    assert found.fitted_on is found.known.train
    assert len(found.known.fit_on.items) < len(found.known.train.items)


def test_refitted_models_learn_from_the_validation_pairs_too(files):
    kept, refitted = (ran(experiment(files, model="popularity", refit=refit)) for refit in (False, True))
    valid = len(read_pairs(files["valid"]))

    assert len(refitted.fitted_on.items) == len(kept.fitted_on.items) + valid
    assert kept.selection.validation == refitted.selection.validation


def test_more_than_the_catalogue_is_asked_for_and_all_of_it_is_given(files):
    found = ran(experiment(files, model="popularity", cutoffs=[5, 1_000]))

    known = found.report.segments["cold_items"]["recall_at_1000"]["popularity"]
    assert found.report.metrics["recall_at_1000"]["popularity"].mean < 1
    assert known.mean == 0


def test_a_budget_ends_tuning_after_the_first_trial_and_is_told(files):
    found = ran(experiment(files, model="ease", tuning={"trials": 50, "budget_seconds": 1e-9, "seed": 1}))

    assert len(found.selection.tuned["ease"].trials) == 1
    assert found.selection.tuned["ease"].ended_by_budget


def test_a_stopped_run_goes_on_from_its_storage(files, tmp_path):
    given = experiment(files, model="ease", tuning={"trials": 3, "seed": 1, "storage": tmp_path / "t.db"})
    first = ran(given)

    again = ran(given, told=lambda *_: pytest.fail("tried again"))

    assert again.selection.tuned["ease"].resumed == 3
    assert again.report.metrics == first.report.metrics


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"model": "als"}, r"model must be auto or one of"),
        ({"select_by": "recall_at_20"}, r"select_by must be one of"),
        ({"models": {"blend": MODELS["popularity"]}}, r"models must not be called auto or blend"),
    ],
)
def test_names_that_do_not_exist_are_refused(files, given, message):
    with pytest.raises(ValueError, match=message):
        experiment(files, **given)
