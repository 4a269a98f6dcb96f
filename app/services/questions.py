"""Questions in the database: loading files as immutable versions, and practising them one by one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.codebook.library import Library
from app.domain.errors import InvalidInput, NotFound
from app.domain.exercises.sections import SECTIONS
from app.domain.questions.question import Question as Content
from app.domain.questions.question import question_from_json, question_to_json
from app.domain.questions.selection import Place, Round, Standing, Which, choose_next, find_place
from app.extensions import db
from app.models import Question, QuestionAnswer, QuestionVersion
from app.models.exercises import Origin
from app.services.question_files import QuestionBank, QuestionEntry, question_hashes, read_questions
from app.services.transactions import begin_write

ALL_SECTIONS = "all"
"""Stands for the name of a section where a round goes through all of them."""


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """What a load did: how many questions are new, changed, unchanged, and which were left out or taken away."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    broken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionStanding:
    """How far a person is in one section; ``right`` counts questions whose last answer was right."""

    section: str
    title: str
    total: int
    answered: int
    right: int
    #: The number of the person's last answer in it, 0 without one.
    last_answer: int

    @property
    def wrong(self) -> int:
        return self.answered - self.right

    @property
    def is_through(self) -> bool:
        return self.answered == self.total


def load_questions(
    folder: Path, library: Library, now: datetime, *, drafts: bool = False, origin: Origin = Origin.OWN
) -> QuestionReport:
    """Load every double-coded question of a bank folder that checks clean; idempotent by content hash.

    A question left out because of an error keeps its older version. From the bundled bank, questions that it
    no longer has are withdrawn; answers to them stay.
    """
    if count := _all_published(question_hashes(folder), origin):
        return QuestionReport(unchanged=count)
    return store_questions(read_questions(folder, library, drafts=drafts), now, origin=origin)


def store_questions(bank: QuestionBank, now: datetime, *, origin: Origin = Origin.BUNDLED) -> QuestionReport:
    """Store what was read: unchanged → nothing, changed → a new version, published."""
    begin_write()
    done = {"added": 0, "changed": 0, "unchanged": 0}
    for entry in bank.questions:
        done[_store(entry, now, origin)] += 1
    kept = {entry.question.id for entry in bank.questions} | set(bank.broken)
    withdrawn = _withdraw(kept) if origin is Origin.BUNDLED else ()
    db.session.commit()
    return QuestionReport(**done, broken=bank.broken, drafts=bank.drafts, withdrawn=withdrawn)


def section_standings(user_id: int) -> list[SectionStanding]:
    """Return every section that has questions, in the order of the exam, with where the person stands."""
    by_section: dict[str, list[Standing]] = {}
    for section, standing in _standings(user_id):
        by_section.setdefault(section, []).append(standing)
    return [
        SectionStanding(
            section=section,
            title=title,
            total=len(found),
            answered=sum(s.last_answer > 0 for s in found),
            right=sum(bool(s.was_right) for s in found),
            last_answer=max(s.last_answer for s in found),
        )
        for section, title in SECTIONS.items()
        if (found := by_section.get(section, []))
    ]


def begin_round(which: Which, *, user_id: int) -> Round:
    """Return a round that begins now."""
    last = db.session.scalar(sa.select(sa.func.max(QuestionAnswer.id)).where(QuestionAnswer.user_id == user_id))
    return Round(which, last or 0)


def next_question(section: str, round_: Round, *, user_id: int, after: str = "") -> str | None:
    """Return the slug of the question to take next, None when the round is through. Raises NotFound."""
    chosen = choose_next(_of_section(section, user_id), round_, after=after)
    return chosen.slug if chosen else None


def place_in_round(section: str, round_: Round, *, user_id: int, slug: str = "") -> Place:
    """Return how far a person is in a round. Raises NotFound for a section without questions."""
    return find_place(_of_section(section, user_id), round_, slug=slug)


def published_question(slug: str) -> QuestionVersion:
    """Return the version that people get now. Raises NotFound."""
    rows = sa.select(QuestionVersion).join(Question).where(Question.slug == slug, QuestionVersion.is_published)
    version: QuestionVersion | None = db.session.scalar(rows.options(joinedload(QuestionVersion.question)))
    if version is None:
        raise NotFound("There is no such question. The list of sections shows where there are some.")
    return version


def question_of(version: QuestionVersion) -> Content:
    """Return the question with its right answer, as the domain knows it."""
    return question_from_json(version.content)


def answer(slug: str, *, version_id: int, chosen: str, user_id: int, now: datetime) -> int:
    """Store an answer to the version that was shown and return its number.

    Raises InvalidInput when nothing was chosen, NotFound for a version of another question.
    """
    begin_write()
    version: QuestionVersion | None = db.session.scalar(
        sa.select(QuestionVersion).join(Question).where(QuestionVersion.id == version_id, Question.slug == slug)
    )
    if version is None:
        raise NotFound("There is no such question. The list of sections shows where there are some.")
    option = question_of(version).find_option(chosen)
    if option is None:
        raise InvalidInput("Choose one of the four answers, then check it.")
    row = QuestionAnswer(
        user_id=user_id, version_id=version.id, chosen=option.id, is_right=option.is_right, answered_at=now
    )
    db.session.add(row)
    db.session.commit()
    return row.id


