"""Names for the arrays that travel between stages."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]
"""(rows, features); missing is NaN."""
Scores = NDArray[np.float32]
"""(rows,); higher is better."""
Grades = NDArray[np.int32]
"""(rows,); 0 is irrelevant, higher is better."""
GroupSizes = NDArray[np.int64]
"""(queries,); rows of each query, in order."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Array = NDArray[Any]
