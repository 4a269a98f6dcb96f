"""Several releases side by side: the date of service picks one, the others stay readable."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from app.codebook.library import Library
from app.codebook.making.build import _compile
from app.codebook.making.embedded import Embedded
from app.codebook.sources.facts import SourceFacts
from app.codebook.sources.tree import NodeKind, SourceNode, SourceNote, SourceTree
from app.domain.codes.code import CodeSystem

CM = CodeSystem.ICD10CM


def _tree(codes: Iterable[tuple[str, str]]) -> SourceTree:
    """A chapter, a section and a category K90 with final codes below it."""
    tree = SourceTree()
    chapter = tree.add(SourceNode(NodeKind.CHAPTER, "11", "Digestive"))
    section = tree.add(SourceNode(NodeKind.SECTION, "K90-K95", "Other", chapter))
    note = SourceNote("excludes1", "everything else:")
    category = tree.add(SourceNode(NodeKind.CODE, "K90", "Malabsorption", section, notes=[note]))
    for code, title in codes:
        tree.add(SourceNode(NodeKind.CODE, code, title, category, billable=True))
    return tree


def _add(folder: Path, name: str, start: date, end: date | None, *codes: tuple[str, str]) -> None:
    facts = SourceFacts(
        id=name,
        title="ICD-10-CM",
        publisher="test",
        release=name,
        effective_from=start,
        effective_to=end,
        licence="test",
        sha256=name,
        system=CM,
    )
    _compile(folder, Embedded(facts, lambda: _tree(codes)))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    _add(tmp_path, "old", date(2025, 10, 1), date(2026, 3, 31), ("K90.0", "Celiac disease"), ("K90.3", "Steatorrhea"))
    _add(tmp_path, "new", date(2026, 4, 1), date(2026, 9, 30), ("K90.0", "Celiac disease"), ("K90.4", "Left"))
    return Library.open(tmp_path)


def test_the_date_of_service_picks_the_release(library: Library) -> None:
    assert [book.id for book in library.on(date(2026, 3, 31)).books] == ["old"]
    assert [book.id for book in library.on(date(2026, 4, 1)).books] == ["new"]
    assert [book.id for book in library.on(date(2030, 1, 1)).books] == ["new"]
    assert [book.id for book in library.on(None).books] == ["new"]


def test_a_code_of_another_release_is_known_as_such(library: Library) -> None:
    books = library.on(date(2026, 5, 1))
    assert books.find(CM, "K90.3") is None
    assert books.is_in_other_release(CM, "K90.3")
    assert not books.is_in_other_release(CM, "K90.4")
    assert not books.is_in_other_release(CM, "K91")
    assert not books.is_in_other_release(CodeSystem.CPT, "17110")


def test_an_old_release_still_answers(library: Library) -> None:
    books = library.by_ids(["old"])
    assert books.find(CM, "K90.3") is not None
    assert books.search("steatorrhea")[0].code == "K90.3"
    assert [code.code for code in books.children(CM, "K90")] == ["K90.0", "K90.3"]
    assert books.children(CM, "K91") == ()
    assert books.choices_message(CM, "K90") == (
        "K90 isn't billable in ICD-10-CM old: it needs another character; K90.0 and K90.3 are the choices."
    )


def test_a_heading_is_not_asked_about(library: Library) -> None:
    assert library.on(None).excludes1_to_ask("K90.0") == ()


def test_without_tables_nothing_is_known_of_patients_and_places(library: Library) -> None:
    books = library.on(None)
    assert books.place_of_service("11") is None
    assert books.fits_patient("K90.0", age=3, sex="F") is None
    assert books.modifiers() == ()
    assert books.modifier("25") is None
