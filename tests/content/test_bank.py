"""The bundled bank: every chart checks clean, and its codes have labels in the bundled books."""

import pytest

from app.codebook.library import Library
from app.config import bundled
from app.services.bank import chart_folders, check_path

CHARTS = chart_folders(bundled("exercises"))


@pytest.mark.parametrize("folder", CHARTS, ids=[folder.name for folder in CHARTS])
def test_every_chart_checks_clean(folder, library: Library):
    assert [str(problem) for problem in check_path(folder, library)] == []


def test_the_whole_bank_checks_clean(library: Library):
    assert [str(problem) for problem in check_path(bundled("exercises"), library)] == []
