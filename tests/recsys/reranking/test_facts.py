import numpy as np
import pytest

from recsys.errors import TableError
from recsys.reranking.facts import ItemFacts


def test_columns_of_different_lengths_are_refused_by_name():
    with pytest.raises(TableError, match=r"age_days.*3|groups\.brand.*2"):
        ItemFacts(age_days=np.zeros(3), groups={"brand": np.zeros(2, np.int64)})


def test_columns_of_one_length_are_taken_and_none_are_needed():
    assert ItemFacts().groups == {}
    assert ItemFacts(vectors=np.zeros((3, 2), np.float32), age_days=np.zeros(3)).times_shown is None
