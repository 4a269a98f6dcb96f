"""Owns what the code books hand out: books, entries with their notes, hits, conflicts, modifiers."""

from dataclasses import dataclass, field
from datetime import date, datetime

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
class SourceRecord:
    """One file a book was made from; ``kind`` is what people call such files, ``imported_at`` is UTC."""

    name: str
    kind: str
    sha256: str
    imported_at: datetime
    counts: dict[str, int] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """One release of anything installed.

    ``effective_to`` None means until further notice. ``kind`` names the official file, "" for tables written here.
    ``imported`` is False for what comes with Chartroom.
    """

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
    kind: str = ""
    imported: bool = False
    sources: tuple[SourceRecord, ...] = ()

    def covers(self, day: date) -> bool:
        """Tell whether the release is in force on that day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book(Volume):
    """One release of one code system. ``partial``: a code that is missing may still exist (starter sets)."""

    system: CodeSystem
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Volume):
    """One release of what isn't a code system: an index file, an edit table, places of service, patient rules."""


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
    """One row of the finder; ``why`` says for people what matched.

    ``members`` are all codes under this row, which differ by side or 7th character alone, in book order; the
    shown code is the one that fits the query best. ``stem`` is what they have in common. A row that stands
    alone has no members.
    """

    code: str
    title: str
    billable: bool
    system: CodeSystem
    why: str = ""
    stem: str = ""
    members: tuple[Titled, ...] = ()
    #: "code" or "modifier"; a modifier has no page of its own and is never billable alone
    kind: str = "code"


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
