"""Work in a process of its own: it is another one, and its end is told by name."""

import os

import pytest

from recsys.errors import ConfigError
from training.bench.apart import run_apart


def test_work_is_done_in_another_process_and_what_it_returns_comes_back():
    assert run_apart("a process", os.getpid) != os.getpid()
    assert run_apart("a sum", sum, [1, 2, 3]) == 6


def test_an_error_of_the_work_is_raised_as_it_is():
    with pytest.raises(ZeroDivisionError):
        run_apart("a division", divmod, 1, 0)


def test_a_process_that_the_system_ends_is_told_by_its_name():
    with pytest.raises(ConfigError, match="the largest fit was ended by the system"):
        run_apart("the largest fit", os._exit, 1)
