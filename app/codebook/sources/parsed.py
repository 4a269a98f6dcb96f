"""Owns what reading an official file gives: a book of a code system, titles to lay over one, or a table of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from app.codebook.sources.tree import NodeKind, SourceTree
from app.domain.codes.code import CodeSystem


class FileKind(StrEnum):
    """The official files Chartroom reads; the value is what people read."""

    CM_TABULAR = "ICD-10-CM tabular list (XML)"
    CM_ORDER = "ICD-10-CM order file (text)"
    CM_INDEX = "ICD-10-CM alphabetic index (XML)"
    CM_EXTERNAL = "ICD-10-CM external cause index (XML)"
    CM_NEOPLASM = "ICD-10-CM neoplasm table (XML)"
    CM_DRUGS = "ICD-10-CM table of drugs and chemicals (XML)"
    PCS_TABLES = "ICD-10-PCS tables (XML)"
    PCS_ORDER = "ICD-10-PCS order file (text)"
    HCPCS_TEXT = "HCPCS Level II, 320 columns (text)"
    HCPCS_CSV = "HCPCS Level II (csv)"
    HCPCS_XLSX = "HCPCS Level II (xlsx)"
    CPT_LONG = "CPT long descriptors (LONGULT)"
    CPT_MEDIUM = "CPT medium descriptors (MEDU)"
    CPT_SHORT = "CPT short descriptors (SHORTU)"
    CPT_MODIFIERS = "CPT modifiers (MODUL)"
    NCCI_PTP = "NCCI procedure-to-procedure edits (text)"
    MUE = "Medically unlikely edits (csv)"
    FEE_SCHEDULE = "Medicare physician fee schedule (PPRRVU csv)"


#: The index files of ICD-10-CM, in the order of the printed book.
INDEX_KINDS = (FileKind.CM_INDEX, FileKind.CM_NEOPLASM, FileKind.CM_DRUGS, FileKind.CM_EXTERNAL)


class Cycle(StrEnum):
    """How a publisher dates its releases; the end of one is where a newer of the same cycle begins, at the latest this.

    A fiscal year runs from 1 October to 30 September and is named after the year it ends in.
    """

    FISCAL_YEAR = "fiscal year"
    CALENDAR_YEAR = "calendar year"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What holds for every release of a kind of file.

    ``stem`` begins the id of the book ("ICD-10-CM" → "ICD-10-CM-2027"). ``system`` is set for a book of a code
    system only. ``note`` is told wherever the book is named.
    """

    stem: str
    title: str
    publisher: str
    licence: str
    cycle: Cycle
    system: CodeSystem | None = None
    note: str = ""
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedBook:
    """A whole book: its tree.

    ``starts`` is the first day in force, as the content or else the file's name says; None if neither does.
    """

    kind: FileKind
    imprint: Imprint
    starts: date | None
    tree: SourceTree


@dataclass(frozen=True, slots=True)
class TitleRow:
    """One row of a list of titles; ``code`` as the book writes it, with its dot; ``kind`` CODE or MODIFIER."""

    code: str
    title: str
    billable: bool
    short: str = ""
    kind: NodeKind = NodeKind.CODE


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedTitles:
    """Official titles: laid over the book of the same release, a book by themselves where there is none.

    Several lists make one book (CPT codes and modifiers); of two titles of a code the kind listed first above wins.
    """

    kind: FileKind
    imprint: Imprint
    starts: date | None
    rows: tuple[TitleRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedTable:
    """Anything that isn't a book of a code system: an index file, an edit table, the tables of ICD-10-PCS.

    ``write`` gets a new empty folder, writes the SQLite file ``book.sqlite3`` (and what else it needs) into it and
    returns the counts of what it holds; it reads the file as a stream and raises SourceRefused at the first bad row,
    then the folder is dropped. The importer adds the table ``fact`` to ``book.sqlite3``; ``layout`` is stored there,
    and a table whose layout isn't the ``LAYOUT`` of its source module any more is made again from its kept source.
    """

    kind: FileKind
    imprint: Imprint
    starts: date | None
    layout: int
    write: Callable[[Path], dict[str, int]]


Parsed = ParsedBook | ParsedTitles | ParsedTable
