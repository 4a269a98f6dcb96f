"""What holds on every page: headers, error pages, health, the code book pages with odd input."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy.exc import OperationalError

from app.domain import errors as domain_errors
from app.domain.roles import Role
from app.extensions import login_manager
from app.web.errors import PAGES, STATUS
from tests.conftest import running_app


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for address in ("/auth/login", "/about", "/nothing", "/static/css/chartroom.css"):
        with client.get(address) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self' 'nonce-" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers


def test_the_nonce_is_new_on_every_page(client: FlaskClient) -> None:
    first, second = (client.get("/auth/login").headers["Content-Security-Policy"] for _ in range(2))
    assert first != second


def test_behind_tls_cookies_are_secure_and_hsts_is_sent(sqlite_url: str, books_folder: Path, tmp_path: Path) -> None:
    for app in running_app(sqlite_url, books_folder, tmp_path, behind_tls=True):
        answer = app.test_client().get("/auth/login", base_url="https://localhost")
        assert "Strict-Transport-Security" in answer.headers
        cookie = answer.headers["Set-Cookie"]
        assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax"))


def test_a_foreign_host_name_is_refused_when_hosts_are_configured(
    sqlite_url: str, books_folder: Path, tmp_path: Path
) -> None:
    for app in running_app(sqlite_url, books_folder, tmp_path, trusted_hosts=("localhost",)):
        client = app.test_client()
        assert client.get("/auth/login", base_url="http://evil.example").status_code == 400
        assert client.get("/auth/login", base_url="http://localhost").status_code == 200


def test_pages_have_no_inline_script_style_or_handler(client: FlaskClient) -> None:
    page = client.get("/auth/login").text
    assert " style=" not in page
    assert " onclick=" not in page
    assert all('src="' in part for part in page.split("<script")[1:])


@pytest.mark.parametrize("status", sorted(PAGES))
def test_every_error_page_can_be_reached_and_says_what_to_do(app: Flask, status: int) -> None:
    app.view_functions["main.about"] = lambda: abort(status)
    answer = app.test_client().get("/about")
    assert answer.status_code == status
    assert escape(PAGES[status][0]) in answer.text
    assert escape(PAGES[status][1]) in answer.text


def test_every_error_of_the_project_has_a_status(app: Flask) -> None:
    kinds = [
        kind
        for kind in vars(domain_errors).values()
        if isinstance(kind, type) and issubclass(kind, domain_errors.ChartroomError)
    ]
    assert all(any(base in STATUS for base in kind.__mro__) for kind in kinds)
    assert set(STATUS.values()) <= set(PAGES)


def test_an_unexpected_error_shows_no_traceback(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(**_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(app.view_functions, "main.about", explode)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    answer = app.test_client().get("/about")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "secret detail" not in answer.text


def test_a_busy_database_is_a_clear_message(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(**_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setitem(app.view_functions, "main.about", locked)
    answer = app.test_client().get("/about", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert "nothing was changed" in answer.get_json()["error"]


def test_health(app: Flask, client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    app.extensions["chartroom.library"] = type(
        "Empty", (), {"books": lambda self: (), "is_current": lambda self: True}
    )()
    assert client.get("/healthz").status_code == 503


def test_the_front_door(client: FlaskClient) -> None:
    assert client.get("/").location == "/auth/login"
    assert client.get("/favicon.ico").location.endswith("favicon.svg")
    assert "How an answer is graded" in client.get("/about").text


ODD = [
    pytest.param("%", id="percent"),
    pytest.param("_", id="underscore"),
    pytest.param("*", id="star"),
    pytest.param('"', id="quote"),
    pytest.param("'; DROP TABLE code; --", id="sql"),
    pytest.param("AND OR NOT (", id="query words"),
    pytest.param("x" * 10_240, id="10 kB"),
    pytest.param("a\x00b", id="NUL"),
    pytest.param("\u202eabc\u05d0", id="right to left"),
    pytest.param("\U0001f9b4 fracture", id="emoji"),
    pytest.param("<script>alert(1)</script>", id="markup"),
    pytest.param("title:^~2 +-&&||!{}[]", id="operators"),
]


@pytest.mark.parametrize("words", ODD)
def test_the_finder_takes_anything(log_in: Callable[..., FlaskClient], words: str) -> None:
    client = log_in(Role.STUDENT)
    answer = client.get("/codebook/search", query_string={"q": words})
    assert answer.status_code == 200
    assert isinstance(answer.get_json()["hits"], list)
    page = client.get("/codebook/", query_string={"q": words})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("words", ODD)
def test_an_odd_code_is_an_error_page_with_a_sentence(log_in: Callable[..., FlaskClient], words: str) -> None:
    client = log_in(Role.STUDENT)
    answer = client.get("/codebook/entry", query_string={"code": words}, headers={"Accept": "application/json"})
    assert answer.status_code in (400, 404)
    assert answer.get_json()["error"]


def test_the_code_book_pages(log_in: Callable[..., FlaskClient]) -> None:
    client = log_in(Role.STUDENT)
    assert "Books on this server" in client.get("/codebook/").text
    assert "D22.5" in client.get("/codebook/?q=melanocytic+nevi+of+trunk").text
    page = client.get("/codebook/ICD-10-CM/D22.5").text
    assert "Melanocytic nevi of trunk" in page
    assert "needs another character" in client.get("/codebook/ICD-10-CM/E11.2").text
    assert client.get("/codebook/ICD-10-CM/Q99.ZZ").status_code == 404
    assert client.get("/codebook/nonsense/D22.5").status_code == 400
    assert client.get("/codebook/search?q=x&on=yesterday").status_code == 400
    entry = client.get("/codebook/entry?system=ICD-10-CM&code=s72001&on=2026-06-05").get_json()
    assert {"A", "B", "C", "D"} <= {choice["char"] for choice in entry["seventh"]}


def test_the_page_for_a_broken_database_does_not_ask_the_database(
    log_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(Role.STUDENT)

    def broken(_key: str) -> None:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    monkeypatch.setattr(login_manager, "_user_callback", broken)
    answer = client.get("/practice/")
    assert answer.status_code == 503
    assert "The site is busy" in answer.text


def test_a_wrong_method_names_the_right_one(client: FlaskClient) -> None:
    answer = client.post("/about")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
