"""The ICD-10-PCS picker over HTTP: every step by links, clear words for bad input, nothing of the bank."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.codebook.pcs_files import pcs_list
from tests.conftest import running_app


@pytest.fixture
def student(log_in: Callable[..., FlaskClient]) -> FlaskClient:
    pcs_list()
    return log_in()


def _text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.get_data(as_text=True)


def test_a_code_is_built_by_links_alone(student: FlaskClient) -> None:
    beginning = ""
    for char in "0DTJ4ZZ":
        page = _text(student, f"/codebook/pcs/{beginning}")
        beginning += char
        assert f'href="/codebook/pcs/{beginning}"' in page
    done = _text(student, "/codebook/pcs/0DTJ4ZZ")
    assert "Resection of Appendix, Percutaneous Endoscopic Approach" in done
    assert 'href="/codebook/ICD-10-PCS/0DTJ4ZZ"' in done


def test_only_what_is_valid_is_offered(student: FlaskClient) -> None:
    page = _text(student, "/codebook/pcs/0DTJ")
    offered = {part[:1] for part in page.split('data-char="')[1:]}
    assert offered == {"0", "4", "7", "8"}


def test_each_step_leads_back(student: FlaskClient) -> None:
    page = _text(student, "/codebook/pcs/0DTJ")
    for beginning in ("0DT", "0D", "0"):
        assert f'href="/codebook/pcs/{beginning}"' in page
    assert 'id="pcs-back"' in page


def test_from_three_characters_on_the_printed_table_is_there(student: FlaskClient) -> None:
    assert "pcs-table" not in _text(student, "/codebook/pcs/0D")
    page = _text(student, "/codebook/pcs/0DT")
    assert "106 codes in 4 rows" in page
    assert page.count("<th scope=") == 4
    assert "is-out" not in page
    deeper = _text(student, "/codebook/pcs/0DTR")
    assert "1 row fits 0DTR" in deeper
    assert deeper.count('class="is-out"') == 3


def test_the_release_and_its_age_are_said(student: FlaskClient) -> None:
    page = _text(student, "/codebook/pcs/0DT?on=2026-06-05")
    assert "ICD-10-PCS, 2024, April update; tables rebuilt from its codes and titles." in page
    assert "These tables were in force from 1 Apr 2024 to 30 Sep 2024. Codes of 5 Jun 2026 can differ" in page
    assert "/codebook/pcs/0DTJ?on=2026-06-05" in page
    assert "can differ" not in _text(student, "/codebook/pcs/0DT?on=2024-06-05")


@pytest.mark.parametrize(
    ("beginning", "status", "said"),
    [
        ("0DTI", 400, "character 4 is the letter I. There are no I and O in it, they look like 1 and 0"),
        ("O", 400, "Did you mean 0?"),
        ("0DTJ4ZZZ", 400, "it has 8 characters, a code has seven"),
        ("0DT☃", 400, "character 4 is “☃”"),
        ("0DTJ1", 404, "character 5 (Approach) can&#39;t be 1 after 0DTJ. Valid there: 0, 4, 7, 8."),
        ("0DTJ4ZX", 404, "character 7 (Qualifier) can&#39;t be X after 0DTJ4Z. Valid there: G, Z."),
        ("ba", 404, "character 2 (Body System) can&#39;t be A after B."),
    ],
)
def test_bad_input_says_what_is_wrong_and_what_is_valid(
    beginning: str, status: int, said: str, student: FlaskClient
) -> None:
    assert said in _text(student, f"/codebook/pcs/{beginning}", status)


def test_case_blanks_and_dots_do_not_matter(student: FlaskClient) -> None:
    for typed in ("0dtj4zz", "0DT J4ZZ", "0DT.J4ZZ"):
        assert "Resection of Appendix" in _text(student, f"/codebook/pcs/{typed}")


def test_words_list_tables_and_a_beginning_goes_there(student: FlaskClient) -> None:
    page = _text(student, "/codebook/pcs/?q=appendectomy+laparoscopic")
    assert 'href="/codebook/pcs/0DTJ4Z"' in page
    assert 'href="/codebook/pcs/0DBJ4Z"' in page
    answer = student.get("/codebook/pcs/?q=0dtj&on=2024-06-05")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/codebook/pcs/0DTJ?on=2024-06-05")
    assert "can&#39;t be 1 after 0DTJ" in _text(student, "/codebook/pcs/?q=0DTJ1")
    assert "No table found" in _text(student, "/codebook/pcs/?q=%E2%98%83")


def test_the_answer_for_scripts(student: FlaskClient) -> None:
    step = student.get("/codebook/pcs-step?code=0DTJ").get_json()
    assert (step["position"], step["axis"], step["complete"]) == (5, "Approach", False)
    assert step["choices"][1] == {"char": "4", "label": "Percutaneous Endoscopic", "sure": True, "definition": ""}
    assert step["chosen"][3] == {"position": 4, "axis": "Body Part", "char": "J", "label": "Appendix", "sure": True}
    done = student.get("/codebook/pcs-step?code=0DTJ4ZZ").get_json()
    assert done["complete"]
    assert done["title"] == "Resection of Appendix, Percutaneous Endoscopic Approach"
    assert done["choices"] == []


def test_the_answer_to_bad_input_names_the_character_and_the_valid_ones(student: FlaskClient) -> None:
    answer = student.get("/codebook/pcs-step?code=0DTJ1")
    found = answer.get_json()
    assert (answer.status_code, found["beginning"], found["char"], found["position"]) == (404, "0DTJ", "1", 5)
    assert [choice["char"] for choice in found["choices"]] == ["0", "4", "7", "8"]
    assert "can't be 1 after 0DTJ" in found["error"]
    shape = student.get("/codebook/pcs-step?code=0DTO")
    assert shape.status_code == 400
    assert "Did you mean 0DT0?" in shape.get_json()["error"]


def test_the_answer_to_words(student: FlaskClient) -> None:
    found = student.get("/codebook/pcs-find?q=appendectomy+laparoscopic").get_json()
    assert [one["beginning"] for one in found["suggestions"]] == ["0DTJ4Z", "0DBJ4Z"]
    assert student.get("/codebook/pcs-find?q=0dt").get_json() == {"go": "0DT", "problem": None, "suggestions": []}
    assert "can't be 1" in student.get("/codebook/pcs-find?q=0DTJ1").get_json()["problem"]


@pytest.mark.parametrize(
    "text", ["%00", "%E2%80%AE", "'%22%3C%3E", "*", "a" * 300, "0" * 5_000, "%F0%9F%98%80", "..%2F.."]
)
def test_odd_input_is_never_an_error_page(text: str, student: FlaskClient) -> None:
    for address in (f"/codebook/pcs/?q={text}", f"/codebook/pcs-step?code={text}", f"/codebook/pcs-find?q={text}"):
        assert student.get(address).status_code in (200, 303, 400, 404), address


def test_it_is_the_open_book_of_an_exam_and_shows_nothing_of_the_bank(
    bank: Flask, log_in: Callable[..., FlaskClient]
) -> None:
    """The key's own rationale, its forbidden codes' reasons and its chart's title are nowhere near its code."""
    pcs_list()
    client = log_in()
    for address in ("/codebook/pcs/0DTJ4ZZ", "/codebook/pcs/0DT", "/codebook/pcs-step?code=0DTJ4ZZ"):
        page = _text(client, address)
        for words in ("booking", "surgical admission", "acute-abdomen", "rationale", "forbidden"):
            assert words not in page, address


