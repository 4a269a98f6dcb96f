"""Owns opening the arrays that were stored with a book.

Before 3.11.9 and 3.12.3 Python can fail with "AST constructor recursion depth mismatch" when two threads read the
head of a stored array at once, so they take turns.
"""

from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

_READING = Lock()


def open_array(path: Path) -> NDArray[Any]:
    """Return a stored array; what is looked at is read from the file then."""
    with _READING:
        return np.asarray(np.load(path, mmap_mode="r"))


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read all arrays of a file of several."""
    with _READING, path.open("rb") as file, np.load(file) as stored:
        return dict(stored)
