"""Leafing through books: chapters, sections, categories; sections of flat books page by page."""

import pytest

from app.codebook.library import BooksInForce, Library
from app.codebook.pages.outline import PER_PAGE
from app.domain.codes.code import CodeSystem
from app.domain.errors import BookMissing, NotFound

CM = CodeSystem.ICD10CM


@pytest.fixture(scope="module")
def books(library: Library) -> BooksInForce:
    return library.on(None)


def test_a_book_opens_on_its_chapters(books: BooksInForce) -> None:
    outline = books.outline(CM)
    assert [block.code for block in outline.blocks] == [str(number) for number in range(1, 23)]
    assert [one.code for one in outline.blocks[0].entries][:2] == ["A00-A09", "A15-A19"]
    assert [one.code for one in books.chapters(CM)] == [block.code for block in outline.blocks]


def test_a_flat_book_opens_on_its_sections(books: BooksInForce) -> None:
    outline = books.outline(CodeSystem.CPT)
    assert {block.kind for block in outline.blocks} == {"section"}
    assert books.chapters(CodeSystem.CPT) == ()


def test_a_chapter_lists_the_categories_of_its_sections(books: BooksInForce) -> None:
    outline = books.part(CM, "chapter", "9")
    assert outline.title.startswith("Diseases of the circulatory system")
    section = next(block for block in outline.blocks if block.code == "I30-I5A")
    assert [one.code for one in section.entries][:3] == ["I30", "I31", "I32"]
    assert section.entries_kind == "code"
    assert [group.kind for group in outline.notes] == ["excludes2"]


def test_a_section_leads_back_to_its_chapter(books: BooksInForce) -> None:
    outline = books.part(CM, "section", "I30-I5A")
    assert [block.code for block in outline.path] == ["9"]
    assert outline.blocks[0].entries[-1].code == "I5A"
    assert outline.blocks[0].entries[-1].billable


def test_a_long_section_comes_in_pages(books: BooksInForce) -> None:
    first = books.part(CodeSystem.HCPCS, "section", "drugs")
    second = books.part(CodeSystem.HCPCS, "section", "drugs", 2)
    assert (first.page, first.pages) == (1, 2)
    assert len(first.blocks[0].entries) == PER_PAGE
    assert second.blocks[0].entries[0].code > first.blocks[0].entries[-1].code
    assert books.part(CodeSystem.HCPCS, "section", "drugs", 99).page == 2


@pytest.mark.parametrize(("kind", "code"), [("chapter", "99"), ("section", "A00-Z99"), ("code", "E11"), ("note", "1")])
def test_what_is_not_there_is_named(books: BooksInForce, kind: str, code: str) -> None:
    with pytest.raises(NotFound, match=code):
        books.part(CM, kind, code)


def test_a_book_that_is_not_installed_says_so(library: Library) -> None:
    books = library.by_ids(["CPT-2026-01-labels"])
    assert books.chapters(CM) == ()
    with pytest.raises(BookMissing, match="ICD-10-CM"):
        books.outline(CM)
