"""The library on the embedded books: entries, choices, patterns, sides, notes, patients, releases."""

import threading
from datetime import date
from pathlib import Path

import pytest

from app.codebook.library import BooksInForce, Library
from app.domain.codes.code import CodeSystem, Side
from app.domain.errors import BookMissing, CodeShapeError, UnknownCode

CM = CodeSystem.ICD10CM


@pytest.fixture(scope="module")
def books(library: Library) -> BooksInForce:
    return library.on(date(2026, 6, 1))


def test_every_book_says_where_it_comes_from(library: Library) -> None:
    assert {book.id for book in library.books()} >= {"ICD-10-CM-2026-04", "HCPCS-2026-01-starter", "CPT-2026-01-labels"}
    for book in (*library.books(), *library.tables()):
        assert all((book.publisher, book.release, book.effective_from, book.licence, book.sha256, book.counts))
        assert len(book.sha256) == 64


def test_the_release_is_picked_by_the_date_of_service(library: Library) -> None:
    assert library.book_for(CM, date(2026, 4, 1)) is not None
    assert library.book_for(CM, date(2026, 9, 30)) is not None
    assert library.book_for(CM, date(2026, 3, 31)) is None
    assert library.book_for(CM, date(2026, 10, 1)) is None
    assert library.book_for(CodeSystem.ICD10PCS, date(2026, 6, 1)) is None


def test_on_a_day_no_book_covers_the_newest_is_used_and_says_so(library: Library) -> None:
    book = library.on(date(2030, 1, 1)).book(CM)
    assert book is not None
    assert book.id == "ICD-10-CM-2026-04"
    assert not book.covers(date(2030, 1, 1))
    assert library.on(None).book(CM) == book


def test_an_old_answer_asks_for_exactly_its_releases(library: Library) -> None:
    books = library.by_ids(["ICD-10-CM-2026-04"])
    assert books.find(CM, "I10") is not None
    assert books.find(CodeSystem.CPT, "17110") is None
    with pytest.raises(BookMissing, match="ICD-10-CM-1999 isn't installed"):
        library.by_ids(["ICD-10-CM-1999"])


def test_an_empty_folder_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(BookMissing, match="chartroom serve"):
        Library.open(tmp_path)


def test_a_code_carries_its_facts(books: BooksInForce) -> None:
    code = books.find(CM, "S72.001A")
    assert code is not None
    assert code.ancestors == ("S72", "S72.0", "S72.00", "S72.001")
    assert (code.billable, code.parent) == (True, "S72.001")
    assert (code.effective_from, code.effective_to) == (date(2026, 4, 1), date(2026, 9, 30))
    assert books.find(CM, "E11.27") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("M17.0", "M17.11"),
        ("H66.93", "H66.91"),
        ("S72.001A", "S72.002A"),
        ("E11.3211", "E11.3212"),
        ("E11.3211", "E11.3213"),
        ("R10.31", "R10.32"),
        ("C34.11", "C34.12"),
        ("M25.561", "M25.562"),
        ("H35.3111", "H35.3131"),
    ],
)
def test_sides_of_one_group(one: str, other: str, books: BooksInForce) -> None:
    first, second = books.find(CM, one), books.find(CM, other)
    assert first is not None
    assert second is not None
    assert first.side_group is not None
    assert first.side_group == second.side_group
    assert first.side is not second.side


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Q20.1", "Q20.2", id="chambers of the heart"),
        pytest.param("S72.001A", "S72.002D", id="another 7th character"),
        pytest.param("D22.111", "D22.122", id="another eyelid too"),
        pytest.param("M17.0", "M17.2", id="another cause"),
        pytest.param("I69.051", "I69.054", id="dominant and not"),
        pytest.param("C34.11", "C34.32", id="another lobe"),
        pytest.param("M17.11", "M17.10", id="unspecified isn't a side"),
    ],
)
def test_sides_of_different_groups(one: str, other: str, books: BooksInForce) -> None:
    first, second = books.find(CM, one), books.find(CM, other)
    assert first is not None
    assert second is not None
    assert first.side_group is None or first.side_group != second.side_group


def test_a_group_never_holds_a_side_twice_and_stays_in_its_category(books: BooksInForce) -> None:
    groups: dict[int, list[tuple[str, Side | None]]] = {}
    for code in books.expand(CM, "A00-Z99"):
        found = books.find(CM, code)
        if found is not None and found.side_group is not None:
            groups.setdefault(found.side_group, []).append((code, found.side))
    assert len(groups) > 13_000
    for members in groups.values():
        assert len({side for _, side in members}) == len(members) > 1
        assert len({code[:3] for code, _ in members}) == 1


