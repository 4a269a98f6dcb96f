"""Opening, saving and submitting a chart, on both databases; races and faults included."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.codebook.library import Library
from app.domain.errors import AttemptClosed, InvalidInput, NotFound
from app.domain.sheet import Sheet
from app.extensions import db
from app.models import Attempt, Grade, GradeEntry, Submission
from app.services import grading, practice
from app.services.bank import Bank
from app.services.exercises import store_bank
from tests.factories import NOW, make_user

MOLE = "mole-cryoablation"
LATER = NOW + timedelta(minutes=5)


def count(column: Any) -> int:
    """Count rows as they are now, not as an earlier read saw them."""
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(column))) or 0


def sheet(code: str = "D22.5", procedure: str = "17110", points_to: str = "A") -> Sheet:
    row = {"code": procedure, "modifiers": "", "units": "1", "points_to": points_to}
    return Sheet(({"code": code, "poa": ""},), (row,))


@dataclass
class Desk:
    """One trainee and the code books they are judged by."""

    app: Flask
    user_id: int
    library: Library

    def open(self) -> int:
        return practice.open_attempt(MOLE, user_id=self.user_id, now=NOW)

    def save(self, attempt: int, revision: int, typed: Sheet, seconds: int = 30) -> int:
        draft = practice.Draft(revision, typed, [], seconds)
        return practice.save_draft(attempt, draft, user_id=self.user_id, now=LATER)

    def submit(self, attempt: int, typed: Sheet, seconds: int = 30) -> None:
        practice.submit(attempt, typed, active_seconds=seconds, user_id=self.user_id, now=LATER, library=self.library)


@pytest.fixture
def desk(app_on: Flask, library: Library, few_charts: Bank) -> Iterator[Desk]:
    with app_on.app_context():
        store_bank(few_charts, NOW)
        yield Desk(app_on, make_user().id, library)


def test_opening_twice_goes_on_with_the_same_attempt(desk: Desk) -> None:
    assert desk.open() == desk.open()


def test_many_clicks_at_once_open_one_attempt(desk: Desk) -> None:
    def click(_: int) -> int:
        with desk.app.app_context():
            return desk.open()

    with ThreadPoolExecutor(8) as pool:
        opened = set(pool.map(click, range(16)))
    assert len(opened) == 1
    assert count(Attempt.id) == 1


def test_a_draft_is_kept_as_typed_even_if_it_cannot_be_read(desk: Desk) -> None:
    attempt = desk.open()
    assert desk.save(attempt, 0, sheet(code="what is this?!")) == 1
    stored = practice.get_attempt(attempt, user_id=desk.user_id)
    assert stored.sheet["diagnoses"][0]["code"] == "what is this?!"
    assert stored.saved_at == LATER


def test_a_stale_tab_is_told_and_overwrites_nothing(desk: Desk) -> None:
    attempt = desk.open()
    desk.save(attempt, 0, sheet("D22.5"))
    with pytest.raises(practice.DraftConflict) as conflict:
        desk.save(attempt, 0, sheet("D22.9"))
    assert conflict.value.revision == 1
    assert conflict.value.sheet["diagnoses"][0]["code"] == "D22.5"
    assert practice.get_attempt(attempt, user_id=desk.user_id).sheet["diagnoses"][0]["code"] == "D22.5"


def test_two_tabs_that_save_at_once_have_one_winner(desk: Desk) -> None:
    attempt = desk.open()

    def save(number: int) -> bool:
        with desk.app.app_context():
            try:
                desk.save(attempt, 0, sheet(f"D22.{number}"))
            except practice.DraftConflict:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(save, range(6))) == 1


def test_a_submission_is_graded_and_its_ledger_kept(desk: Desk) -> None:
    attempt = desk.open()
    desk.submit(attempt, sheet("D22.9"))
    grade = db.session.scalars(sa.select(Grade)).one()
    assert (grade.score, grade.cost, grade.worth) == (8500, 600, 4000)
    entries = db.session.scalars(sa.select(GradeEntry)).all()
    assert [(entry.reason, entry.lost) for entry in entries] == [("UNDER_SPECIFIED", 600)]


def test_submitting_twice_keeps_the_first_answer(desk: Desk) -> None:
    attempt = desk.open()
    desk.submit(attempt, sheet("D22.5"))
    with pytest.raises(AttemptClosed):
        desk.submit(attempt, sheet("D22.9"))
    assert db.session.scalars(sa.select(Grade.score)).all() == [10_000]


def test_many_submits_at_once_leave_one_submission_and_one_grade(desk: Desk) -> None:
    attempt = desk.open()

    def click(_: int) -> bool:
        with desk.app.app_context():
            try:
                desk.submit(attempt, sheet())
            except AttemptClosed:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(click, range(6))) == 1
    assert count(Submission.id) == 1
    assert count(Grade.id) == 1


def test_nothing_can_be_saved_after_submitting(desk: Desk) -> None:
    attempt = desk.open()
    desk.submit(attempt, sheet())
    with pytest.raises(AttemptClosed):
        desk.save(attempt, 1, sheet("D22.9"))


def test_a_blank_sheet_is_not_taken(desk: Desk) -> None:
    attempt = desk.open()
    with pytest.raises(InvalidInput, match="nothing to grade"):
        desk.submit(attempt, Sheet())
    assert practice.get_attempt(attempt, user_id=desk.user_id).submitted_at is None


def test_a_new_attempt_can_be_opened_after_submitting(desk: Desk) -> None:
    first = desk.open()
    desk.submit(first, sheet())
    assert desk.open() != first


def test_the_page_cannot_claim_more_time_than_has_passed_nor_turn_the_clock_back(desk: Desk) -> None:
    attempt = desk.open()
    desk.save(attempt, 0, sheet(), seconds=100_000)
    assert practice.get_attempt(attempt, user_id=desk.user_id).active_seconds == 300
    desk.save(attempt, 1, sheet(), seconds=5)
    assert practice.get_attempt(attempt, user_id=desk.user_id).active_seconds == 300


def test_somebody_elses_attempt_is_not_found(desk: Desk) -> None:
    attempt = desk.open()
    other = make_user(username="other").id
    with pytest.raises(NotFound):
        practice.get_attempt(attempt, user_id=other)
    with pytest.raises(NotFound):
        practice.submit(attempt, sheet(), active_seconds=0, user_id=other, now=LATER, library=desk.library)


def test_a_stop_between_submitting_and_grading_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = desk.open()

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(practice, "ensure_graded", stop)
        with pytest.raises(KeyboardInterrupt):
            desk.submit(attempt, sheet())
    assert count(Grade.id) == 0
    assert grading.grade_pending(now=LATER, library=desk.library) == 1
    assert db.session.scalars(sa.select(Grade.score)).all() == [10_000]
    assert grading.grade_pending(now=LATER, library=desk.library) == 0


def test_a_regrade_adds_a_row_and_supersedes_the_old_one(desk: Desk) -> None:
    attempt = desk.open()
    desk.submit(attempt, sheet("D22.9"))
    submission = db.session.scalars(sa.select(Submission.id)).one()
    again = grading.grade_submission(submission, now=LATER, library=desk.library)
    grades = db.session.scalars(sa.select(Grade).order_by(Grade.id)).all()
    assert [grade.superseded_at is None for grade in grades] == [False, True]
    assert grades[0].result == grades[1].result
    current = grading.current_grade(submission)
    assert current is not None
    assert current.id == again


def test_a_chart_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(NotFound, match="no such chart"):
        practice.open_attempt("nothing-here", user_id=desk.user_id, now=NOW)
