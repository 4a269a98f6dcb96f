"""Which stretches of a printed note become links: only what the book holds."""

import pytest

from app.codebook.library import BooksInForce, Library
from app.domain.codes.code import CodeSystem

CM = CodeSystem.ICD10CM


@pytest.fixture(scope="module")
def books(library: Library) -> BooksInForce:
    return library.on(None)


def _links(books: BooksInForce, text: str) -> list[tuple[str, str, str]]:
    parts = books.linked(CM, text)
    assert "".join(part.text for part in parts) == text
    return [(part.text, part.kind, part.code) for part in parts if part.kind]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        pytest.param("neonatal diabetes mellitus (P70.2)", [("P70.2", "code", "P70.2")], id="a code"),
        pytest.param("gestational diabetes (O24.4-)", [("O24.4-", "code", "O24.4")], id="a dash"),
        pytest.param("acute gout (M10.-)", [("M10.-", "code", "M10")], id="a dash after the dot"),
        pytest.param("gout (M1A.-, M10.-)", [("M1A.-", "code", "M1A"), ("M10.-", "code", "M10")], id="two codes"),
        pytest.param("tuberculosis (A15-A19)", [("A15-A19", "section", "A15-A19")], id="a section"),
        pytest.param("infections (A00-B99)", [("A00-B99", "chapter", "1")], id="a chapter"),
        pytest.param(
            "pancreatitis (K85-K86.-)", [("K85", "code", "K85"), ("K86.-", "code", "K86")], id="a range with a dash"
        ),
        pytest.param("trauma (O70-O71)", [("O70", "code", "O70"), ("O71", "code", "O71")], id="a range of its own"),
        pytest.param(
            "cachexia (E88.A), chronic gout (M1A.-)",
            [("E88.A", "code", "E88.A"), ("M1A.-", "code", "M1A")],
            id="letters in codes",
        ),
        pytest.param("dementia (G31.90)", [], id="not in the book"),
        pytest.param("vitamin B12 deficiency", [], id="a vitamin"),
        pytest.param("E. coli O157:H7, HIV, NEC, NOS", [], id="capitals that are no code"),
        pytest.param("bronchitis NOS (J42)", [("J42", "code", "J42")], id="NOS beside a code"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_what_a_note_names_is_linked(books: BooksInForce, text: str, links: list[tuple[str, str, str]]) -> None:
    assert _links(books, text) == links


def test_a_link_knows_the_title_it_leads_to(books: BooksInForce) -> None:
    titles = {part.code: part.title for part in books.linked(CM, "P70.2, A15-A19, A00-B99")}
    assert titles["P70.2"] == "Neonatal diabetes mellitus"
    assert titles["A15-A19"].startswith("Tuberculosis")
    assert titles["1"].startswith("Certain infectious")


def test_a_book_that_is_not_installed_links_nothing(library: Library) -> None:
    books = library.by_ids(["CPT-2026-01-labels"])
    assert [part.kind for part in books.linked(CM, "diabetes (E11.-)")] == [""]
