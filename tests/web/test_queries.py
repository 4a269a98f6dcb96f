"""Pages ask the database a fixed number of questions, however much is stored."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.codebook.library import Library
from app.domain.roles import Role
from app.domain.sheet import Sheet
from app.extensions import db
from app.services import accounts, practice
from app.services.exercises import published_versions
from tests.factories import NOW


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    said: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            said.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", listen)
    yield said
    sa.event.remove(engine, "before_cursor_execute", listen)


@pytest.mark.parametrize(
    ("address", "most"),
    [("/practice/", 6), ("/practice/history", 5), ("/progress/", 5), ("/bank/", 3), ("/bank/mole-cryoablation", 2)],
)
def test_the_number_of_queries_does_not_grow(
    bank: Flask, library: Library, log_in: Callable[..., FlaskClient], address: str, most: int
) -> None:
    client = log_in(Role.INSTRUCTOR, "iris")
    with bank.app_context():
        user = accounts.get_user_by_name("iris").id
        slugs = [version.exercise.slug for version in published_versions()]
        for number, slug in enumerate(slugs * 2):
            at = NOW + timedelta(hours=number)
            attempt = practice.open_attempt(slug, user_id=user, now=at)
            typed = Sheet(({"code": "I10", "poa": ""},), ())
            practice.submit(attempt, typed, active_seconds=9, user_id=user, now=at, library=library)
    with counted(bank) as said:
        assert client.get(address).status_code == 200
    assert len(said) <= most, "\n".join(said)