def test_whoever_is_logged_out_is_sent_to_log_in(client: FlaskClient) -> None:
    for address in ("/codebook/pcs/", "/codebook/pcs/0DT", "/codebook/pcs-step?code=0", "/codebook/pcs-find?q=x"):
        assert client.get(address).status_code == 302
    assert client.get("/codebook/pcs-step?code=0", headers={"Accept": "application/json"}).status_code == 401


@pytest.fixture
def without_pcs(sqlite_url: str, books_folder: Path, tmp_path: Path) -> Iterator[FlaskClient]:
    """The application on a server that has every book but ICD-10-PCS, with a student logged in."""
    books = tmp_path / "books"
    books.mkdir()
    for path in books_folder.iterdir():
        if "PCS" not in path.name and not path.name.startswith("."):
            (books / path.name).symlink_to(path)
    for app in running_app(sqlite_url, books, tmp_path):
        with app.app_context():
            factories.make_user(username="student")
        client = app.test_client()
        client.post("/auth/login", data={"username": "student", "password": factories.PASSWORD})
        yield client


def test_a_server_without_the_book_says_so(without_pcs: FlaskClient) -> None:
    assert "ICD-10-PCS" in _text(without_pcs, "/codebook/pcs/", 503)
    answer = without_pcs.get("/codebook/pcs-step?code=0", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert "ICD-10-PCS" in answer.get_json()["error"]
    assert "No ICD-10-PCS book is installed here" in _text(without_pcs, "/codebook/?q=appendix&system=ICD-10-PCS")
    found = without_pcs.get("/codebook/search?q=0DTJ4ZZ").get_json()
    assert "No ICD-10-PCS book is installed here" in found["note"]
