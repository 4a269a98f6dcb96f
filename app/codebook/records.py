"""Owns what the code books hand out: books, entries with their notes, hits, conflicts, modifiers."""

from dataclasses import dataclass, field
from datetime import date

from app.domain.codes.code import Code, CodeSystem

#: What a kind of note is called on a page, in the order of the printed book.
NOTE_LABELS = {
    "inclusion": "Inclusion term",
    "includes": "Includes",
    "note": "Note",
    "excludes1": "Excludes1",
    "excludes2": "Excludes2",
    "code_first": "Code first",
    "use_additional": "Use additional code",
    "code_also": "Code also",
    "seventh": "7th character",
}


@dataclass(frozen=True, slots=True)
class Book:
    """One release of one code system. ``effective_to`` None means until further notice.

    ``partial`` says that a code missing from this book may still exist (starter sets).
    """

    id: str
    system: CodeSystem
    release: str
    publisher: str
    effective_from: date
    effective_to: date | None
    licence: str
    sha256: str
    counts: dict[str, int] = field(hash=False)
    note: str = ""
    title: str = ""
    partial: bool = False

    def covers(self, day: date) -> bool:
        """Tell whether the release is in force on that day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, slots=True)
class Note:
    """A note as printed. ``source`` is the code, section or chapter that carries it.

    ``codes`` are the leading characters ("O244") or ranges ("A00-A09") it names, bare; empty means
    that it names none or couldn't be read: then a person has to decide.
    """

    kind: str
    text: str
    source: str
    source_title: str = ""
    codes: tuple[str, ...] = ()
    inherited: bool = False

    @property
    def label(self) -> str:
        return NOTE_LABELS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Titled:
    """A code, section or chapter by name, as a page lists it."""

    code: str
    title: str
    billable: bool = False


@dataclass(frozen=True, slots=True)
class Seventh:
    """One choice of a 7th character; ``code`` is set where the choice completes this very code."""

    char: str
    label: str
    code: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything a page shows of one code."""

    code: Code
    book: Book
    chapter: Titled | None
    section: Titled | None
    path: tuple[Titled, ...]
    notes: tuple[Note, ...]
    children: tuple[Titled, ...]
    seventh: tuple[Seventh, ...]
    message: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """One row of the finder; ``why`` says for people what matched."""

    code: str
    title: str
    billable: bool
    system: CodeSystem
    why: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two codes that an Excludes1 note keeps apart; ``owner`` carries the note."""

    codes: tuple[str, str]
    text: str
    owner: str
    owner_title: str = ""


@dataclass(frozen=True, slots=True)
class Modifier:
    """A two-character modifier of CPT or HCPCS Level II."""

    code: str
    title: str
    system: CodeSystem


@dataclass(frozen=True, slots=True)
class Table:
    """A small table that isn't a code system: places of service, POA indicators, patient rules."""

    id: str
    title: str
    release: str
    publisher: str
    effective_from: date
    effective_to: date | None
    licence: str
    sha256: str
    counts: dict[str, int] = field(hash=False)
    note: str = ""