def get_answer(answer_id: int, *, user_id: int) -> QuestionAnswer:
    """Return an answer of this person with its version. Somebody else's is not found."""
    rows = sa.select(QuestionAnswer).where(QuestionAnswer.id == answer_id, QuestionAnswer.user_id == user_id)
    load = joinedload(QuestionAnswer.version).joinedload(QuestionVersion.question)
    found: QuestionAnswer | None = db.session.scalar(rows.options(load))
    if found is None:
        raise NotFound("There is no such answer among yours.")
    return found


def _of_section(section: str, user_id: int) -> list[Standing]:
    found = [standing for _, standing in _standings(user_id, None if section == ALL_SECTIONS else section)]
    if not found:
        raise NotFound("There are no questions in this section. The list of sections shows where there are.")
    return found


def _standings(user_id: int, section: str | None = None) -> list[tuple[str, Standing]]:
    """Return (section, standing) of every published question; two queries, whatever the size."""
    rows = sa.select(
        QuestionVersion.question_id,
        Question.slug,
        QuestionVersion.section,
        QuestionVersion.difficulty,
        QuestionVersion.place,
        QuestionVersion.case,
    ).join(Question)
    rows = rows.where(QuestionVersion.is_published)
    if section is not None:
        rows = rows.where(QuestionVersion.section == section)
    given = _answers(user_id)
    found = []
    for question_id, slug, where, difficulty, place, case in db.session.execute(rows):
        last, was_right = given.get(question_id, (0, None))
        standing = Standing(
            slug=slug, difficulty=difficulty, place=place, case=case, last_answer=last, was_right=was_right
        )
        found.append((where, standing))
    return found


def _answers(user_id: int) -> dict[int, tuple[int, bool]]:
    """Return, by question: the number of the last answer, and whether it was right."""
    newest = (
        sa.select(QuestionVersion.question_id.label("question"), sa.func.max(QuestionAnswer.id).label("last"))
        .join(QuestionVersion, QuestionVersion.id == QuestionAnswer.version_id)
        .where(QuestionAnswer.user_id == user_id)
        .group_by(QuestionVersion.question_id)
        .subquery()
    )
    rows = sa.select(newest.c.question, newest.c.last, QuestionAnswer.is_right)
    joined = rows.join(newest, newest.c.last == QuestionAnswer.id)
    return {question: (last, right) for question, last, right in db.session.execute(joined)}


def _all_published(hashes: dict[str, str], origin: Origin) -> int:
    """Return how many questions there are if each is published just as its file is now, and no other; else 0."""
    rows = (
        sa.select(Question.slug, QuestionVersion.content_hash)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(QuestionVersion.is_published, Question.origin == origin)
    )
    published = {slug: content_hash for slug, content_hash in db.session.execute(rows)}
    db.session.rollback()
    same = hashes == published if origin is Origin.BUNDLED else hashes.items() <= published.items()
    return len(hashes) if same else 0


def _store(entry: QuestionEntry, now: datetime, origin: Origin) -> str:
    question = db.session.scalar(sa.select(Question).where(Question.slug == entry.question.id))
    is_new = question is None
    if question is None:
        question = Question(slug=entry.question.id, created_at=now)
        db.session.add(question)
        db.session.flush()
    question.origin = origin
    versions = {version.content_hash: version for version in question.versions}
    known = versions.get(entry.content_hash)
    if known is not None and known.is_published:
        known.place = entry.place
        return "unchanged"
    _publish(question.id, known or _add_version(question.id, entry, number=len(versions) + 1, now=now))
    return "added" if is_new else "changed"


def _add_version(question_id: int, entry: QuestionEntry, *, number: int, now: datetime) -> QuestionVersion:
    content = entry.question
    version = QuestionVersion(
        question_id=question_id,
        number=number,
        content_hash=entry.content_hash,
        section=content.section,
        difficulty=content.difficulty,
        case=content.case.id if content.case else "",
        place=entry.place,
        content=question_to_json(content),
        review=[_coding(asdict(coding)) for coding in entry.codings],
        created_at=now,
    )
    db.session.add(version)
    return version


def _coding(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"date": data["date"].isoformat()}


def _publish(question_id: int, version: QuestionVersion) -> None:
    _unpublish([question_id])
    version.is_published = True
    db.session.flush()


def _withdraw(kept: set[str]) -> tuple[str, ...]:
    """Take questions out of use that the files no longer hold; answers to them stay."""
    rows = sa.select(Question.id, Question.slug).join(QuestionVersion)
    rows = rows.where(QuestionVersion.is_published, Question.origin == Origin.BUNDLED)
    gone = {slug: number for number, slug in db.session.execute(rows) if slug not in kept}
    _unpublish(list(gone.values()))
    return tuple(sorted(gone))


def _unpublish(question_ids: Sequence[int]) -> None:
    if question_ids:
        db.session.execute(
            sa.update(QuestionVersion).where(QuestionVersion.question_id.in_(question_ids)).values(is_published=False)
        )
        db.session.flush()
