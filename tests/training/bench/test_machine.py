"""What the figures depend on."""

import platform

import numpy as np

from training.bench.machine import describe_machine


def test_libraries_are_told_by_version_and_those_that_are_not_there_as_absent():
    described = describe_machine("numpy", "no-such-library")

    assert described["numpy"] == np.__version__
    assert described["no-such-library"] == "absent"
    assert described["python"] == platform.python_version()
    assert int(described["cores"]) >= 1
