"""People: registering, logging in, passwords, roles."""

import re
import secrets
import unicodedata
from datetime import datetime

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.exc import IntegrityError

from app.domain.errors import InvalidInput, NotFound
from app.domain.passwords import password_problem
from app.domain.roles import Role
from app.extensions import db
from app.models import User
from app.services.transactions import begin_write

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_hex(16))
"""Checked when a log-in name doesn't exist, so that the answer takes as long."""

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories that have no place in a name: controls, invisible marks, half characters, line ends."""

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
DEMO_ACCOUNTS = (
    ("student", "Sam Student", Role.STUDENT),
    ("instructor", "Iris Instructor", Role.INSTRUCTOR),
    ("admin", "Ada Admin", Role.ADMIN),
)


def register(*, username: str, display_name: str, password: str, now: datetime, role: Role = Role.STUDENT) -> User:
    """Create an account. Raises InvalidInput naming each field that can't be taken."""
    name = clean_username(username)
    problems = _account_problems(name, display_name, password)
    db.session.rollback()  # no transaction stays open while the hash is computed
    if problems:
        raise InvalidInput("The account was not created.", problems)
    user = _new_user(name, display_name, _hash(password), role, now)
    begin_write()
    db.session.add(user)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise _taken(name) from None
    return user


def authenticate(*, username: str, password: str) -> User | None:
    """Return the person whose name and password these are; None takes as long to say."""
    found = find_user(username)
    known_hash = found.password_hash if found else _NOBODY
    found_id = found.id if found else None
    db.session.rollback()  # no transaction stays open while the hash is computed
    if not _verifies(known_hash, password) or found_id is None:
        return None
    return db.session.get(User, found_id)


def change_password(user_id: int, *, current: str, new: str) -> None:
    """Set a new password and end every session of the person, this one included."""
    user = get_user(user_id)
    username, known_hash = user.username, user.password_hash
    db.session.rollback()
    if not _verifies(known_hash, current):
        raise InvalidInput("The password was not changed.", {"current": "This is not your current password."})
    problem = password_problem(_comparable(new), username=username)
    if problem:
        raise InvalidInput("The password was not changed.", {"new": problem})
    _store_password(username, new)


def set_password(username: str, new: str) -> None:
    """Set a password for somebody who forgot theirs; for administrators at the terminal."""
    name = get_user_by_name(username).username
    problem = password_problem(_comparable(new), username=name)
    if problem:
        raise InvalidInput(problem, {"new": problem})
    _store_password(name, new)


def end_sessions(user_id: int) -> None:
    """Make every session cookie of the person worthless."""
    begin_write()
    get_user(user_id).session_key = secrets.token_hex(32)
    db.session.commit()


def set_role(username: str, role: Role, *, by: int | None = None) -> User:
    """Change what somebody may do, at once. Nobody takes the role of admin from themselves."""
    begin_write()
    user = get_user_by_name(username)
    if user.id == by and role is not Role.ADMIN:
        raise InvalidInput("You can't take the admin role from yourself. Ask another admin.")
    user.role = role.value
    db.session.commit()
    return user


def list_users(*, page: int = 1, per_page: int = 50) -> tuple[list[User], int]:
    """Return one page of accounts by log-in name, and how many there are."""
    total = db.session.scalar(sa.select(sa.func.count(User.id))) or 0
    rows = sa.select(User).order_by(User.username).limit(per_page).offset((page - 1) * per_page)
    return list(db.session.scalars(rows)), total


def find_user(username: str) -> User | None:
    name = clean_username(username)
    if not _USERNAME.fullmatch(name):
        return None  # nobody has such a name, and no database need be asked about it
    return db.session.scalar(sa.select(User).where(User.username == name))


def find_by_session_key(key: str) -> User | None:
    return db.session.scalar(sa.select(User).where(User.session_key == key))


def get_user(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound("This account no longer exists.")
    return user


def get_user_by_name(username: str) -> User:
    user = find_user(username)
    if user is None:
        raise NotFound(f"There is no account “{clean_username(username)[:60]}”. “chartroom users list” shows them all.")
    return user


def create_demo_accounts(now: datetime) -> list[tuple[str, str, str]]:
    """Create the three demo accounts, all or none, if nobody is registered yet.

    Returns (log-in name, password, role) for each; the passwords are random and kept nowhere else.
    """
    passwords = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in DEMO_ACCOUNTS]
    hashes = [_hash(password) for password in passwords]
    begin_write()
    if db.session.scalar(sa.select(User.id).limit(1)) is not None:
        db.session.rollback()
        return []
    for (username, display_name, role), password_hash in zip(DEMO_ACCOUNTS, hashes, strict=True):
        db.session.add(_new_user(username, display_name, password_hash, role, now))
    db.session.commit()
    return [(name, password, role.value) for (name, _, role), password in zip(DEMO_ACCOUNTS, passwords, strict=True)]


def clean_username(text: str) -> str:
    """Return a log-in name as it is stored: NFKC, lower case, no blanks around it."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def _account_problems(username: str, display_name: str, password: str) -> dict[str, str]:
    problems = {}
    if not _USERNAME.fullmatch(username):
        problems["username"] = (
            "Use 3 to 40 letters a to z, digits, dots, dashes or underscores, starting with a letter or digit."
        )
    elif find_user(username) is not None:
        problems |= _taken(username).problems
    shown = " ".join(display_name.split())
    kinds = {unicodedata.category(character) for character in shown}
    if len(shown) > 120 or kinds & _INVISIBLE or not any(kind[0] in "LN" for kind in kinds):
        problems["display_name"] = "Enter the name that others should see: letters or digits, up to 120 characters."
    problem = password_problem(_comparable(password), username=username)
    if problem:
        problems["password"] = problem
    return problems


def _taken(username: str) -> InvalidInput:
    return InvalidInput(
        "The account was not created.", {"username": f"The log-in name “{username}” is taken. Choose another one."}
    )


def _new_user(username: str, display_name: str, password_hash: str, role: Role, now: datetime) -> User:
    return User(
        username=username,
        display_name=" ".join(display_name.split()),
        password_hash=password_hash,
        role=role.value,
        session_key=secrets.token_hex(32),
        created_at=now,
    )


def _store_password(username: str, new: str) -> None:
    db.session.rollback()
    password_hash = _hash(new)
    begin_write()
    user = get_user_by_name(username)
    user.password_hash = password_hash
    user.session_key = secrets.token_hex(32)
    db.session.commit()


def _hash(password: str) -> str:
    return _HASHER.hash(_comparable(password))


def _comparable(password: str) -> str:
    """The same password typed on another keyboard gives the same characters (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _verifies(known_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(known_hash, _comparable(password))
    except VerificationError:
        return False
