"""What is missing names the extra to install."""

import pytest

from recsys.errors import ConfigError
from recsys.extras import imported


def test_a_module_that_is_there_is_imported():
    assert imported("recsys.errors", "errors need errors", "none").ConfigError is ConfigError


def test_a_missing_module_names_the_extra_to_install():
    with pytest.raises(ConfigError, match=r"a test needs rain: install creator-recsys\[weather\]"):
        imported("recsys.rain", "a test needs rain", "weather")
