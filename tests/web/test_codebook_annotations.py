"""One's own notes, bookmarks and look-ups through the pages: plain forms and scripts, two windows, ended log-ins."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.domain.roles import Role
from app.services import annotations
from tests import factories
from tests.conftest import running_app

PAGE = "/codebook/ICD-10-CM/E11.621"
NOTE = f"{PAGE}/note"
BOOKMARK = f"{PAGE}/bookmark"
JSON = {"Accept": "application/json"}


@pytest.fixture
def student(log_in: Callable[..., FlaskClient]) -> FlaskClient:
    return log_in()


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no field {name}"
    return unescape(found[1])


def _area(page: str) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found
    return unescape(found[1])


def test_a_note_is_saved_by_a_plain_form_and_shown_at_its_row(student: FlaskClient) -> None:
    answer = student.post(NOTE, data={"text": "site: L97\nstage too", "revision": "0"})
    assert (answer.status_code, answer.location) == (303, PAGE)
    page = student.get(PAGE).text
    assert _area(page) == "site: L97\nstage too"
    assert _field(page, "revision") == "1"
    assert "site: L97" in student.get("/codebook/ICD-10-CM/E11.9").text
    assert "Your note is saved." in page


def test_a_note_is_the_same_in_every_release(student: FlaskClient) -> None:
    student.post(f"{NOTE}?on=2026-06-05", data={"text": "kept", "revision": "0"})
    assert "kept" in student.get(f"{PAGE}?on=2031-01-01").text


def test_markup_in_a_note_is_text_everywhere(student: FlaskClient) -> None:
    text = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    student.post(NOTE, data={"text": text, "revision": "0"})
    for address in (PAGE, "/codebook/ICD-10-CM/E11", "/codebook/mine"):
        page = student.get(address).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_of_two_windows_both_texts_are_shown_and_one_is_chosen(student: FlaskClient) -> None:
    student.post(NOTE, data={"text": "from the desk", "revision": "0"})
    answer = student.post(NOTE, data={"text": "from the laptop", "revision": "0"})
    assert answer.status_code == 409
    assert _area(answer.text) == "from the laptop"
    assert "from the desk" in answer.text
    assert _area(student.get(PAGE).text) == "from the desk"
    student.post(NOTE, data={"text": _area(answer.text), "revision": _field(answer.text, "revision")})
    assert _area(student.get(PAGE).text) == "from the laptop"


def test_too_long_a_text_is_kept_on_the_page_with_the_remedy(student: FlaskClient) -> None:
    answer = student.post(NOTE, data={"text": "x" * 4100, "revision": "0"})
    assert answer.status_code == 400
    assert "shorten it by 100" in answer.text
    assert len(_area(answer.text)) == 4100
    assert _area(student.get(PAGE).text) == ""


def test_scripts_get_the_same_as_json(student: FlaskClient) -> None:
    assert student.post(NOTE, json={"text": "one", "revision": 0}).get_json() == {"text": "one", "revision": 1}
    answer = student.post(NOTE, json={"text": "two", "revision": 0})
    assert answer.status_code == 409
    assert (answer.get_json()["stored"], answer.get_json()["revision"]) == ("one", 1)
    long = student.post(NOTE, json={"text": "x" * 5000, "revision": 1})
    assert long.status_code == 400
    assert "shorten it by 1,000" in long.get_json()["error"]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"text": None, "revision": None},
        {"text": 5, "revision": "x"},
        {"text": ["a"], "revision": -1},
        {"text": "a", "revision": 10**30},
        ["not", "an", "object"],
        "text",
    ],
)
def test_odd_data_is_no_error_page(student: FlaskClient, sent: object) -> None:
    assert student.post(NOTE, json=sent).status_code in (200, 400, 409)
    assert student.post(BOOKMARK, json=sent).status_code == 200
    assert student.post("/codebook/visited", json=sent).status_code in (400, 404)


def test_a_bookmark_by_form_and_by_script(student: FlaskClient) -> None:
    assert student.post(BOOKMARK, data={"keep": "1"}).status_code == 303
    assert 'aria-pressed="true"' in student.get(PAGE).text
    assert student.get("/codebook/entry?system=ICD-10-CM&code=E11.621").get_json()["bookmarked"] is True
    assert student.post(BOOKMARK, json={"keep": False}).get_json() == {"bookmarked": False}
    assert 'aria-pressed="true"' not in student.get(PAGE).text


def test_only_codes_of_an_installed_book_can_be_written_at(student: FlaskClient) -> None:
    for address in ("/codebook/ICD-10-CM/E11.27/note", "/codebook/CPT/99999/bookmark"):
        assert student.post(address, data={"text": "x", "keep": "1"}).status_code == 404
    assert student.post("/codebook/ICD-10-CM/%25/note", data={"text": "x"}).status_code == 400
    assert student.post("/codebook/nonsense/E11/note", data={"text": "x"}).status_code == 400


def test_look_ups_are_listed_the_newest_first(student: FlaskClient) -> None:
    for code in ("I10", "E11.9", "I10", "D22.5"):
        student.get(f"/codebook/ICD-10-CM/{code}")
    student.get("/codebook/ICD-10-CM/J45", headers={"Sec-Purpose": "prefetch"})
    student.head("/codebook/ICD-10-CM/J46")
    student.post("/codebook/visited", json={"system": "CPT", "code": "17110"})
    page = student.get("/codebook/").text
    listed = re.findall(r'class="code-link" href="/codebook/[^/]+/([^"]+)"', page)
    assert listed == ["17110", "D22.5", "I10", "E11.9"]


def test_the_page_of_ones_own_has_all_of_it_and_can_be_narrowed(student: FlaskClient) -> None:
    student.post(NOTE, data={"text": "ask Iris about the ulcer", "revision": "0"})
    student.post("/codebook/CPT/17110/bookmark", data={"keep": "1"})
    student.get("/codebook/ICD-10-CM/I10")
    page = student.get("/codebook/mine").text
    assert all(code in page for code in ("E11.621", "17110", "I10", "ask Iris"))
    narrowed = student.get("/codebook/mine?q=iris+ulcer").text
    assert "E11.621" in narrowed
    assert "17110" not in narrowed
    assert "No bookmark fits." in narrowed
    assert "17110" in student.get("/codebook/mine?q=freezing").text
    back = student.post(NOTE, data={"text": "", "revision": "1", "to": "mine"})
    assert back.location == "/codebook/mine"
    assert "Write a note on the page of a code" in student.get("/codebook/mine").text


def test_what_is_of_another_release_stays_listed_and_can_be_removed(app: Flask, student: FlaskClient) -> None:
    with app.app_context():
        me = factories.accounts.get_user_by_name("student-one").id
        annotations.save_note(me, annotations.CodeSystem.ICD10CM, "Z99.99", "gone", revision=0, now=factories.NOW)
    assert "not in this release" in student.get("/codebook/mine").text
    assert student.post("/codebook/ICD-10-CM/Z99.99/note", data={"text": "", "revision": "1"}).status_code == 303
    assert "Z99.99" not in student.get("/codebook/mine").text


@pytest.mark.parametrize("role", list(Role))
def test_nobody_reaches_anybody_elses(log_in: Callable[..., FlaskClient], role: Role) -> None:
    owner = log_in(username="owner")
    owner.post(NOTE, data={"text": "a private thought", "revision": "0"})
    owner.post(BOOKMARK, data={"keep": "1"})
    other = log_in(role, "somebody-else")
    for address in (PAGE, "/codebook/mine", "/codebook/", "/codebook/entry?system=ICD-10-CM&code=E11.621"):
        page = other.get(address).text
        assert "private thought" not in page
        assert 'aria-pressed="true"' not in page
    assert other.post(NOTE, json={"text": "", "revision": 1}).status_code == 200
    assert other.post(NOTE, json={"text": "theirs", "revision": 1}).status_code == 200
    assert "a private thought" in owner.get(PAGE).text


def test_a_text_sent_after_the_log_in_ended_is_shown_again(client: FlaskClient) -> None:
    answer = client.post(NOTE, data={"text": "typed for <b>long</b>", "revision": "3", "to": "mine"})
    assert answer.status_code == 401
    assert _area(answer.text) == "typed for <b>long</b>"
    assert (_field(answer.text, "revision"), _field(answer.text, "to")) == ("3", "mine")
    assert "Log in in another tab" in answer.text
    told = client.post(NOTE, json={"text": "x", "revision": 0})
    assert told.status_code == 401
    assert client.post(BOOKMARK, data={"keep": "1"}).status_code == 302


@pytest.fixture
def guarded(sqlite_url: str, books_folder: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application with CSRF tokens asked for, as it is served."""
    for app in running_app(sqlite_url, books_folder, tmp_path, csrf=True):
        with app.app_context():
            factories.make_user()
        yield app


