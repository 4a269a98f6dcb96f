"""Leafing through an imported index: what is unfolded, where references lead, which terms lead to a code."""

from pathlib import Path

import pytest

from app.codebook.library import Library
from app.codebook.pages.index_book import IndexBook
from app.codebook.pages.index_pages import leading_to, refer, unfolded
from tests.codebook import official_files as files


@pytest.fixture
def index(tmp_path: Path) -> IndexBook:
    files.take(tmp_path / "codebooks", files.tabular(tmp_path), files.index(tmp_path))
    return Library.open(tmp_path / "codebooks").index_books()[0]


def test_terms_are_unfolded_with_their_depth(index: IndexBook) -> None:
    rows = unfolded(index, index.main_terms("D"))
    assert [(row.depth, row.entry.plain, row.is_folded) for row in rows] == [
        (0, "Disease, diseased", False),
        (1, "celiac NEC", False),
        (2, "with", False),
        (3, "dementia", False),
        (1, "scalp", False),
    ]


def test_too_many_stay_folded(index: IndexBook) -> None:
    rows = unfolded(index, index.main_terms("D"), most=4)
    assert [(row.depth, row.entry.plain, row.is_folded) for row in rows] == [(0, "Disease, diseased", True)]
    sprue = unfolded(index, index.main_terms("S"), most=1)
    assert [row.is_folded for row in sprue] == [False, False]


def test_a_reference_leads_to_the_term_it_names(index: IndexBook) -> None:
    found = refer([index], "Disease, celiac")
    assert found is not None
    assert [entry.plain for entry in found.path] == ["Disease, diseased", "celiac NEC"]
    assert refer([index], "Syndrome") is None
    assert refer([], "Disease") is None


def test_the_terms_that_lead_to_a_code(index: IndexBook) -> None:
    assert [[entry.plain for entry in one.path] for one in leading_to([index], "S00.0XXA", 10)] == [
        ["Disease, diseased", "scalp"]
    ]
    assert leading_to([index], "Z99.2", 10) == ()
    assert len(leading_to([index], "K90.0", 1)) == 1
