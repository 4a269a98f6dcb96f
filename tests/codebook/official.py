"""Finds official files that are never part of the project; tests that need them are skipped where they are absent."""

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]


def official_file(name: str) -> Path:
    """Return an official file below CHARTROOM_OFFICIAL_DATA or ``../shared/data``, else skip with the reason.

    Mark the test ``@pytest.mark.official``.
    """
    named = os.environ.get("CHARTROOM_OFFICIAL_DATA")
    folder = Path(named) if named else _ROOT.parent / "shared" / "data"
    path = folder / name
    if not path.is_file():
        pytest.skip(f"the official file {name} isn't in {folder}: name its folder with CHARTROOM_OFFICIAL_DATA")
    return path
