"""The screen's bounds hold, and rule out nearly everything."""

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

from recsys.errors import ConfigError
from training.export.screened import BLOCK, QUERY_LEVELS, quantised, screened_graph


def factors_of(rng, items, width):
    lengths = 10 ** rng.uniform(-4, 4, (items, 1))
    return (rng.standard_t(2, (items, width)) * lengths).astype(np.float32)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_rough_score_is_further_off_than_its_block_says(seed):
    rng = np.random.default_rng(seed)
    factors = factors_of(rng, 3 * BLOCK, 16).astype(np.float64)
    query = rng.standard_t(2, 16)
    unit = query / np.abs(query).max()
    levels = np.rint(unit * QUERY_LEVELS)
    screen = quantised(factors.astype(np.float32))

    rough = (levels @ screen.levels).reshape(3, BLOCK) * screen.step.T
    off = np.linalg.norm(unit) * screen.off[0] + np.linalg.norm(unit - levels / QUERY_LEVELS) * screen.off[1]

    assert (np.abs(rough - (factors @ unit).reshape(3, BLOCK)) <= off[:, None]).all()


def test_products_of_pairs_fit_the_sixteen_bits_that_older_processors_add_them_in():
    screen = quantised(factors_of(np.random.default_rng(0), 1_000, 8))
    largest_query_byte = QUERY_LEVELS + 64

    assert 2 * largest_query_byte * np.abs(screen.levels.astype(int)).max() < 2**15


def test_a_screen_fills_its_last_block_with_zeros():
    screen = quantised(np.full((BLOCK + 1, 2), 5, np.float32))

    assert screen.levels.shape == (2, 2 * BLOCK)
    assert (screen.levels[:, : BLOCK + 1] == 127).all()
    assert (screen.levels[:, BLOCK + 1 :] == 0).all()


def test_factors_too_small_for_a_step_are_all_missed():
    screen = quantised(np.full((BLOCK, 4), 1e-40, np.float32))

    assert (screen.levels == 0).all()
    assert screen.off[0, 0] == pytest.approx(2e-40, rel=1e-2)


def test_only_a_few_candidates_are_scored_in_full():
    """Of 20,000 evenly spread items, the hardest case, less than 5 % are read again for the best 100."""
    rng = np.random.default_rng(1)
    factors = rng.standard_normal((20_000, 64), np.float32)
    model = onnx.load_from_string(screened_graph(factors, 100))
    (candidates,) = [node.output[0] for node in model.graph.node if node.op_type == "Compress"]
    model.graph.output.append(helper.make_tensor_value_info(candidates, onnx.TensorProto.INT64, ["left"]))
    session = onnxruntime.InferenceSession(model.SerializeToString())
    asked = {"query": rng.standard_normal((1, 64), np.float32), "hidden": np.zeros((1, 20_000), np.bool_)}

    (left,) = session.run([candidates], asked)

    assert 100 <= len(left) < 1_000


def test_a_small_catalogue_is_sent_to_the_dense_graph():
    with pytest.raises(
        ConfigError, match="expected at least 320 items for the best 10, found 319; use dense"
    ):
        screened_graph(np.ones((319, 4), np.float32), 10)
