"""Loading the bank: idempotent, versions are immutable, attempts keep theirs; on both databases."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.errors import NotFound
from app.extensions import db
from app.models import ExerciseVersion
from app.services import practice
from app.services.bank import Bank
from app.services.exercises import chart_of, published_version, store_bank
from tests.factories import NOW, make_user

MOLE = "mole-cryoablation"


@pytest.fixture(autouse=True)
def _context(app_on: Flask) -> Iterator[None]:
    with app_on.app_context():
        yield


@pytest.fixture
def mole(bundled_bank: Bank) -> Bank:
    """A bank with one chart in it."""
    return Bank(exercises=tuple(e for e in bundled_bank.exercises if e.exercise.id == MOLE), problems=())


def changed(bank: Bank, title: str, content_hash: str) -> Bank:
    entry = bank.exercises[0]
    return replace(
        bank, exercises=(replace(entry, exercise=replace(entry.exercise, title=title), content_hash=content_hash),)
    )


def test_loading_twice_does_nothing_the_second_time(mole: Bank) -> None:
    assert store_bank(mole, NOW).added == (MOLE,)
    report = store_bank(mole, NOW)
    assert (report.added, report.changed, report.unchanged) == ((), (), (MOLE,))


def test_a_changed_chart_is_a_new_version_and_open_attempts_keep_theirs(mole: Bank) -> None:
    store_bank(mole, NOW)
    user = make_user().id
    attempt = practice.open_attempt(MOLE, user_id=user, now=NOW)
    assert store_bank(changed(mole, "A new title", "b" * 64), NOW).changed == (MOLE,)
    assert published_version(MOLE).number == 2
    assert practice.get_attempt(attempt, user_id=user).version.number == 1
    assert practice.get_attempt(attempt, user_id=user).version.title != "A new title"


def test_going_back_to_old_files_publishes_the_old_version_again(mole: Bank) -> None:
    store_bank(mole, NOW)
    store_bank(changed(mole, "A new title", "b" * 64), NOW)
    store_bank(mole, NOW)
    assert published_version(MOLE).number == 1
    assert db.session.scalar(sa.select(sa.func.count(ExerciseVersion.id))) == 2


def test_what_is_stored_is_what_was_read(bundled_bank: Bank) -> None:
    store_bank(bundled_bank, NOW)
    for entry in bundled_bank.exercises:
        assert chart_of(published_version(entry.exercise.id)) == entry.exercise


def test_an_unknown_chart() -> None:
    with pytest.raises(NotFound):
        published_version("nothing-here")
