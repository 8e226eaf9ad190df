"""Which engine may have a master."""

import pytest

from recsys.engines import refuse_master
from recsys.errors import ConfigError


def test_a_master_is_sparks_and_an_engine_without_one_is_nobodys_fault():
    refuse_master("spark", "local[2]")
    refuse_master("duckdb", None)

    with pytest.raises(ConfigError, match=r"a master is Spark's: .* engine local, found 'local\[2\]'"):
        refuse_master("local", "local[2]")
