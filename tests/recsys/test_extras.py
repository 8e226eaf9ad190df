"""What is missing names the extra to install."""

import pytest

from recsys.errors import ConfigError
from recsys.extras import imported


def test_a_module_that_is_there_is_imported():
    assert imported("recsys.errors", "a test", "none").ConfigError is ConfigError


def test_a_missing_library_names_the_extra_to_install():
    with pytest.raises(
        ConfigError, match=r"a test needs the library no_rain: install creator-recsys\[weather\]"
    ):
        imported("no_rain.drops", "a test", "weather")


def test_a_missing_module_of_this_project_is_a_fault_of_it():
    with pytest.raises(ModuleNotFoundError, match=r"recsys\.rain"):
        imported("recsys.rain", "a test", "weather")
