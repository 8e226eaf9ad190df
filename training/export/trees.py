"""LightGBM models as plain arrays, read from the model text, and the text with new numbers in it."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import lightgbm
import numpy as np
from numpy.typing import NDArray

from recsys.arrays import Flags, Floats
from recsys.errors import ConfigError

Indices = NDArray[np.int32]

CATEGORICAL = 1
DEFAULT_LEFT = 2
"""Bits of LightGBM's `decision_type`; the two bits above them are the missing type."""
MISSING_NONE, MISSING_ZERO, MISSING_NAN = 0, 1, 2


@dataclass(frozen=True)
class Tree:
    """Split `i` sends a row to `left[i]` where `row[feature[i]] <= threshold[i]`, else to `right[i]`.

    The first split is the root; a child below 0 is the leaf `~child`. A tree without splits is its one leaf.
    """

    feature: Indices
    threshold: Floats
    left: Indices
    right: Indices
    nan_left: Flags
    """Where NaN goes left: as learnt, or, where training saw no NaN, the way LightGBM sends 0."""
    leaf: Floats


@dataclass(frozen=True)
class Trees:
    """The trees whose leaves add up to a model's raw score."""

    trees: tuple[Tree, ...]
    feature_names: tuple[str, ...]

    @cached_property
    def thresholds(self) -> Floats:
        """Thresholds of all splits, tree after tree."""
        return np.concatenate([np.empty(0), *(tree.threshold for tree in self.trees)])

    @cached_property
    def features(self) -> Indices:
        """Features of all splits, tree after tree."""
        return np.concatenate([np.empty(0, np.int32), *(tree.feature for tree in self.trees)])

    @cached_property
    def leaves(self) -> Floats:
        """Values of all leaves, tree after tree."""
        return np.concatenate([np.empty(0), *(tree.leaf for tree in self.trees)])

    @property
    def largest(self) -> float:
        """What the absolute raw score of a row never exceeds, whichever of the trees are added up."""
        return float(sum(np.abs(tree.leaf).max() for tree in self.trees))

    @property
    def least(self) -> float:
        """What the raw score of a row never falls below."""
        return float(sum(tree.leaf.min() for tree in self.trees))


def read_trees(booster: lightgbm.Booster) -> Trees:
    """The booster's trees (up to its best iteration).

    Raises ConfigError for what an exact graph of `<=` splits cannot hold: categorical splits,
    `zero_as_missing`, linear trees, several classes, averaged trees, NaN thresholds, infinite leaves.
    """
    text = ModelText.of(booster)
    _refuse(text.head)
    trees = tuple(_read_tree(place, block) for place, block in enumerate(text.trees))
    return Trees(trees, tuple(booster.feature_name()))


@dataclass(frozen=True)
class ModelText:
    """LightGBM's model text in three parts; `trees` has one block a tree, with its `Tree=` line."""

    head: str
    trees: tuple[str, ...]
    tail: str

    @classmethod
    def of(cls, booster: lightgbm.Booster) -> Self:
        """The booster's text, up to its best iteration."""
        body, end, tail = booster.model_to_string().partition("end of trees\n")
        head, *trees = re.split(r"^(?=Tree=\d+$)", body, flags=re.MULTILINE)
        return cls(head, tuple(trees), end + tail)

    def with_numbers(self, trees: Trees) -> str:
        """The text with the thresholds and leaf values of `trees`, written to the last bit."""
        blocks = [_write_tree(block, tree) for block, tree in zip(self.trees, trees.trees, strict=True)]
        # LightGBM cuts the text at these byte counts.
        sizes = " ".join(str(len(block.encode())) for block in blocks)
        head = re.sub(r"^tree_sizes=.*$", f"tree_sizes={sizes}", self.head, flags=re.MULTILINE)
        return "".join([head, *blocks, self.tail])


def _refuse(head: str) -> None:
    lines = head.split("\n")
    if "num_tree_per_iteration=1" not in lines:
        raise ConfigError("the model has several classes, expected one raw score a row")
    if "average_output" in lines:
        raise ConfigError("the model averages its trees (boosting=rf), expected boosting whose trees add up")


def _read_tree(place: int, block: str) -> Tree:
    values = dict(line.split("=", 1) for line in block.split("\n") if "=" in line)
    if values.get("is_linear", "0") != "0":
        raise ConfigError(f"tree {place} is a linear tree, expected constant leaves (linear_tree=false)")
    kinds = _integers(values["decision_type"])
    _refuse_kinds(place, kinds)
    threshold = _thresholds(place, values["threshold"])
    return Tree(
        feature=_integers(values["split_feature"]),
        threshold=threshold,
        left=_integers(values["left_child"]),
        right=_integers(values["right_child"]),
        nan_left=np.where(kinds >> 2 == MISSING_NAN, (kinds & DEFAULT_LEFT) > 0, threshold >= 0),
        leaf=_leaves(place, values["leaf_value"]),
    )


def _refuse_kinds(place: int, kinds: Indices) -> None:
    if (kinds & CATEGORICAL).any():
        raise ConfigError(f"tree {place} has categorical splits, expected categories encoded as numbers")
    if (kinds >> 2 == MISSING_ZERO).any():
        raise ConfigError(f"tree {place} takes 0 for missing (zero_as_missing), expected NaN for missing")


def _integers(text: str) -> Indices:
    return np.array(text.split(), dtype=np.int32)


def _thresholds(place: int, text: str) -> Floats:
    values = np.array(text.split(), dtype=np.float64)
    if np.isnan(values).any():
        raise ConfigError(f"tree {place} has a threshold that is NaN")
    return values


def _leaves(place: int, text: str) -> Floats:
    values = np.array(text.split(), dtype=np.float64)
    if not np.isfinite(values).all():
        raise ConfigError(f"tree {place} has a leaf value that is not finite")
    return values


def _write_tree(block: str, tree: Tree) -> str:
    for name, values in (("threshold", tree.threshold), ("leaf_value", tree.leaf)):
        line = f"{name}={' '.join(repr(float(value)) for value in values)}"
        block = re.sub(rf"^{name}=.*$", line, block, flags=re.MULTILINE)
    return block