def _logged_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    token = _field(client.get("/auth/login").text, "csrf_token")
    data = {"username": "student-one", "password": factories.PASSWORD, "csrf_token": token}
    assert client.post("/auth/login", data=data).status_code == 302
    return client


def test_every_way_to_write_asks_for_the_token(guarded: Flask) -> None:
    client = _logged_in(guarded)
    assert client.post(NOTE, json={"text": "forged", "revision": 0}).get_json() == {"error": "csrf"}
    assert client.post(BOOKMARK, json={"keep": True}).status_code == 400
    assert client.post(BOOKMARK, data={"keep": "1"}).status_code == 400
    assert client.post("/codebook/visited", json={"system": "CPT", "code": "17110"}).status_code == 400
    assert "No note" not in client.get("/codebook/mine").text
    assert "forged" not in client.get(PAGE).text
    token = _field(client.get(PAGE).text, "csrf_token")
    saved = client.post(NOTE, json={"text": "mine", "revision": 0}, headers={"X-CSRFToken": token})
    assert saved.get_json() == {"text": "mine", "revision": 1}


def test_a_text_with_an_old_token_is_shown_again_with_a_fresh_one(guarded: Flask) -> None:
    client = _logged_in(guarded)
    answer = client.post(NOTE, data={"text": "an hour's thoughts", "revision": "0", "csrf_token": "old"})
    assert answer.status_code == 400
    assert _area(answer.text) == "an hour's thoughts"
    assert _area(client.get(PAGE).text) == ""
    token = _field(answer.text, "csrf_token")
    again = client.post(NOTE, data={"text": _area(answer.text), "revision": "0", "csrf_token": token})
    assert again.status_code == 303
    assert _area(client.get(PAGE).text) == "an hour's thoughts"
