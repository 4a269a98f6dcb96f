"""What a person has submitted: the history and the figures of the progress page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.extensions import db
from app.models import Attempt, Exercise, ExerciseSection, ExerciseVersion, Grade, GradeEntry, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One submission. ``score`` is 0 to 1, None while it waits for its grade; times in seconds."""

    attempt_id: int
    slug: str
    title: str
    specialty: str
    submitted_at: datetime
    active_seconds: int
    standard_seconds: int
    score: float | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class SectionAccuracy:
    """Mean score, 0 to 1, of the first submissions of each chart in a section."""

    section: str
    mean: float
    charts: int


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often a reason stands in the ledgers and what it cost, in weight units."""

    reason: str
    times: int
    lost: float


def history(user_id: int, *, limit: int | None = None, offset: int = 0) -> list[HistoryRow]:
    """Return the person's submissions, newest first."""
    rows = _submissions(user_id).limit(limit).offset(offset)
    return [
        HistoryRow(
            attempt_id=attempt_id,
            slug=slug,
            title=title,
            specialty=specialty,
            submitted_at=submitted_at,
            active_seconds=seconds,
            standard_seconds=60 * minutes,
            score=None if score is None else score / 10_000,
            is_first=number == 1,
        )
        for attempt_id, slug, title, specialty, minutes, submitted_at, seconds, score, number in db.session.execute(
            rows
        )
    ]


def _submissions(user_id: int) -> sa.Select[Any]:
    first = sa.func.row_number().over(partition_by=Attempt.exercise_id, order_by=(Attempt.submitted_at, Attempt.id))
    return (
        sa.select(
            Attempt.id,
            Exercise.slug,
            ExerciseVersion.title,
            ExerciseVersion.specialty,
            ExerciseVersion.minutes,
            Submission.submitted_at,
            Submission.active_seconds,
            Grade.score,
            first,
        )
        .join(Submission, Submission.attempt_id == Attempt.id)
        .join(ExerciseVersion, ExerciseVersion.id == Attempt.version_id)
        .join(Exercise, Exercise.id == Attempt.exercise_id)
        .outerjoin(Grade, _is_current())
        .where(Attempt.user_id == user_id)
        .order_by(Submission.submitted_at.desc(), Submission.id.desc())
    )


def count_submissions(user_id: int) -> int:
    """Return how many answers the person has handed in."""
    rows = sa.select(sa.func.count(Submission.id)).join(Attempt).where(Attempt.user_id == user_id)
    return db.session.scalar(rows) or 0


def accuracy_by_section(user_id: int) -> list[SectionAccuracy]:
    """Return the mean first-try score of each section the person has coded charts of, weakest first."""
    number = sa.func.row_number().over(partition_by=Attempt.exercise_id, order_by=(Attempt.submitted_at, Attempt.id))
    tries = (
        sa.select(Attempt.version_id, Submission.id.label("submission_id"), number.label("number"))
        .join(Submission, Submission.attempt_id == Attempt.id)
        .where(Attempt.user_id == user_id)
        .subquery()
    )
    rows = (
        sa.select(ExerciseSection.section, sa.func.avg(Grade.score), sa.func.count())
        .join(tries, tries.c.version_id == ExerciseSection.version_id)
        .join(Grade, sa.and_(Grade.submission_id == tries.c.submission_id, Grade.superseded_at.is_(None)))
        .where(tries.c.number == 1)
        .group_by(ExerciseSection.section)
    )
    found = [SectionAccuracy(s, float(mean) / 10_000, count) for s, mean, count in db.session.execute(rows)]
    return sorted(found, key=lambda accuracy: (accuracy.mean, accuracy.section))


def most_frequent_reasons(user_id: int, *, limit: int = 8) -> list[ReasonCount]:
    """Return the most frequent reasons for lost points, the costliest of them first."""
    times = sa.func.count()
    rows = (
        sa.select(GradeEntry.reason, times, sa.func.sum(GradeEntry.lost))
        .join(Grade, Grade.id == GradeEntry.grade_id)
        .join(Submission, Submission.id == Grade.submission_id)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .where(Attempt.user_id == user_id, Grade.superseded_at.is_(None))
        .group_by(GradeEntry.reason)
        .order_by(times.desc(), GradeEntry.reason)
        .limit(limit)
    )
    found = [ReasonCount(reason, count, int(lost) / 1000) for reason, count, lost in db.session.execute(rows)]
    return sorted(found, key=lambda reason: (-reason.lost, reason.reason))


def _is_current() -> sa.ColumnElement[bool]:
    return sa.and_(Grade.submission_id == Submission.id, Grade.superseded_at.is_(None))
