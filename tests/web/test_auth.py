"""Logging in and out through the pages, and what must not work there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.domain.roles import Role
from app.services import accounts
from tests.conftest import running_app
from tests.factories import PASSWORD, make_user


def log_in_as(client: FlaskClient, name: str, password: str = PASSWORD, *, next_: str = "") -> int:
    return client.post(f"/auth/login{next_}", data={"username": name, "password": password}).status_code


def test_a_new_student_registers_and_is_logged_in(client: FlaskClient) -> None:
    answer = client.post(
        "/auth/register",
        data={"username": "Sam", "display_name": "Sam S.", "password": PASSWORD, "role": "admin", "is_admin": "1"},
    )
    assert answer.location == "/practice/"
    page = client.get("/practice/").text
    assert "Sam S." in page
    assert "(student)" in page


def test_a_refused_registration_says_why_beside_the_field_and_keeps_what_was_typed(client: FlaskClient) -> None:
    answer = client.post("/auth/register", data={"username": "sam", "display_name": "Sam S.", "password": "short"})
    assert answer.status_code == 400
    assert "at least 10 characters" in answer.text
    assert 'value="Sam S."' in answer.text
    assert "short" not in answer.text.split("at least 10")[0]


def test_a_wrong_password_and_an_unknown_name_get_the_same_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_user(username="sam")
    pages = [
        client.post("/auth/login", data={"username": name, "password": "wrong-wrong"}).text.replace(name, "")
        for name in ("sam", "bob")
    ]
    assert "Log-in name or password is wrong" in pages[0]
    normal = [_without_tokens(page) for page in pages]
    assert normal[0] == normal[1]


def _without_tokens(page: str) -> str:
    lines = (line for line in page.splitlines() if "csrf" not in line and "nonce" not in line)
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [
        pytest.param("/progress/", "/progress/", id="a page of the site"),
        pytest.param("//evil.example", "/practice/", id="two slashes"),
        pytest.param("///evil.example", "/practice/", id="three slashes"),
        pytest.param("/\\evil.example", "/practice/", id="backslash"),
        pytest.param("https://evil.example/x", "/practice/", id="another site"),
        pytest.param("javascript:alert(1)", "/practice/", id="script"),
        pytest.param("/\tx", "/practice/", id="control character"),
    ],
)
def test_next_never_leaves_the_site(app: Flask, client: FlaskClient, target: str, goes_to: str) -> None:
    with app.app_context():
        make_user(username="sam")
    answer = client.post("/auth/login", query_string={"next": target}, data={"username": "sam", "password": PASSWORD})
    assert answer.location == goes_to


def test_logging_out_ends_every_session_of_the_person(app: Flask, log_in: Callable[..., FlaskClient]) -> None:
    here = log_in(Role.STUDENT, "sam")
    there = app.test_client()
    log_in_as(there, "sam")
    assert there.get("/practice/").status_code == 200
    assert here.post("/auth/logout").status_code == 302
    assert there.get("/practice/").status_code == 302


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(
    app: Flask, log_in: Callable[..., FlaskClient]
) -> None:
    here = log_in(Role.STUDENT, "sam")
    there = app.test_client()
    log_in_as(there, "sam")
    answer = here.post("/auth/password", data={"current": PASSWORD, "new": "orange-lantern-77"})
    assert answer.location == "/practice/"
    assert here.get("/practice/").status_code == 200
    assert there.get("/practice/").status_code == 302


def test_the_session_is_a_new_one_after_logging_in(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_user(username="sam")
    with client.session_transaction() as session:
        session["planted"] = "before"
    log_in_as(client, "sam")
    with client.session_transaction() as session:
        assert "planted" not in session


def test_a_changed_role_counts_from_the_next_click(app: Flask, log_in: Callable[..., FlaskClient]) -> None:
    client = log_in(Role.INSTRUCTOR, "iris")
    assert client.get("/bank/").status_code == 200
    with app.app_context():
        accounts.set_role("iris", Role.STUDENT)
    assert client.get("/bank/").status_code == 403


def test_an_admin_changes_a_role_in_the_page(app: Flask, log_in: Callable[..., FlaskClient]) -> None:
    with app.app_context():
        make_user(username="sam")
    admin = log_in(Role.ADMIN, "ada")
    assert admin.post("/admin/users/role", data={"username": "sam", "role": "instructor"}).status_code == 302
    assert "Sam is now instructor." in admin.get("/admin/users").text
    assert admin.post("/admin/users/role", data={"username": "sam", "role": "owner"}).status_code == 400
    assert admin.post("/admin/users/role", data={"username": "ada", "role": "student"}).status_code == 400


@pytest.fixture
def strict_app(sqlite_url: str, books_folder: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application as it is served: rate limits and CSRF tokens on."""
    yield from running_app(sqlite_url, books_folder, tmp_path, rate_limits=True, csrf=True)


