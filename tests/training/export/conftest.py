"""Boosters to export: one that was trained, and any that a test writes down split by split."""

import lightgbm
import numpy as np
import pytest

from training.bench.queries import MadeQueries
from training.export.canonical import canonical

HEAD = """tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx={last}
objective=regression
feature_names={names}
feature_infos={infos}
tree_sizes={sizes}

"""
BLOCK = """Tree={place}
num_leaves={leaves}
num_cat=0
split_feature={feature}
split_gain={ones}
threshold={threshold}
decision_type={kind}
left_child={left}
right_child={right}
leaf_value={leaf}
leaf_weight={leaf_ones}
leaf_count={leaf_ones}
internal_value={ones}
internal_weight={ones}
internal_count={ones}
is_linear=0
shrinkage=1


"""
TAIL = "end of trees\n\nparameters:\nend of parameters\n"


@pytest.fixture(scope="session")
def booster_of():
    """Makes a LightGBM booster of trees written as dicts, in the terms of LightGBM's text."""

    def make(*trees, features=2):
        blocks = [_block(place, **tree) for place, tree in enumerate(trees)]
        head = HEAD.format(
            last=features - 1,
            names=_row(f"f{place}" for place in range(features)),
            infos=_row("none" for _ in range(features)),
            sizes=_row(len(block) for block in blocks),
        )
        return lightgbm.Booster(model_str=head + "".join(blocks) + TAIL)

    return make


def _block(place, *, feature, threshold, kind, left, right, leaf):
    return BLOCK.format(
        place=place,
        leaves=len(leaf),
        feature=_row(feature),
        threshold=_row(repr(float(value)) for value in threshold),
        kind=_row(kind),
        left=_row(left),
        right=_row(right),
        leaf=_row(repr(float(value)) for value in leaf),
        ones=_row(1 for _ in feature),
        leaf_ones=_row(1 for _ in leaf),
    )


def _row(values):
    return " ".join(map(str, values))


@pytest.fixture(scope="session")
def judged():
    """20 queries of 40 rows with 12 features, some missing."""
    return MadeQueries(queries=20, rows=40, features=12, seed=5).make()


@pytest.fixture(scope="session")
def trained():
    """LambdaMART, 40 trees of 15 leaves."""
    rows = MadeQueries(queries=60, rows=40, features=12, seed=4).make()
    return train(rows, {"objective": "lambdarank"})


@pytest.fixture(scope="session")
def exported(trained):
    """The same in canonical form."""
    return canonical(trained)


@pytest.fixture(scope="session")
def trained_with():
    """Trains a small booster with other settings, on features of which the first is a category's number."""

    def make(**settings):
        rows = MadeQueries(queries=10, rows=40, features=4, seed=4).make()
        rows.features[:, 0] = np.arange(400) % 7
        return train(rows, {"objective": "regression"} | settings, rounds=3)

    return make


def train(rows, settings, rounds=40):
    settings = settings | {"num_leaves": 15, "num_threads": 1, "deterministic": True, "verbosity": -1}
    chosen = settings.pop("categorical_feature", "auto")
    group = rows.group_sizes if settings["objective"] == "lambdarank" else None
    grades = rows.grades % settings.get("num_class", 100)
    data = lightgbm.Dataset(rows.features, grades, group=group, categorical_feature=chosen, params=settings)
    return lightgbm.train(settings, data, rounds)
