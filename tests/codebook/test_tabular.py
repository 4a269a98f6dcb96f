"""The printed page of a category: every row and note in its place, with expectations read from the printed book."""

import time

import pytest

from app.codebook.library import BooksInForce, Library
from app.codebook.pages.tabular import NoteGroup, Row, Tabular
from app.domain.codes.code import CodeSystem
from app.domain.errors import CodeShapeError, UnknownCode

CM = CodeSystem.ICD10CM


@pytest.fixture(scope="module")
def books(library: Library) -> BooksInForce:
    return library.on(None)


def _row(page: Tabular, code: str) -> Row:
    return next(row for row in page.rows if row.code == code)


def _said(group: NoteGroup) -> list[str]:
    return ["".join(part.text for part in line.parts) for line in group.lines]


def _kinds(row: Row) -> list[str]:
    return [group.kind for group in row.notes]


def test_the_whole_category_is_printed_in_book_order(books: BooksInForce) -> None:
    page = books.tabular(CM, "e11621")
    codes = [row.code for row in page.rows]
    assert codes[:5] == ["E11", "E11.0", "E11.00", "E11.01", "E11.1"]
    assert codes[-3:] == ["E11.8", "E11.9", "E11.A"]
    assert [(row.code, row.depth) for row in page.rows if row.code in ("E11", "E11.6", "E11.62", "E11.621")] == [
        ("E11", 0),
        ("E11.6", 1),
        ("E11.62", 2),
        ("E11.621", 3),
    ]
    assert [row.code for row in page.rows if row.is_here] == ["E11.621"]
    assert _row(page, "E11.621").billable
    assert not _row(page, "E11.62").billable


def test_notes_stand_where_they_are_printed(books: BooksInForce) -> None:
    page = books.tabular(CM, "E11.621")
    assert _kinds(_row(page, "E11")) == ["includes", "use_additional", "excludes1"]
    control = _row(page, "E11").notes[1]
    assert (control.label, _said(control)[0]) == ("Use additional", "code to identify control using:")
    assert [line.under for line in control.lines] == [False, True, True, True, True]
    assert _said(_row(page, "E11.621").notes[0]) == ["code to identify site of ulcer (L97.4-, L97.5-)"]


def test_chapter_and_section_stand_over_the_page_with_their_notes(books: BooksInForce) -> None:
    page = books.tabular(CM, "S72.001A")
    assert [(one.kind, one.code) for one in page.above] == [("chapter", "19"), ("section", "S70-S79")]
    assert [group.kind for group in page.above[0].notes] == ["note", "use_additional", "excludes2", "note"]
    assert _said(page.above[0].notes[2]) == ["birth trauma (P10-P15)", "obstetric trauma (O70-O71)"]


def test_what_applies_names_where_it_comes_from_with_the_nearest_first(books: BooksInForce) -> None:
    page = books.tabular(CM, "E11.621")
    found = [(group.kind, group.source.code, group.source_kind) for group in page.applies]
    assert found[0] == ("use_additional", "E11.621", "code")
    assert found[1] == ("excludes1", "E11", "code")
    assert ("excludes1", "4", "chapter") in found
    assert not any(kind in ("includes", "seventh") for kind, _, _ in found)


def test_code_first_comes_before_everything_else(books: BooksInForce) -> None:
    page = books.tabular(CM, "N18.32")
    first = page.applies[0]
    assert (first.kind, first.source.code) == ("code_first", "N18")
    assert _said(first)[0] == "any associated:"


def test_seventh_characters_are_a_table_and_are_spelled_out_around_the_code_only(books: BooksInForce) -> None:
    page = books.tabular(CM, "S72.001A")
    assert [one.char for one in _row(page, "S72").seventh] == list("ABCDEFGHJKMNPQRS")
    near = _row(page, "S72.001")
    assert near.needs_seventh
    assert [one.code for one in near.final][:3] == ["S72.001A", "S72.001B", "S72.001C"]
    assert [row.code for row in page.rows if row.final] == ["S72.001"]
    assert not any(row.code == "S72.001A" for row in page.rows)
    assert (page.previous.code if page.previous else "", page.next.code if page.next else "") == (
        "S72.001",
        "S72.001B",
    )


def test_a_code_with_padding_keeps_its_place(books: BooksInForce) -> None:
    page = books.tabular(CM, "T36.0X1A")
    assert [one.code for one in _row(page, "T36.0X1").final] == ["T36.0X1A", "T36.0X1D", "T36.0X1S"]


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param("E11", "E10", "E13", id="within a section"),
        pytest.param("I10", "I09", "I11", id="across sections"),
        pytest.param("A00", None, "A01", id="the first of the book"),
        pytest.param("B99", "B97", "C00", id="across chapters"),
        pytest.param("U09", "U07", None, id="the last of the book"),
    ],
)
def test_the_pages_beside_it(books: BooksInForce, code: str, before: str | None, after: str | None) -> None:
    page = books.tabular(CM, code)
    assert (page.before.code if page.before else None, page.after.code if page.after else None) == (before, after)


def test_a_category_that_is_a_code_is_a_page_of_one_row(books: BooksInForce) -> None:
    page = books.tabular(CM, "I10")
    assert [(row.code, row.billable) for row in page.rows] == [("I10", True)]
    assert page.is_category


def test_a_flat_book_shows_the_section_around_a_code(books: BooksInForce) -> None:
    page = books.tabular(CodeSystem.CPT, "17110")
    codes = [row.code for row in page.rows]
    assert not page.is_category
    assert len(codes) == 41
    assert codes.index("17110") == 20
    assert page.cut_before > 0
    assert page.cut_after > 0
    assert (page.previous.code if page.previous else "") == codes[19]
    first = books.tabular(CodeSystem.CPT, "00100")
    assert (first.cut_before, first.previous) == (0, None)


def test_an_unknown_code_and_an_odd_shape_are_refused(books: BooksInForce) -> None:
    with pytest.raises(UnknownCode, match=r"E11\.27"):
        books.tabular(CM, "E11.27")
    with pytest.raises(CodeShapeError):
        books.tabular(CM, "???")


def test_every_kind_of_note_has_its_place_in_the_order_of_urgency(books: BooksInForce) -> None:
    for code in (
        "A41.9",
        "C50.911",
        "E66.01",
        "F10.20",
        "H40.1111",
        "J44.1",
        "O24.410",
        "R65.20",
        "T81.40XA",
        "Z38.00",
    ):
        assert books.tabular(CM, code).entry.code.code == code


@pytest.mark.parametrize("code", ["S63", "S62.001A", "S82.001A", "H02.001", "M84.30XA"])
def test_the_biggest_categories_stay_quick(books: BooksInForce, code: str) -> None:
    books.tabular(CM, code)
    started = time.perf_counter()
    books.tabular(CM, code)
    assert time.perf_counter() - started < 0.5
