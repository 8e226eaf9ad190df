"""BLAS runs on one thread inside, and on as many as before outside."""

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from training.threads import on_one_blas_thread


def blas_threads():
    np.ones((4, 4)) @ np.ones((4, 4))
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_blas_has_one_thread_while_the_function_runs():
    before = blas_threads()

    assert on_one_blas_thread(blas_threads)() == {1}
    assert blas_threads() == before


def test_the_limit_ends_with_an_error():
    before = blas_threads()

    @on_one_blas_thread
    def fail(reason):
        raise ValueError(reason)

    with pytest.raises(ValueError, match="no data"):
        fail("no data")
    assert blas_threads() == before


def test_the_function_keeps_its_name_and_arguments():
    @on_one_blas_thread
    def scaled(value, factor=2):
        return value * factor

    assert scaled.__name__ == "scaled"
    assert scaled(3, factor=4) == 12
