"""The worklist of one person: every published chart with where they stand."""

from datetime import datetime

import sqlalchemy as sa

from app.domain.worklist import Row
from app.extensions import db
from app.models import Attempt, Exercise, ExerciseSection, ExerciseVersion, Grade, Submission


def worklist_rows(user_id: int) -> list[Row]:
    """Return a row for each published chart, in no particular order. Four queries, whatever the size."""
    best = _best_scores(user_id)
    open_attempts = _open_attempts(user_id)
    sections = _sections()
    rows = []
    for version, slug in _published():
        score, count, last = best.get(version.exercise_id, (None, 0, None))
        rows.append(
            Row(
                slug=slug,
                title=version.title,
                setting=version.setting,
                specialty=version.specialty,
                sections=tuple(sections.get(version.id, ())),
                topics=tuple(version.topics),
                priority=version.priority,
                difficulty=version.difficulty,
                minutes=version.minutes,
                best=None if score is None else score / 10_000,
                submissions=count,
                last_submitted=last,
                open_attempt=open_attempts.get(version.exercise_id),
            )
        )
    return rows


def _published() -> list[tuple[ExerciseVersion, str]]:
    rows = (
        sa.select(ExerciseVersion, Exercise.slug)
        .join(Exercise)
        .where(ExerciseVersion.is_published)
        .options(sa.orm.defer(ExerciseVersion.content), sa.orm.defer(ExerciseVersion.review))
    )
    return [(version, slug) for version, slug in db.session.execute(rows)]


def _sections() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = (
        sa.select(ExerciseSection.version_id, ExerciseSection.section)
        .join(ExerciseVersion, ExerciseVersion.id == ExerciseSection.version_id)
        .where(ExerciseVersion.is_published)
        .order_by(ExerciseSection.section)
    )
    for version_id, section in db.session.execute(rows):
        found.setdefault(version_id, []).append(section)
    return found


def _best_scores(user_id: int) -> dict[int, tuple[int | None, int, datetime | None]]:
    rows = (
        sa.select(
            Attempt.exercise_id,
            sa.func.max(Grade.score),
            sa.func.count(sa.distinct(Submission.id)),
            sa.func.max(Attempt.submitted_at),
        )
        .join(Submission, Submission.attempt_id == Attempt.id)
        .outerjoin(Grade, sa.and_(Grade.submission_id == Submission.id, Grade.superseded_at.is_(None)))
        .where(Attempt.user_id == user_id)
        .group_by(Attempt.exercise_id)
    )
    return {exercise: (score, count, last) for exercise, score, count, last in db.session.execute(rows)}


def _open_attempts(user_id: int) -> dict[int, int]:
    rows = sa.select(Attempt.exercise_id, Attempt.id).where(Attempt.user_id == user_id, Attempt.submitted_at.is_(None))
    return {exercise: attempt for exercise, attempt in db.session.execute(rows)}
