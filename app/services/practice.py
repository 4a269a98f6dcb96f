"""Practising a chart: open, save drafts, check the claim, submit, grade."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.codebook.library import Library
from app.domain.errors import AttemptClosed, Conflict, InvalidInput, NotFound
from app.domain.exercises.exercise import Setting
from app.domain.exercises.siblings import choose_sister
from app.domain.grading.answer import parse_answer
from app.domain.marks import read_marks
from app.domain.sheet import Sheet, answer_data, read_sheet
from app.extensions import db
from app.models import Attempt, ExerciseVersion, Submission
from app.services.exercises import published_version
from app.services.grading import ensure_graded
from app.services.transactions import begin_write

MOST_SAVES = 2**31 - 1
LONGEST_SITTING = 10**6
"""Seconds; a page that claims more is not believed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a page sends when it saves. ``revision`` is the save it is based on."""

    revision: int
    sheet: Sheet
    marks: Sequence[Mapping[str, Any]]
    active_seconds: int


class DraftConflict(Conflict):
    """Another tab saved first; carries what is stored so that the person can choose."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__("This chart was changed in another tab or window. Choose which answer to keep.")
        self.revision = attempt.revision
        self.sheet = attempt.sheet
        self.marks = attempt.marks


def open_attempt(slug: str, *, user_id: int, now: datetime) -> int:
    """Return the open attempt of a person at a chart, a new one if there is none."""
    begin_write()
    version = published_version(slug)
    exercise_id, version_id = version.exercise_id, version.id
    found = _find_open(user_id, exercise_id)
    if found is not None:
        db.session.rollback()
        return found
    attempt = Attempt(user_id=user_id, exercise_id=exercise_id, version_id=version_id, started_at=now)
    attempt.sibling = upcoming_sibling(version, user_id)
    attempt.sheet = Sheet().to_json()
    db.session.add(attempt)
    try:
        db.session.commit()
    except IntegrityError:  # a second click won the race; its attempt is this person's open one
        db.session.rollback()
        found = _find_open(user_id, exercise_id)
        if found is None:
            raise
        return found
    return attempt.id


def get_attempt(attempt_id: int, *, user_id: int) -> Attempt:
    """Return an attempt of this person, with its version. Somebody else's is not found."""
    attempt: Attempt | None = db.session.scalar(
        sa.select(Attempt)
        .where(Attempt.id == attempt_id, Attempt.user_id == user_id)
        .options(joinedload(Attempt.version).joinedload(ExerciseVersion.exercise))
    )
    if attempt is None:
        raise NotFound("There is no such attempt among yours. Your history lists all of them.")
    return attempt


def read_draft(data: object) -> Draft:
    """Read what a page sent. Raises InvalidInput naming what is wrong with it."""
    if not isinstance(data, Mapping):
        raise InvalidInput("A draft must be an object.")
    revision, seconds = data.get("revision"), data.get("active_seconds", 0)
    if type(revision) is not int or not 0 <= revision < MOST_SAVES:
        raise InvalidInput("A draft needs “revision”: the whole number that the last save returned, 0 at first.")
    if type(seconds) not in (int, float) or not math.isfinite(seconds):
        raise InvalidInput("A draft needs “active_seconds”: a number of seconds.")
    return Draft(
        revision=revision,
        sheet=read_sheet(data.get("sheet")),
        marks=read_marks(data.get("marks", [])),
        active_seconds=int(min(max(0, seconds), LONGEST_SITTING)),
    )


def save_draft(attempt_id: int, draft: Draft, *, user_id: int, now: datetime) -> int:
    """Store a draft and return its revision.

    Raises DraftConflict if the page's revision isn't the stored one, AttemptClosed after submitting.
    """
    begin_write()
    attempt = get_attempt(attempt_id, user_id=user_id)
    _refuse_closed(attempt)
    values = {
        "sheet": draft.sheet.to_json(),
        "marks": list(draft.marks),
        "active_seconds": _plausible(draft.active_seconds, attempt, now),
        "revision": draft.revision + 1,
        "saved_at": now,
    }
    # compare-and-set in one statement: of two tabs saving at once, one wins and one is told
    saved = db.session.execute(
        sa.update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.revision == draft.revision, Attempt.submitted_at.is_(None))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if saved.rowcount != 1:  # type: ignore[attr-defined]
        db.session.rollback()
        current = get_attempt(attempt_id, user_id=user_id)
        _refuse_closed(current)
        raise DraftConflict(current)
    db.session.commit()
    return draft.revision + 1


def submit(
    attempt_id: int, sheet: Sheet, *, active_seconds: int, user_id: int, now: datetime, library: Library
) -> None:
    """Hand in an answer and grade it: two transactions, so a failing grader loses no submission.

    Raises InvalidInput for a blank sheet, AnswerRefused for one that can't be graded as a whole,
    AttemptClosed when it was already handed in.
    """
    begin_write()
    attempt = get_attempt(attempt_id, user_id=user_id)
    _refuse_closed(attempt)
    if sheet.is_blank:
        raise InvalidInput("There is nothing to grade yet. Enter at least one code, then submit.")
    data = answer_data(sheet, inpatient=attempt.version.setting == Setting.INPATIENT)
    parse_answer(data)
    submission = _close(attempt, sheet, data, seconds=_plausible(active_seconds, attempt, now), now=now)
    try:
        db.session.commit()
    except IntegrityError:  # the other of two clicks was first
        db.session.rollback()
        raise AttemptClosed("This attempt was already submitted.") from None
    ensure_graded(submission.id, now=now, library=library)


def _close(attempt: Attempt, sheet: Sheet, data: dict[str, Any], *, seconds: int, now: datetime) -> Submission:
    attempt.sheet = sheet.to_json()
    attempt.active_seconds = seconds
    attempt.submitted_at = now
    attempt.revision += 1
    submission = Submission(attempt_id=attempt.id, answer=data, active_seconds=seconds, submitted_at=now)
    db.session.add(submission)
    return submission


def upcoming_sibling(version: ExerciseVersion, user_id: int) -> str:
    """Return the sister chart that is open, else the one that the person has met least; "" for an ordinary chart."""
    if not version.siblings:
        return ""
    still_open = sa.select(Attempt.sibling).where(
        Attempt.user_id == user_id, Attempt.version_id == version.id, Attempt.submitted_at.is_(None)
    )
    if found := db.session.scalar(still_open):
        return str(found)
    rows = (
        sa.select(Attempt.sibling, sa.func.count(Attempt.id), sa.func.max(Attempt.id))
        .where(Attempt.user_id == user_id, Attempt.exercise_id == version.exercise_id)
        .group_by(Attempt.sibling)
    )
    met = {sibling: (count, last) for sibling, count, last in db.session.execute(rows)}
    return choose_sister([entry["id"] for entry in version.siblings], met)


def _find_open(user_id: int, exercise_id: int) -> int | None:
    return db.session.scalar(
        sa.select(Attempt.id).where(
            Attempt.user_id == user_id, Attempt.exercise_id == exercise_id, Attempt.submitted_at.is_(None)
        )
    )


def _refuse_closed(attempt: Attempt) -> None:
    if attempt.submitted_at is not None:
        raise AttemptClosed("This attempt was already submitted; its answer can't be changed any more.")


def _plausible(seconds: int, attempt: Attempt, now: datetime) -> int:
    """Keep the page's own clock within what has really passed, and never let it run backwards."""
    passed = max(0, int((now - attempt.started_at).total_seconds()))
    return max(attempt.active_seconds, min(seconds, passed))
