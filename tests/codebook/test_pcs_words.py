"""From words to tables: the written names of procedures lead to codes, odd input leads nowhere."""

from datetime import date

import pytest

from app.codebook.finder.levelling import level
from app.codebook.library import BooksInForce, Library
from app.codebook.pcs.finder import read_words, readings, suggest
from app.codebook.pcs.walk import PcsBook, open_tables
from app.config import bundled
from app.domain.codes.code import CodeSystem
from tests.codebook.pcs_files import pcs_list

WORDS = read_words(bundled("codesets"))


@pytest.fixture(scope="module")
def books(library: Library) -> BooksInForce:
    pcs_list()
    return library.on(date(2026, 6, 1))


@pytest.fixture(scope="module")
def tables(library: Library) -> PcsBook:
    pcs_list()
    return open_tables(library, date(2026, 6, 1))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("appendectomy laparoscopic", "0DTJ4Z"),
        ("lap appy", "0DTJ4Z"),
        ("laparoscopic cholecystectomy", "0FT44Z"),
        ("resection of appendix", "0DTJ"),
        ("left total hip replacement", "0SR"),
        ("cabg", "021"),
        ("c-section", "10D0"),
        ("excision of skin of face", "0HB1XZ"),
        ("prbc peripheral vein", "30233N"),
        ("0DTJ4ZZ", "0DTJ4ZZ"),
    ],
)
def test_words_lead_to_the_table_opened_as_far_as_they_say(
    typed: str, first: str, books: BooksInForce, tables: PcsBook
) -> None:
    found = suggest(books, tables, typed)
    assert found[0].beginning.startswith(first)
    assert found[0].example.startswith(first)
    assert not found[0].is_loose


def test_each_way_to_code_it_is_listed(books: BooksInForce, tables: PcsBook) -> None:
    assert [one.beginning[:3] for one in suggest(books, tables, "appendectomy")] == ["0DT", "0DB"]


def test_tables_with_some_of_the_words_are_marked(books: BooksInForce, tables: PcsBook) -> None:
    found = suggest(books, tables, "appendix zzzzqqq")
    assert found
    assert all(one.is_loose and len(one.beginning) == 3 for one in found)


@pytest.mark.parametrize("typed", ["", " ", "\x00", "☃", "‮אבג", "* ? \" ' OR 1=1 --", "%", "[" * 50, "x" * 10_000])
def test_odd_input_is_a_list_or_nothing(typed: str, books: BooksInForce, tables: PcsBook) -> None:
    assert isinstance(suggest(books, tables, typed), tuple)


@pytest.mark.parametrize(("term", "said"), sorted({(" ".join(t), way) for t, ways in WORDS.items() for way in ways}))
def test_every_written_name_leads_to_codes_with_all_its_words(term: str, said: str, books: BooksInForce) -> None:
    hits = books.search(said, system=CodeSystem.ICD10PCS, limit=5)
    assert hits, said
    assert "some of the words" not in hits[0].why, f"{term}: {said} → {hits[0]}"


def test_a_phrase_is_read_before_its_words() -> None:
    meanings = {("hip",): ("a",), ("hip", "replacement"): ("b", "c"), ("left",): ("d",)}
    assert readings("left hip replacement", meanings) == ["d b", "d c"]
    assert readings("hip pain", meanings) == ["a pain"]
    assert readings("", meanings) == []
    assert len(readings("hip replacement " * 8, meanings)) <= 6


def test_terms_are_written_once_levelled() -> None:
    assert all(term == tuple(level(" ".join(term))) for term in WORDS)
