"""The bank in the database: loading files as immutable versions, and finding them again."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from app.codebook.library import Library
from app.domain.errors import NotFound
from app.domain.exercises.exercise import Exercise as Chart
from app.domain.exercises.stored import exercise_from_json, exercise_to_json
from app.extensions import db
from app.models import Exercise, ExerciseSection, ExerciseVersion
from app.services.bank import Bank, BankEntry, content_hashes, read_bank
from app.services.transactions import begin_write


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did: slugs of new, changed and unchanged exercises, and what was left out and why."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()


def load_bank(folder: Path, library: Library, now: datetime, *, drafts: bool = False) -> LoadReport:
    """Load every reviewed chart of a bank folder that checks clean; idempotent by content hash.

    A chart with problems is left out and named in the report; the version loaded before stays.
    ``drafts`` loads charts that nobody has double-coded, too.
    """
    unchanged = _all_published(content_hashes(folder))
    if unchanged:
        return LoadReport(unchanged=unchanged)
    return store_bank(read_bank(folder, library, drafts=drafts), now)


def store_bank(bank: Bank, now: datetime) -> LoadReport:
    """Store what was read: unchanged → nothing, changed → a new version, published."""
    begin_write()
    done: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    for entry in bank.exercises:
        done[_store(entry, now)].append(entry.exercise.id)
    db.session.commit()
    return LoadReport(
        added=tuple(done["added"]),
        changed=tuple(done["changed"]),
        unchanged=tuple(done["unchanged"]),
        broken=bank.broken,
        drafts=bank.drafts,
    )


def published_version(slug: str) -> ExerciseVersion:
    """Return the version that new attempts get. Raises NotFound."""
    version: ExerciseVersion | None = db.session.scalar(
        sa.select(ExerciseVersion).join(Exercise).where(Exercise.slug == slug, ExerciseVersion.is_published)
    )
    if version is None:
        raise NotFound("There is no such chart. The worklist shows all of them.")
    return version


def published_versions() -> list[ExerciseVersion]:
    """Return the published version of every exercise, by title."""
    rows = sa.select(ExerciseVersion).join(Exercise).where(ExerciseVersion.is_published)
    return list(
        db.session.scalars(rows.order_by(ExerciseVersion.title).options(sa.orm.joinedload(ExerciseVersion.exercise)))
    )


def chart_of(version: ExerciseVersion) -> Chart:
    """Return the exercise, with its key, as the domain knows it."""
    return exercise_from_json(version.content)


def _all_published(hashes: dict[str, str]) -> tuple[str, ...]:
    """Return the names if every chart is published just as its files are now, else nothing."""
    rows = (
        sa.select(Exercise.slug, ExerciseVersion.content_hash)
        .join(ExerciseVersion, ExerciseVersion.exercise_id == Exercise.id)
        .where(ExerciseVersion.is_published)
    )
    published = dict(db.session.execute(rows).tuples().all())
    db.session.rollback()
    return tuple(sorted(hashes)) if hashes.items() <= published.items() else ()


def _store(entry: BankEntry, now: datetime) -> str:
    exercise = db.session.scalar(sa.select(Exercise).where(Exercise.slug == entry.exercise.id))
    if exercise is None:
        exercise = Exercise(slug=entry.exercise.id, created_at=now)
        db.session.add(exercise)
        db.session.flush()
        _publish(_add_version(exercise, entry, number=1, now=now))
        return "added"
    versions = {v.content_hash: v for v in exercise.versions}
    known = versions.get(entry.content_hash)
    if known is not None and known.is_published:
        return "unchanged"
    _publish(known or _add_version(exercise, entry, number=len(versions) + 1, now=now))
    return "changed"


def _add_version(exercise: Exercise, entry: BankEntry, *, number: int, now: datetime) -> ExerciseVersion:
    chart = entry.exercise
    version = ExerciseVersion(
        exercise_id=exercise.id,
        number=number,
        content_hash=entry.content_hash,
        title=chart.title,
        setting=chart.setting.value,
        specialty=chart.specialty,
        priority=chart.priority,
        difficulty=chart.difficulty,
        minutes=chart.minutes,
        date_of_service=chart.date_of_service,
        topics=list(chart.topics),
        content=exercise_to_json(chart),
        review=entry.review.to_json() if entry.review else {},
        created_at=now,
        sections=[ExerciseSection(section=section) for section in chart.sections],
    )
    db.session.add(version)
    db.session.flush()
    return version


def _publish(version: ExerciseVersion) -> None:
    db.session.execute(
        sa.update(ExerciseVersion).where(ExerciseVersion.exercise_id == version.exercise_id).values(is_published=False)
    )
    db.session.flush()
    version.is_published = True
    db.session.flush()
