"""Everything of a benchmark but its test file: training pairs, validation answers, item features."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recsys.arrays import Features, Ints
from recsys.config import Config
from recsys.errors import ConfigError, TableError
from recsys.files import sha256_of
from recsys.interactions import Interactions
from training.implicit.content import read_content
from training.implicit.holdout import HoldoutConfig, held_out
from training.implicit.pairs import Pairs, first_of_each_pair, read_pairs
from training.implicit.relevant import Answers, answers, places


class FilesConfig(Config):
    """Where the pairs are; the formats stand in `training.implicit.pairs`."""

    train: Path | None = None
    valid: Path | None = None
    """Null: a validation set is carved from train."""
    test: Path | None = None
    features: tuple[Path, ...] = ()
    """.npy matrices with a row for each item, whose id is its row."""

    def given(self, name: str) -> Path:
        """The file under this name; raises ConfigError if none is given."""
        path: Path | None = getattr(self, name)
        if path is None:
            raise ConfigError(f"no {name} file is given: use --{name}, or files.{name} in the configuration")
        return path

    def fingerprints(self) -> dict[str, str]:
        """sha256 of each file that is there, but of the test file."""
        named = {"train": self.train, "valid": self.valid}
        named |= {f"features_{place}": path for place, path in enumerate(self.features, start=1)}
        return {name: sha256_of(path) for name, path in named.items() if path is not None}


@dataclass(frozen=True)
class Known:
    """What may be learnt from and chosen by, before the test file is opened. All share users and items."""

    fit_on: Interactions
    """Models that are compared learn from this."""
    valid: Answers
    """And are judged by this, of which `fit_on` knows nothing."""
    train: Interactions
    """The whole training file."""
    everything: Interactions
    """The training file and, where there is one, the validation file."""
    content: Features | None
    columns: dict[str, tuple[int, int]]
    """Feature file → its columns of `content`."""
    repeated: int
    """Rows of the training file that repeat a pair."""

    def counts(self) -> dict[str, int]:
        """How much there is; an item without a pair in the training file is cold."""
        users, items = self.train.shape
        return {
            "users": users,
            "items": items,
            "train_pairs": len(self.train.items),
            "train_repeated_rows": self.repeated,
            "cold_items": int((self.train.item_counts == 0).sum()),
            "valid_pairs": len(self.valid.relevant.items),
            "valid_users": len(self.valid.relevant),
            "valid_seen_pairs_left_out": self.valid.seen,
            "features": 0 if self.content is None else self.content.shape[1],
        }


def read_known(files: FilesConfig, holdout: HoldoutConfig) -> Known:
    """Reads all files but the test file.

    Items are the rows of the feature files, or else every id of train and valid; users every id of both.
    Raises ConfigError without a training file, TableError for files that cannot be used.
    """
    train = read_pairs(files.given("train"))
    valid = None if files.valid is None else read_pairs(files.valid)
    content, columns = read_content(files.features) if files.features else (None, {})
    given = [train] if valid is None else [train, valid]
    item_ids = _catalogue(given, content, files)
    user_ids = np.unique(np.concatenate([pairs.users for pairs in given]))
    whole = interactions([train], user_ids, item_ids)
    if valid is None:
        fit_on, found = carve(whole, holdout)
        return Known(fit_on, found, whole, whole, content, columns, train.repeated)
    everything = interactions(given, user_ids, item_ids)
    checked = _checked(answers(valid, whole), valid)
    return Known(whole, checked, whole, everything, content, columns, train.repeated)


def read_test(files: FilesConfig, known: Interactions, content: Features | None) -> Answers:
    """The test file's answers, given what was fitted on; the only place where that file is opened.

    Raises TableError for a file that cannot be used, and for an item beyond the rows of the features.
    """
    pairs = read_pairs(files.given("test"))
    if content is not None:
        _catalogue([pairs], content, files)
    return _checked(answers(pairs, known), pairs)


def interactions(given: list[Pairs], user_ids: Ints, item_ids: Ints) -> Interactions:
    """The pairs of all files, each once, over these users and items."""
    users, items, confidence = (
        np.concatenate([getattr(pairs, name) for pairs in given]) for name in ("users", "items", "confidence")
    )
    once = first_of_each_pair(users, items)
    rows, columns = places(user_ids, users[once])[0], places(item_ids, items[once])[0]
    return Interactions.of_pairs(user_ids, item_ids, (rows, columns), confidence[once])


def carve(known: Interactions, holdout: HoldoutConfig) -> tuple[Interactions, Answers]:
    """What is left to learn from, and the answers that were held out."""
    flags = held_out(known, holdout)
    left = known.only(~flags)
    held = Pairs(
        file="pairs carved from train",
        users=known.user_ids[known.rows[flags]],
        items=known.item_ids[known.items[flags]],
        confidence=known.confidence[flags].astype(np.float64),
        repeated=0,
    )
    return left, answers(held, left)


def _catalogue(given: list[Pairs], content: Features | None, files: FilesConfig) -> Ints:
    if content is None:
        return np.unique(np.concatenate([pairs.items for pairs in given]))
    for pairs in given:
        if pairs.items.max() >= len(content):
            raise TableError(
                f"{files.features[0].name}: expected a row for each item, found {len(content):,} rows, "
                f"but {pairs.file} holds item {pairs.items.max()}"
            )
    return np.arange(len(content))


def _checked(found: Answers, pairs: Pairs) -> Answers:
    if not len(found.relevant):
        raise TableError(
            f"{pairs.file}: expected pairs that the training file lacks, found all {len(pairs)} of them in it"
        )
    return found
