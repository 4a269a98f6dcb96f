"""Grading what was submitted, and grading it again. A regrade adds a row, it changes none."""

from datetime import datetime

import sqlalchemy as sa

from app.codebook.library import Library
from app.domain.grading.answer import parse_answer
from app.domain.grading.grade import grade
from app.domain.grading.ledger import Grade as Result
from app.extensions import db
from app.models import Attempt, ExerciseVersion, Grade, GradeEntry, Submission
from app.services.exercises import chart_of
from app.services.transactions import begin_write


def grade_submission(submission_id: int, *, now: datetime, library: Library) -> int:
    """Grade a submission against the version it was made for and return the new grade's id.

    An earlier grade is superseded, not edited.
    """
    begin_write()
    return _grade(submission_id, now=now, library=library).id


def ensure_graded(submission_id: int, *, now: datetime, library: Library) -> Grade:
    """Return the grade of a submission that counts; grade it first if a stop left that undone."""
    found = current_grade(submission_id)
    if found is not None:
        return found
    begin_write()
    # somebody else may have graded it while this one waits for its turn
    db.session.execute(sa.select(Submission.id).where(Submission.id == submission_id).with_for_update())
    return current_grade(submission_id) or _grade(submission_id, now=now, library=library)


def _grade(submission_id: int, *, now: datetime, library: Library) -> Grade:
    submission, version, sibling = db.session.execute(
        sa.select(Submission, ExerciseVersion, Attempt.sibling)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .join(ExerciseVersion, ExerciseVersion.id == Attempt.version_id)
        .where(Submission.id == submission_id)
        .with_for_update(of=Submission)
    ).one()
    chart = chart_of(version, sibling)
    books = library.on(chart.date_of_service)
    result = grade(parse_answer(submission.answer), chart.key, books)
    _supersede(submission_id, now)
    row = _row(submission_id, version.id, result, now)
    row.books = [book.id for book in books.books]
    db.session.add(row)
    db.session.commit()
    return row


def grade_pending(*, now: datetime, library: Library) -> int:
    """Grade every submission that has no grade, as a stop between the two leaves; return how many."""
    waiting = list(
        db.session.scalars(
            sa.select(Submission.id)
            .where(~sa.exists().where(Grade.submission_id == Submission.id))
            .order_by(Submission.id)
        )
    )
    db.session.rollback()
    for submission_id in waiting:
        ensure_graded(submission_id, now=now, library=library)
    return len(waiting)


def current_grade(submission_id: int) -> Grade | None:
    """Return the grade that counts, or None while there is none."""
    return db.session.scalar(
        sa.select(Grade).where(Grade.submission_id == submission_id, Grade.superseded_at.is_(None))
    )


def _supersede(submission_id: int, now: datetime) -> None:
    db.session.execute(
        sa.update(Grade)
        .where(Grade.submission_id == submission_id, Grade.superseded_at.is_(None))
        .values(superseded_at=now)
    )


def _row(submission_id: int, version_id: int, result: Result, now: datetime) -> Grade:
    return Grade(
        submission_id=submission_id,
        version_id=version_id,
        policy=result.policy,
        cost=result.cost,
        worth=result.worth,
        score=round(result.score * 10_000),
        result=result.to_json(),
        graded_at=now,
        entries=[
            GradeEntry(position=i, reason=e.reason.value, lost=e.lost, line=e.line, slot=e.slot, text=e.text)
            for i, e in enumerate(result.ledger)
        ],
    )