def _token(client: FlaskClient, address: str) -> str:
    page = client.get(address).text
    return page.split('name="csrf-token" content="')[1].split('"')[0]


def test_guessing_passwords_is_slowed_down_per_account(strict_app: Flask) -> None:
    with strict_app.app_context():
        make_user(username="sam")
    client = strict_app.test_client()
    token = _token(client, "/auth/login")
    data = {"username": "sam", "password": "wrong-wrong", "csrf_token": token}
    statuses = [client.post("/auth/login", data=data).status_code for _ in range(10)]
    assert statuses == [400] * 8 + [429] * 2
    assert "Too many tries" in client.post("/auth/login", data=data).text


def test_every_post_needs_the_token(strict_app: Flask) -> None:
    with strict_app.app_context():
        make_user(username="sam")
    client = strict_app.test_client()
    token = _token(client, "/auth/login")
    client.post("/auth/login", data={"username": "sam", "password": PASSWORD, "csrf_token": token})
    assert client.post("/auth/logout").status_code == 400
    assert client.post("/practice/charts/mole-cryoablation").status_code == 400
    refused = client.post("/practice/attempts/1/draft", json={})
    assert (refused.status_code, refused.get_json()) == (400, {"error": "csrf"})
    fresh = client.get("/auth/token").get_json()["csrf_token"]
    assert client.post("/practice/attempts/1/draft", json={}, headers={"X-CSRFToken": fresh}).status_code in (400, 404)
    assert client.post("/auth/logout", headers={"X-CSRFToken": fresh}).status_code == 302


def test_a_class_logs_in_from_one_address(strict_app: Flask) -> None:
    with strict_app.app_context():
        for number in range(45):
            make_user(username=f"student-{number}")
    for number in range(45):
        client = strict_app.test_client()
        data = {"username": f"student-{number}", "password": PASSWORD, "csrf_token": _token(client, "/auth/login")}
        assert client.post("/auth/login", data=data).status_code == 302


def test_somebody_elsewhere_cannot_lock_a_person_out(strict_app: Flask) -> None:
    with strict_app.app_context():
        make_user(username="sam")
    stranger, owner = strict_app.test_client(), strict_app.test_client()
    token = _token(stranger, "/auth/login")
    wrong = {"username": "sam", "password": "wrong-wrong", "csrf_token": token}
    for _ in range(12):
        stranger.post("/auth/login", data=wrong, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    right = {"username": "sam", "password": PASSWORD, "csrf_token": _token(owner, "/auth/login")}
    assert owner.post("/auth/login", data=right).status_code == 302


@pytest.mark.parametrize("body", [[1], {"username": 5, "password": 5}, "x", None])
def test_json_is_no_form(client: FlaskClient, body: object) -> None:
    for address in ("/auth/login", "/auth/register"):
        assert client.post(address, json=body).status_code in (400, 415)


def test_staying_logged_in_ends_with_logging_out(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_user(username="sam")
    client.post("/auth/login", data={"username": "sam", "password": PASSWORD, "remember": "y"})
    assert client.get_cookie("remember_token") is not None
    client.post("/auth/logout")
    assert client.get_cookie("remember_token") is None


def test_a_changed_password_keeps_this_device_logged_in(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_user(username="sam")
    client.post("/auth/login", data={"username": "sam", "password": PASSWORD, "remember": "y"})
    client.post("/auth/password", data={"current": PASSWORD, "new": "orange-lantern-77"})
    client.delete_cookie("chartroom")
    assert client.get("/practice/").status_code == 200
