import numpy as np
import pytest

from recsys.errors import ConfigError, TableError
from training.implicit.holdout import HoldoutConfig
from training.implicit.reading import FilesConfig, read_known, read_test

HOLDOUT = HoldoutConfig(share=1, debias=0.5, seed=1)


@pytest.fixture
def files(tmp_path):
    """A function from file contents to where they were written."""

    def write(**contents):
        paths = {}
        for name, content in contents.items():
            if name == "features":
                paths[name] = tuple(tmp_path / f"{place}.npy" for place in range(len(content)))
                for path, matrix in zip(paths[name], content, strict=True):
                    np.save(path, matrix)
            else:
                paths[name] = tmp_path / f"{name}.csv"
                paths[name].write_text(content)
        return FilesConfig(**paths)

    return write


def test_users_and_items_are_the_ids_of_train_and_valid(files):
    known = read_known(files(train="1,10\n1,20\n5,10\n", valid="5,30\n7,10\n"), HOLDOUT)

    assert known.train.user_ids.tolist() == [1, 5, 7]
    assert known.train.item_ids.tolist() == [10, 20, 30]
    assert known.valid.relevant.items.tolist() == [2, 0]
    assert known.fit_on is known.train
    assert known.everything.lengths.tolist() == [2, 2, 1]
    assert known.train.lengths.tolist() == [2, 1, 0]


def test_with_features_the_items_are_their_rows(files):
    known = read_known(files(train="1,2\n1,0\n", features=[np.eye(5), np.eye(5)[:, :2]]), HOLDOUT)

    assert known.train.item_ids.tolist() == [0, 1, 2, 3, 4]
    assert known.content.shape == (5, 7)
    assert known.counts()["cold_items"] == 3


def test_without_a_validation_file_one_is_carved_from_train(files):
    known = read_known(files(train="1,10\n1,20\n5,10\n"), HOLDOUT)

    assert len(known.fit_on.items) == 2
    assert known.valid.relevant.user_ids.tolist() == [1]
    assert len(known.train.items) == len(known.everything.items) == 3
    held = known.valid.relevant.items[0]
    assert held not in known.fit_on.of_user(0)


def test_confidences_and_repeated_rows_are_kept_apart(files):
    known = read_known(files(train="1,10,2\n1,20,3\n1,10,2\n", valid="1,30,5\n1,20,7\n"), HOLDOUT)

    assert known.repeated == 1
    assert known.train.confidence.tolist() == [2, 3]
    assert known.everything.confidence.tolist() == [2, 3, 5]
    assert known.valid.seen == 1


def test_the_test_file_is_read_with_what_was_fitted_on(files):
    given = files(train="1,10\n1,20\n5,10\n", valid="5,20\n", test="5,20\n1,99\n8,10\n")
    known = read_known(given, HOLDOUT)

    of_train = read_test(given, known.train, None)
    of_everything = read_test(given, known.everything, None)

    assert (of_train.seen, of_everything.seen) == (0, 1)
    assert of_train.unknown_pairs == 1
    assert of_train.new_users == 1


def test_a_file_that_is_needed_and_not_given_is_asked_for(files):
    known = read_known(files(train="1,10\n1,20\n"), HOLDOUT)

    with pytest.raises(ConfigError, match="no train file is given: use --train"):
        read_known(FilesConfig(), HOLDOUT)
    with pytest.raises(ConfigError, match="no test file is given: use --test"):
        read_test(FilesConfig(), known.train, None)


def test_features_with_too_few_rows_are_refused_for_train_and_for_test(files):
    message = r"0\.npy: expected a row for each item, found 3 rows, but {}\.csv holds item {}"

    with pytest.raises(TableError, match=message.format("train", 3)):
        read_known(files(train="1,3\n1,0\n", features=[np.eye(3)]), HOLDOUT)
    given = files(train="1,2\n1,0\n", test="1,7\n", features=[np.eye(3)])
    known = read_known(given, HOLDOUT)
    with pytest.raises(TableError, match=message.format("test", 7)):
        read_test(given, known.train, known.content)


def test_answers_that_were_all_seen_are_refused(files):
    with pytest.raises(TableError, match=r"valid\.csv: expected pairs that the training file lacks"):
        read_known(files(train="1,10\n1,20\n", valid="1,10\n"), HOLDOUT)


def test_fingerprints_leave_the_test_file_alone(files):
    given = files(train="1,10\n", features=[np.eye(2)])

    hashes = given.model_copy(update={"test": given.train.parent / "absent.csv"}).fingerprints()

    assert set(hashes) == {"train", "features_1"}