@pytest.mark.parametrize(
    ("code", "below"),
    [
        ("D22.9", "D22"),
        ("N18.30", "N18.3"),
        ("J45.909", "J45"),
        ("S72.91XA", "S72"),
        ("D22.10", "D22.1"),
        ("E11.319", "E11.3"),
        ("E11.22", None),
    ],
)
def test_unspecified_paths(code: str, below: str | None, books: BooksInForce) -> None:
    found = books.find(CM, code)
    assert found is not None
    assert found.unspecified_below == below


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "E11.2",
            "E11.2 isn't billable in ICD-10-CM 2026: it needs another character; E11.21 to E11.29 are the choices.",
        ),
        (
            "s72001",
            "S72.001 isn't billable in ICD-10-CM 2026: it needs a 7th character; S72.001A to S72.001S are the choices.",
        ),
        (
            "W07",
            "W07 isn't billable in ICD-10-CM 2026: it needs a 7th character (fill the gap with X); "
            "W07.XXXA to W07.XXXS are the choices.",
        ),
        ("E11.22", None),
    ],
)
def test_what_a_code_lacks(code: str, message: str | None, books: BooksInForce) -> None:
    assert books.choices_message(CM, code) == message


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("E11.27", "E11.27 isn't in ICD-10-CM 2026, April update: E11.2 .* E11.21 to E11.29 are the choices below it"),
        ("D22.99", "D22.9 .* is complete as it is"),
        ("U99.9", "U99.9 isn't in ICD-10-CM .* check the letters"),
    ],
)
def test_an_unknown_code_names_the_nearest_known(code: str, said: str, books: BooksInForce) -> None:
    with pytest.raises(UnknownCode, match=said):
        books.entry(CM, code)


def test_an_entry_shows_everything_of_its_page(books: BooksInForce) -> None:
    entry = books.entry(CM, "s72001a")
    assert entry.chapter is not None
    assert entry.section is not None
    assert (entry.chapter.code, entry.section.code) == ("19", "S70-S79")
    assert [place.code for place in entry.path] == ["S72", "S72.0", "S72.00", "S72.001"]
    sources = {(note.kind, note.source) for note in entry.notes}
    assert {("excludes2", "19"), ("excludes2", "S70-S79"), ("excludes1", "S72"), ("excludes2", "S72.0")} <= sources
    assert all(note.inherited for note in entry.notes)
    assert entry.message is None


def test_a_leaf_offers_its_seventh_characters_with_their_codes(books: BooksInForce) -> None:
    entry = books.entry(CM, "S72.001")
    assert [choice.char for choice in entry.seventh] == list("ABCDEFGHJKMNPQRS")
    assert entry.seventh[1].code == "S72.001B"
    assert entry.seventh[1].note == "initial encounter for open fracture NOS"
    assert entry.children[0].billable


def test_inclusion_terms_are_not_inherited(books: BooksInForce) -> None:
    own = [note.text for note in books.entry(CM, "I10").notes if note.kind == "inclusion"]
    assert own == []
    assert any(note.kind == "includes" for note in books.entry(CM, "I10").notes)
    below = books.entry(CM, "A09")
    assert any(note.kind == "inclusion" and not note.inherited for note in below.notes)


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        ("d22.5", ("D22.5",)),
        ("E112*", ("E11.21", "E11.22", "E11.29")),
        ("E11.2-", None),
        ("N18.3-N18.32", ("N18.30", "N18.31", "N18.32")),
        ("I10-I10", ("I10",)),
    ],
)
def test_patterns(pattern: str, codes: tuple[str, ...] | None, books: BooksInForce) -> None:
    if codes is None:
        with pytest.raises(CodeShapeError):
            books.expand(CM, pattern)
    else:
        assert books.expand(CM, pattern) == codes


def test_a_range_of_categories_ends_with_everything_below_its_last(books: BooksInForce) -> None:
    codes = books.expand(CM, "A00-A09")
    assert (codes[0], codes[-1], len(codes)) == ("A00.0", "A09", 79)


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        ("E11.2", UnknownCode),
        ("E11.27", UnknownCode),
        ("A09-A00", CodeShapeError),
        ("", CodeShapeError),
        ("*", CodeShapeError),
        ("E11.2 or so", CodeShapeError),
    ],
)
def test_patterns_that_mean_nothing(pattern: str, error: type[Exception], books: BooksInForce) -> None:
    with pytest.raises(error):
        books.expand(CM, pattern)


