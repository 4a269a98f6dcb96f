"""Drilling down the imported indexes: letters, terms, references, tables; what stands there without one."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.codebook import official_files as files
from tests.codebook.test_icd10cm_index import HEADS, TABLE
from tests.conftest import running_app


def _text(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _client(url: str, books: Path, folder: Path) -> Iterator[FlaskClient]:
    for app in running_app(url, books, folder):
        with app.app_context():
            factories.make_user()
        client = app.test_client()
        client.post("/auth/login", data={"username": "student-one", "password": factories.PASSWORD})
        yield client


@pytest.fixture
def student(sqlite_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    """A student of a server with a small tabular list, its alphabetic index and a neoplasm table."""
    sources = tmp_path / "sources"
    heads = "".join(f'<head col="{number}">{title}</head>' for number, title in enumerate(HEADS, start=1))
    table = files.index(sources, "icd10cm-neoplasm-2027.xml", TABLE.format(heads=heads))
    books = tmp_path / "server" / "books"
    files.take(books, files.tabular(sources), files.index(sources), table)
    yield from _client(sqlite_url, books, tmp_path / "server")


@pytest.fixture
def bare(sqlite_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    """A student of a server without any index."""
    books = tmp_path / "server" / "books"
    files.take(books, files.tabular(tmp_path / "sources"))
    yield from _client(sqlite_url, books, tmp_path / "server")


def test_without_an_index_the_page_says_who_can_import_it(bare: FlaskClient) -> None:
    text = _text(bare.get("/codebook/index/").text)
    assert "No index is imported on this server" in text
    assert "An administrator can import them" in text
    answer = bare.get("/codebook/index/alphabetic/A")
    assert answer.status_code == 404
    assert "isn't imported on this server" in unescape(answer.text)
    assert "Index: not imported" in _text(bare.get("/codebook/").text)


def test_the_indexes_are_listed_with_their_letters_and_what_is_missing(student: FlaskClient) -> None:
    page = student.get("/codebook/index/").text
    assert 'href="/codebook/index/alphabetic/S"' in page
    assert "Neoplasm table" in page
    assert "Not imported on this server: Table of drugs and chemicals, External cause index." in _text(page)


def test_a_letter_lists_its_main_terms_with_everything_below(student: FlaskClient) -> None:
    text = _text(student.get("/codebook/index/alphabetic/D").text)
    assert (
        "Disease, diseased see also Syndrome celiac (adult) (childhood) NEC K90.0 with dementia K90.0 [ F02.80 ]"
        in text
    )
    assert "scalp S00.0-" in text
    page = student.get("/codebook/index/alphabetic/S").text
    assert 'href="/codebook/index/alphabetic/see?term=Disease,+celiac"' in page
    assert "see category T71" in _text(page)


def test_codes_of_a_term_are_linked_where_the_book_has_them(student: FlaskClient) -> None:
    page = student.get("/codebook/index/alphabetic/D").text
    assert '<a class="code" href="/codebook/ICD-10-CM/S00.0" title="Superficial injury of scalp">S00.0-</a>' in page
    assert "/codebook/ICD-10-CM/F02.80" not in page


def test_a_reference_is_followed_into_another_index_too(student: FlaskClient) -> None:
    there = student.get("/codebook/index/alphabetic/see?term=Disease,+celiac")
    assert there.status_code == 302
    assert "celiac (adult) (childhood) NEC" in _text(student.get(there.location).text)
    other = student.get("/codebook/index/alphabetic/see?term=Neoplasm,+bone")
    assert "/codebook/index/neoplasm/term/" in other.location
    lost = student.get("/codebook/index/alphabetic/see?term=Nonsense")
    assert lost.status_code == 404
    assert "isn't imported yet" in unescape(lost.text)


def test_the_neoplasm_table_is_a_table_with_its_columns(student: FlaskClient) -> None:
    there = student.get("/codebook/index/neoplasm/N")
    page = student.get(there.location).text if there.status_code == 302 else there.text
    assert re.search(r'<th scope="col">Malignant Secondary</th>', page)
    row = re.search(r"bone \(periosteum\).*?</tr>", page, re.DOTALL)
    assert row
    cells = re.findall(r'<td data-head="([^"]+)">(.*?)</td>', row[0], re.DOTALL)
    assert [(column, _text(cell)) for column, cell in cells] == [
        ("Malignant Primary", "C41.9"),
        ("Malignant Secondary", "C79.51"),
        ("Ca in situ", ""),
        ("Benign", "D16.9-"),
        ("Uncertain", ""),
        ("Unspecified", ""),
    ]
    assert "ventral surface of tongue" in page


def test_terms_that_begin_with_letters(student: FlaskClient) -> None:
    assert "Sprue" in student.get("/codebook/index/alphabetic?begins=spr").text
    assert "No main term begins with “xyz”" in student.get("/codebook/index/alphabetic?begins=xyz").text
    assert student.get("/codebook/index/alphabetic/Q").status_code == 404


def test_a_code_names_the_index_terms_that_lead_to_it(student: FlaskClient) -> None:
    text = _text(student.get("/codebook/ICD-10-CM/S00.0XXA").text)
    assert "Index terms that lead here (1)" in text
    assert "Disease, diseased, scalp S00.0-" in text
    assert "Index terms" not in _text(student.get("/codebook/ICD-10-CM/Z99.2").text)


def test_a_term_that_is_not_there_any_more(student: FlaskClient) -> None:
    answer = student.get("/codebook/index/alphabetic/term/999")
    assert answer.status_code == 404
    assert "look it up by its letter" in answer.text
