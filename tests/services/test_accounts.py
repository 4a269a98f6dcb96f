"""Registering, logging in, changing passwords and roles, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app.domain.errors import InvalidInput, NotFound
from app.domain.roles import Role
from app.extensions import db
from app.services import accounts
from tests.factories import NOW, PASSWORD, make_user


@pytest.fixture(autouse=True)
def _context(app_on: Flask):
    with app_on.app_context():
        yield


def test_a_registered_person_can_log_in_with_any_spelling_of_the_name() -> None:
    make_user(username="sam")
    found = accounts.authenticate(username="  SAM ", password=PASSWORD)
    assert found is not None
    assert found.username == "sam"


@pytest.mark.parametrize(
    ("name", "password"), [("sam", "wrong-password"), ("nobody", PASSWORD), ("", ""), ("s\x00m", "x")]
)
def test_a_wrong_name_and_a_wrong_password_are_the_same(name: str, password: str) -> None:
    make_user(username="sam")
    assert accounts.authenticate(username=name.replace("\x00", ""), password=password) is None


def test_registration_makes_students_and_keeps_no_password() -> None:
    user = make_user(username="sam")
    assert user.role == Role.STUDENT
    assert PASSWORD not in user.password_hash


def test_every_problem_of_a_registration_is_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        accounts.register(username="a b", display_name=" ", password="short", now=NOW)
    assert set(refused.value.problems) == {"username", "display_name", "password"}


def test_a_name_can_be_taken_once() -> None:
    make_user(username="sam")
    with pytest.raises(InvalidInput, match="not created") as refused:
        make_user(username="Sam")
    assert "taken" in refused.value.problems["username"]


def test_a_new_password_ends_the_sessions() -> None:
    user = make_user(username="sam")
    before, number = user.session_key, user.id
    accounts.change_password(number, current=PASSWORD, new="orange-lantern-77")
    assert accounts.find_by_session_key(before) is None
    assert accounts.authenticate(username="sam", password="orange-lantern-77") is not None
    assert accounts.authenticate(username="sam", password=PASSWORD) is None


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [("not it at all", "orange-lantern-77", "current"), (PASSWORD, "short", "new")],
)
def test_a_refused_password_change_changes_nothing(current: str, new: str, field: str) -> None:
    user = make_user(username="sam")
    with pytest.raises(InvalidInput) as refused:
        accounts.change_password(user.id, current=current, new=new)
    assert field in refused.value.problems
    assert accounts.authenticate(username="sam", password=PASSWORD) is not None


def test_roles_change_and_an_admin_cannot_step_down_by_accident() -> None:
    admin = make_user(username="ada", role=Role.ADMIN)
    make_user(username="sam")
    assert accounts.set_role("sam", Role.INSTRUCTOR, by=admin.id).role == Role.INSTRUCTOR
    with pytest.raises(InvalidInput, match="yourself"):
        accounts.set_role("ada", Role.STUDENT, by=admin.id)
    with pytest.raises(NotFound, match="nobody"):
        accounts.set_role("nobody", Role.STUDENT)


def test_demo_accounts_are_made_once_and_only_on_an_empty_server() -> None:
    created = accounts.create_demo_accounts(NOW)
    assert [(name, role) for name, _, role in created] == [
        ("student", "student"),
        ("instructor", "instructor"),
        ("admin", "admin"),
    ]
    assert all(accounts.authenticate(username=name, password=password) for name, password, _ in created)
    db.session.rollback()
    assert accounts.create_demo_accounts(NOW) == []


def test_a_class_that_registers_at_once_is_registered(app_on: Flask) -> None:
    def register(number: int) -> str:
        with app_on.app_context():
            return make_user(username=f"student-{number}").username

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(register, range(12))) == {f"student-{number}" for number in range(12)}


def test_passwords_and_roles_can_change_at_once(app_on: Flask) -> None:
    users = [make_user(username=f"student-{number}").id for number in range(6)]
    db.session.rollback()

    def change(user: int) -> None:
        with app_on.app_context():
            accounts.change_password(user, current=PASSWORD, new="orange-lantern-77")
            accounts.end_sessions(user)
            accounts.set_role(accounts.get_user(user).username, Role.INSTRUCTOR)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(change, users))
    assert all(accounts.get_user(user).role == Role.INSTRUCTOR for user in users)


@pytest.mark.parametrize("name", ["\u200b", "\u202eevil", "...", "x" * 121])
def test_names_that_cannot_be_read_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        accounts.register(username="sam", display_name=name, password=PASSWORD, now=NOW)
    assert set(refused.value.problems) == {"display_name"}


def test_what_registers_can_log_in() -> None:
    with pytest.raises(InvalidInput):  # NFKC makes this far longer than it looks
        make_user(username="sam", password="\ufdfa" * 60 + "abcdefgh")
    make_user(username="sam", password="\u212bngstr\u00f6m-harbour")
    assert accounts.authenticate(username="sam", password="\u00c5ngstr\u00f6m-harbour") is not None