def test_excludes1_of_a_category_keeps_two_codes_apart(books: BooksInForce) -> None:
    (conflict,) = books.excludes1_conflicts(["E11.9", "I10", "E10.9"])
    assert (conflict.codes, conflict.owner) == (("E11.9", "E10.9"), "E11")
    assert conflict.text == "type 1 diabetes mellitus (E10.-)"


def test_excludes1_is_inherited_and_works_both_ways(books: BooksInForce) -> None:
    assert [c.owner for c in books.excludes1_conflicts(["R05.9", "J20.9"])] == []
    assert books.excludes1_conflicts(["S72.001A", "S78.011A"])[0].owner == "S72"
    assert books.excludes1_conflicts(["S78.011A", "S72.001A"])[0].owner == "S72"
    assert books.excludes1_conflicts(["S72.001A", "S72.002A"]) == ()


def test_an_excludes1_note_that_cannot_be_read_asks(books: BooksInForce) -> None:
    asked = [note.text for note in books.excludes1_to_ask("S02.0XXA")] + [
        note.text for note in books.excludes1_to_ask("S01.01XA")
    ]
    assert "open skull fracture (S02.- with 7th character B)" in asked


def test_code_first_notes_are_inherited(books: BooksInForce) -> None:
    notes = books.code_first("E08.22")
    assert any(note.source == "E08" and note.text.startswith("the underlying condition") for note in notes)
    assert any("P35" in note.codes or "K86" in " ".join(note.codes) or note.codes for note in notes)


@pytest.mark.parametrize(
    ("code", "manifestation"),
    [("H42", True), ("E08.22", True), ("D63.1", True), ("R65.20", True), ("E11.22", False), ("L97.411", False)],
)
def test_manifestations(code: str, manifestation: bool, books: BooksInForce) -> None:
    assert books.is_manifestation(code) is manifestation


@pytest.mark.parametrize(
    ("code", "age", "sex", "fits"),
    [
        ("O80", 30, "F", True),
        ("O80", 30, "M", False),
        ("O80", 5, "F", False),
        ("N40.1", 60, "F", False),
        ("N83.01", 30, "M", False),
        ("P59.9", 0, "M", True),
        ("P59.9", 3, "M", False),
        ("P27.1", 3, "M", True),
        ("Z68.54", 30, "F", False),
        ("Z68.30", 30, "F", True),
        ("Z00.129", 40, "F", False),
        ("I10", 0, "M", True),
        ("O80", None, None, True),
    ],
)
def test_codes_that_fit_only_some_patients(
    code: str, age: int | None, sex: str | None, fits: bool, books: BooksInForce
) -> None:
    assert (books.fits_patient(code, age=age, sex=sex) is None) is fits


def test_modifiers_of_both_systems(books: BooksInForce) -> None:
    for text, system in (("25", CodeSystem.CPT), ("-59", CodeSystem.CPT), ("rt", CodeSystem.HCPCS)):
        found = books.modifier(text)
        assert found is not None
        assert found.system is system
    assert books.modifier("ZZ") is None
    codes = [one.code for one in books.modifiers()]
    assert len(codes) == len(set(codes)) > 250


def test_places_of_service(books: BooksInForce) -> None:
    assert books.place_of_service("11") == "Office"
    assert books.place_of_service("2") == "Telehealth provided other than in patient's home"
    assert books.place_of_service("00") is None


def test_starter_books_are_partial(books: BooksInForce, library: Library) -> None:
    assert books.is_complete(CM)
    assert not books.is_complete(CodeSystem.CPT)
    assert not books.is_complete(CodeSystem.ICD10PCS)
    with pytest.raises(UnknownCode, match="import the official file"):
        books.entry(CodeSystem.CPT, "11111")
    with pytest.raises(BookMissing):
        library.by_ids(["ICD-10-CM-2026-04"]).entry(CodeSystem.ICD10PCS, "0DTJ4ZZ")


def test_many_threads_read_at_once(books: BooksInForce) -> None:
    failed: list[BaseException] = []

    def read() -> None:
        try:
            for word in ("fracture femur", "E11.2", "hypertension"):
                assert books.search(word)
            assert books.entry(CM, "I10").code.code == "I10"
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
