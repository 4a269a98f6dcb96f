"""What a person writes into their own code book: notes, bookmarks, recent look-ups. Never anybody else's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from app.domain.codes.code import CodeSystem
from app.domain.errors import Conflict, InvalidInput
from app.domain.texts import plain_text
from app.extensions import db
from app.models import CodeBookmark, CodeNote, CodeVisit
from app.models.annotations import LONGEST_NOTE as LONGEST_NOTE
from app.services.transactions import begin_write

MOST_NOTES = 1000
MOST_BOOKMARKS = 500
MOST_VISITS = 30
MOST_SAVES = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a person has written at one code; ``revision`` 0 means that they never saved a note there."""

    text: str = ""
    revision: int = 0
    is_bookmarked: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A code that somebody noted, bookmarked or looked up, and when they last did."""

    system: CodeSystem
    code: str
    at: datetime
    text: str = ""
    revision: int = 0


class NoteConflict(Conflict):
    """Another window saved this note first; carries what is stored so that the person can choose."""

    def __init__(self, text: str, revision: int) -> None:
        super().__init__("You changed this note in another window. Both texts are shown: keep what you need of them.")
        self.text = text
        self.revision = revision


def annotation(user_id: int, system: CodeSystem, code: str) -> Annotation:
    """Return what a person has written at a code."""
    return annotations(user_id, system, [code]).get(code, Annotation())


def annotations(user_id: int, system: CodeSystem, codes: Sequence[str]) -> dict[str, Annotation]:
    """Return what a person has written at any of some codes, by code; two questions however many codes."""
    noted: dict[str, tuple[str, int]] = {
        code: (text, revision)
        for code, text, revision in db.session.execute(
            sa.select(CodeNote.code, CodeNote.text, CodeNote.revision).where(
                CodeNote.user_id == user_id, CodeNote.system == system.value, CodeNote.code.in_(codes)
            )
        )
    }
    marked = set(
        db.session.scalars(
            sa.select(CodeBookmark.code).where(
                CodeBookmark.user_id == user_id, CodeBookmark.system == system.value, CodeBookmark.code.in_(codes)
            )
        )
    )
    return {code: Annotation(*noted.get(code, ("", 0)), code in marked) for code in {*noted, *marked}}


def save_note(user_id: int, system: CodeSystem, code: str, text: str, *, revision: int, now: datetime) -> Annotation:
    """Store a note that was written on the saved state ``revision``; an empty text removes it.

    Raises InvalidInput for a text that is too long and NoteConflict when another window was first.
    """
    text = _clean(text)
    begin_write()
    stored = _find_note(user_id, system, code)
    if stored is None:
        return _add_note(user_id, system, code, text, now)
    if stored.text == text:
        db.session.rollback()
        return Annotation(text, stored.revision)
    # compare-and-set in one statement: of two windows saving at once, one wins and one is told
    saved = db.session.execute(
        sa.update(CodeNote)
        .where(
            CodeNote.user_id == user_id,
            CodeNote.system == system.value,
            CodeNote.code == code,
            CodeNote.revision == min(revision, MOST_SAVES - 1),
        )
        .values(text=text, revision=CodeNote.revision + 1, saved_at=now)
        .execution_options(synchronize_session=False)
    )
    if saved.rowcount != 1:  # type: ignore[attr-defined]
        raise _conflict(user_id, system, code)
    db.session.commit()
    return Annotation(text, revision + 1)


def set_bookmark(user_id: int, system: CodeSystem, code: str, *, on: bool, now: datetime) -> None:
    """Set or take away a bookmark; twice is the same as once. Raises InvalidInput when there are too many."""
    begin_write()
    there = db.session.get(CodeBookmark, (user_id, system.value, code))
    if on and there is None:
        count = db.session.scalar(
            sa.select(sa.func.count()).select_from(CodeBookmark).where(CodeBookmark.user_id == user_id)
        )
        if (count or 0) >= MOST_BOOKMARKS:
            db.session.rollback()
            raise InvalidInput(f"You have {MOST_BOOKMARKS} bookmarks, as many as fit. Take one away to set another.")
        db.session.add(CodeBookmark(user_id=user_id, system=system.value, code=code, set_at=now))
    elif not on and there is not None:
        db.session.delete(there)
    _commit_or_leave()


def record_visit(user_id: int, system: CodeSystem, code: str, *, now: datetime) -> None:
    """Remember that a person looked a code up; the newest ``MOST_VISITS`` codes are kept, each once.

    A database that can't take it just now costs the entry in the list, never the look-up itself.
    """
    try:
        _record_visit(user_id, system, code, now)
    except OperationalError:
        db.session.rollback()


def notes(user_id: int) -> list[Kept]:
    """Return every note of a person, the last written first."""
    rows = db.session.scalars(
        sa.select(CodeNote)
        .where(CodeNote.user_id == user_id, CodeNote.text != "")
        .order_by(CodeNote.saved_at.desc(), CodeNote.code)
    )
    return [Kept(CodeSystem(row.system), row.code, row.saved_at, row.text, row.revision) for row in rows]


def bookmarks(user_id: int, limit: int | None = None) -> list[Kept]:
    """Return the bookmarks of a person, the last set first."""
    rows = db.session.scalars(
        sa.select(CodeBookmark)
        .where(CodeBookmark.user_id == user_id)
        .order_by(CodeBookmark.set_at.desc(), CodeBookmark.code)
        .limit(limit)
    )
    return [Kept(CodeSystem(row.system), row.code, row.set_at) for row in rows]


def visits(user_id: int, limit: int = MOST_VISITS) -> list[Kept]:
    """Return the codes a person looked up last, the newest first, each once."""
    rows = db.session.scalars(
        sa.select(CodeVisit)
        .where(CodeVisit.user_id == user_id)
        .order_by(CodeVisit.visited_at.desc(), CodeVisit.code)
        .limit(limit)
    )
    return [Kept(CodeSystem(row.system), row.code, row.visited_at) for row in rows]


def _record_visit(user_id: int, system: CodeSystem, code: str, now: datetime) -> None:
    newest = next(iter(visits(user_id, 1)), None)
    if newest is not None and (newest.system, newest.code) == (system, code):
        return
    begin_write()
    there = db.session.get(CodeVisit, (user_id, system.value, code))
    if there is None:
        db.session.add(CodeVisit(user_id=user_id, system=system.value, code=code, visited_at=now))
    else:
        there.visited_at = now
    try:
        db.session.flush()
    except IntegrityError:  # the same code in another window, at the same moment
        db.session.rollback()
        return
    db.session.execute(_forget_old_visits(user_id))
    db.session.commit()


def _forget_old_visits(user_id: int) -> sa.Delete:
    """Delete what is older than the last look-up that is kept; nothing while there are fewer."""
    last = (
        sa.select(CodeVisit.visited_at)
        .where(CodeVisit.user_id == user_id)
        .order_by(CodeVisit.visited_at.desc())
        .offset(MOST_VISITS - 1)
        .limit(1)
        .scalar_subquery()
    )
    old = sa.delete(CodeVisit).where(CodeVisit.user_id == user_id, CodeVisit.visited_at < last)
    return old.execution_options(synchronize_session=False)


def _clean(text: str) -> str:
    """Return a text as it is kept. Raises InvalidInput when it is too long; nothing is ever cut off."""
    kept = plain_text(text.replace("\r\n", "\n").replace("\r", "\n"), len(text)).strip()
    over = len(kept) - LONGEST_NOTE
    if over > 0:
        raise InvalidInput(
            f"This note has {len(kept):,} characters and {LONGEST_NOTE:,} fit: shorten it by {over:,}. "
            "Nothing was saved yet."
        )
    return kept


def _find_note(user_id: int, system: CodeSystem, code: str) -> CodeNote | None:
    found: CodeNote | None = db.session.get(CodeNote, (user_id, system.value, code))
    return found


def _add_note(user_id: int, system: CodeSystem, code: str, text: str, now: datetime) -> Annotation:
    """Store the first note at a code."""
    if not text:
        db.session.rollback()
        return Annotation()
    count = db.session.scalar(
        sa.select(sa.func.count()).select_from(CodeNote).where(CodeNote.user_id == user_id, CodeNote.text != "")
    )
    if (count or 0) >= MOST_NOTES:
        db.session.rollback()
        raise InvalidInput(f"You have {MOST_NOTES:,} notes, as many as fit. Remove one to write another.")
    db.session.add(CodeNote(user_id=user_id, system=system.value, code=code, text=text, revision=1, saved_at=now))
    try:
        db.session.commit()
    except IntegrityError:  # another window wrote the first note at the same moment
        raise _conflict(user_id, system, code) from None
    return Annotation(text, 1)


def _conflict(user_id: int, system: CodeSystem, code: str) -> NoteConflict:
    db.session.rollback()
    stored = _find_note(user_id, system, code)
    return NoteConflict(stored.text, stored.revision) if stored else NoteConflict("", 0)


def _commit_or_leave() -> None:
    """Commit; when another window did the same at the same moment there is nothing left to do."""
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
