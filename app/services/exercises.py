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
from app.models import Attempt, Exercise, ExerciseSection, ExerciseVersion
from app.models.exercises import Origin
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
    withdrawn: tuple[str, ...] = ()


def load_bank(
    folder: Path, library: Library, now: datetime, *, drafts: bool = False, origin: Origin = Origin.OWN
) -> LoadReport:
    """Load every reviewed chart of a bank folder that checks clean; idempotent by content hash.

    A chart with problems is left out and named in the report; the version loaded before stays.
    ``drafts`` loads charts that nobody has double-coded, too. From the bundled bank, charts that it no
    longer has are withdrawn: nobody can begin them any more, what was done with them stays.
    """
    unchanged = _all_published(content_hashes(folder), origin)
    if unchanged:
        return LoadReport(unchanged=unchanged)
    return store_bank(read_bank(folder, library, drafts=drafts), now, origin=origin)


def store_bank(bank: Bank, now: datetime, *, origin: Origin = Origin.BUNDLED) -> LoadReport:
    """Store what was read: unchanged → nothing, changed → a new version, published."""
    begin_write()
    done: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    for entry in bank.exercises:
        done[_store(entry, now, origin)].append(entry.exercise.id)
    kept = {entry.exercise.id for entry in bank.exercises} | set(bank.broken)
    withdrawn = _withdraw(kept) if origin is Origin.BUNDLED else ()
    db.session.commit()
    return LoadReport(
        added=tuple(done["added"]),
        changed=tuple(done["changed"]),
        unchanged=tuple(done["unchanged"]),
        broken=bank.broken,
        drafts=bank.drafts,
        withdrawn=withdrawn,
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


def chart_of(version: ExerciseVersion, sibling: str = "") -> Chart:
    """Return the exercise, with its key, as the domain knows it: the named sister chart, or the first."""
    found = next((entry["content"] for entry in version.siblings if entry["id"] == sibling), version.content)
    return exercise_from_json(found)


def chart_of_attempt(attempt: Attempt) -> Chart:
    """Return the very chart that an attempt was opened with."""
    return chart_of(attempt.version, attempt.sibling)


def _all_published(hashes: dict[str, str], origin: Origin) -> tuple[str, ...]:
    """Return the names if every chart is published just as its files are now, and no other; else nothing."""
    rows = (
        sa.select(Exercise.slug, ExerciseVersion.content_hash)
        .join(ExerciseVersion, ExerciseVersion.exercise_id == Exercise.id)
        .where(ExerciseVersion.is_published, Exercise.origin == origin)
    )
    published = {slug: content_hash for slug, content_hash in db.session.execute(rows)}
    db.session.rollback()
    same = hashes == published if origin is Origin.BUNDLED else hashes.items() <= published.items()
    return tuple(sorted(hashes)) if same else ()


def _withdraw(kept: set[str]) -> tuple[str, ...]:
    """Take bundled charts out of the worklist that the bank no longer has."""
    rows = (
        sa.select(Exercise.id, Exercise.slug)
        .join(ExerciseVersion)
        .where(ExerciseVersion.is_published, Exercise.origin == Origin.BUNDLED)
    )
    gone = {slug: number for number, slug in db.session.execute(rows) if slug not in kept}
    if gone:
        taken = ExerciseVersion.exercise_id.in_(gone.values())
        db.session.execute(sa.update(ExerciseVersion).where(taken).values(is_published=False))
    return tuple(sorted(gone))


def _store(entry: BankEntry, now: datetime, origin: Origin) -> str:
    exercise = db.session.scalar(sa.select(Exercise).where(Exercise.slug == entry.exercise.id))
    if exercise is not None:
        exercise.origin = origin
    if exercise is None:
        exercise = Exercise(slug=entry.exercise.id, origin=origin, created_at=now)
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
        siblings=[{"id": name, "content": exercise_to_json(sister)} for name, sister in entry.siblings.items()],
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
