"""Reads HCPCS Level II as CMS publishes it (ANWEB: text, csv, workbook) into a book. Owns what makes a file whole.

Dental codes (D) belong to the American Dental Association: they are counted and left out.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from app.codebook.sources.hcpcs_layouts import (
    CODE,
    MODIFIER,
    MORE_OF_CODE,
    MORE_OF_MODIFIER,
    TEXT_LINE,
    Record,
    columns_of,
    csv_records,
    text_records,
    workbook_records,
)
from app.codebook.sources.incoming import Incoming, Progress
from app.codebook.sources.parsed import Cycle, FileKind, Imprint, ParsedBook
from app.codebook.sources.recognise import text_of_head
from app.codebook.sources.releases import month_and_year
from app.codebook.sources.tree import NodeKind, SourceNode, SourceTree
from app.domain.codes.code import CodeSystem

#: What the letters of the codes stand for, in our words.
SECTIONS = {
    "A": "Transport, medical and surgical supplies, administrative services",
    "B": "Enteral and parenteral therapy",
    "C": "Hospital outpatient services, drugs and devices (temporary)",
    "E": "Durable medical equipment",
    "G": "Procedures and professional services (temporary)",
    "H": "Behavioral health and substance use services",
    "J": "Drugs given other than by mouth, chemotherapy",
    "K": "Durable medical equipment (temporary)",
    "L": "Orthotics and prosthetics",
    "M": "Medical services and quality measures",
    "P": "Pathology, laboratory and blood products",
    "Q": "Drugs, skin substitutes, casts and services (temporary)",
    "R": "Portable X-ray transport",
    "S": "Services of private payers (temporary)",
    "T": "Services of Medicaid agencies",
    "U": "Laboratory tests (temporary)",
    "V": "Vision, hearing and speech services",
}
_MODIFIERS = "modifiers"
_DENTAL = "D"
#: The official list runs from the first to the last of these, whatever the year.
_FIRST, _LAST = "A", "V"
_SHAPES = {CODE: re.compile(r"[A-V][0-9]{4}"), MODIFIER: re.compile(r"[0-9A-Z]{2}")}
_IDS = (CODE, MORE_OF_CODE, MODIFIER, MORE_OF_MODIFIER)
_LICENCE = (
    "US Government work, public domain; codes beginning with D (dental) are the American Dental Association's "
    "and are left out"
)


@dataclass(slots=True)
class _Item:
    """A code or a modifier, its text in pieces."""

    first: Record
    pieces: list[str]

    @property
    def title(self) -> str:
        return " ".join(" ".join(self.pieces).split())


@dataclass(slots=True)
class _Gathered:
    """What a file holds, and how many dental codes it held."""

    items: list[_Item] = field(default_factory=list)
    dental: int = 0


def recognises(head: bytes, name: str) -> FileKind | None:
    """Tell a HCPCS Level II list by its records or its header row; a workbook, which shows neither, by its name."""
    if head.startswith(b"PK"):
        named = re.search(r"anweb|hcpcs?", name, re.IGNORECASE)
        other = re.search(r"trans|correct|noc|delet|changes|report|note|layout", name, re.IGNORECASE)
        return FileKind.HCPCS_XLSX if b"xl/" in head and named and not other else None
    lines = text_of_head(head).splitlines()[:60]
    if _is_csv(lines):
        return FileKind.HCPCS_CSV
    return FileKind.HCPCS_TEXT if any(TEXT_LINE.match(line) and len(line) > 91 for line in lines) else None


def parse(file: Incoming, progress: Progress) -> ParsedBook:
    """Read a whole list; raises SourceRefused for records that don't fit together or a list that isn't whole."""
    kind = recognises(file.head, file.name) or FileKind.HCPCS_CSV
    readers = {
        FileKind.HCPCS_TEXT: text_records,
        FileKind.HCPCS_CSV: csv_records,
        FileKind.HCPCS_XLSX: workbook_records,
    }
    gathered = _gather(file, readers[kind](file, progress))
    _check_whole(file, gathered.items)
    starts, cycle = _starts(file.name, gathered.items)
    return ParsedBook(kind=kind, imprint=_imprint(cycle, gathered), starts=starts, tree=_tree(gathered.items, starts))


def _is_csv(lines: list[str]) -> bool:
    """Tell whether a header row is followed by codes or modifiers of HCPCS."""
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines)]
    headers = [number for number, row in enumerate(rows) if columns_of(row)]
    if not headers:
        return False
    at = columns_of(rows[headers[0]])["code"]
    cells = [row[at] for row in rows[headers[0] + 1 :] if len(row) > at]
    fitting = sum(bool(re.fullmatch(r"([A-V][0-9]{4}|[0-9A-Z]{2})([0-9]{6})?", cell)) for cell in cells)
    return fitting > len(cells) / 2


def _gather(file: Incoming, records: Iterable[Record]) -> _Gathered:
    found = _Gathered()
    lines: dict[tuple[str, str], int] = {}
    item: _Item | None = None
    for record in records:
        if record.id not in _IDS:
            said = f"the record id of {record.code} is “{record.id[:9]}”, not 3, 4, 7 or 8: the file is damaged."
            file.refuse(said, line=record.line)
        if not record.is_first:
            _go_on(file, item, record)
            continue
        _check_first(file, record)
        seen = lines.setdefault((record.id, record.code), record.line)
        if seen != record.line:
            said = f"{record.code} is already in line {seen:,}: a list has each code once, get the file again."
            file.refuse(said, line=record.line, column=1)
        item = _Item(record, [record.text])
        if record.id == CODE and record.code.startswith(_DENTAL):
            found.dental += 1
        else:
            found.items.append(item)
    return found


def _check_first(file: Incoming, record: Record) -> None:
    if not _SHAPES[record.id].fullmatch(record.code):
        what = "a letter A to V and four digits" if record.id == CODE else "two letters or digits"
        said = f"“{record.code[:9]}” can't be here: it needs {what}. The file is damaged."
        file.refuse(said, line=record.line, column=1)
    if record.sequence not in (None, 100):
        said = (
            f"the first record of {record.code} is missing (this one has sequence {record.sequence:05}): get the file"
        )
        file.refuse(f"{said} again.", line=record.line, column=6)
    if not record.text.strip():
        file.refuse(f"{record.code} has no description: get the file again.", line=record.line, column=12)


def _go_on(file: Incoming, item: _Item | None, record: Record) -> None:
    """Add a record of more text to the code before it."""
    first = item.first if item else None
    fits = first and (first.code, first.id == CODE) == (record.code, record.id == MORE_OF_CODE)
    if item is None or not fits:
        said = f"more text for {record.code}, whose first record isn't before it: the file is damaged, get it again."
        file.refuse(said, line=record.line, column=1)
    expected = 100 * (len(item.pieces) + 1)
    if record.sequence not in (None, expected):
        said = f"sequence {record.sequence:05} of {record.code} where {expected:05} comes next: a record is missing or"
        file.refuse(f"{said} there twice, get the file again.", line=record.line, column=6)
    item.pieces.append(record.text)


def _check_whole(file: Incoming, items: list[_Item]) -> None:
    codes = sorted(item.first.code for item in items if item.first.id == CODE)
    if not codes:
        file.refuse("it holds no code: get the official list again.")
    if not (codes[0].startswith(_FIRST) and codes[-1].startswith(_LAST)):
        said = f"its codes run from {codes[0]} to {codes[-1]}, those of the official list from A to V"
        file.refuse(f"{said}: the file is cut off, get it again.", line=items[-1].first.line)
    if len(codes) == len(items):
        file.refuse("it holds no modifier, which the official list begins with: the file is cut off, get it again.")


def _starts(name: str, items: list[_Item]) -> tuple[date | None, Cycle]:
    """Return the first day in force: as the name says, else the quarter of the newest action in the list."""
    month, year = month_and_year(name)
    if year is not None:
        return date(year, month or 1, 1), Cycle.QUARTER if month else Cycle.CALENDAR_YEAR
    newest = max((item.first.acted for item in items if item.first.acted), default=None)
    if newest is None:
        return None, Cycle.QUARTER
    return date(newest.year, (newest.month - 1) // 3 * 3 + 1, 1), Cycle.QUARTER


def _imprint(cycle: Cycle, gathered: _Gathered) -> Imprint:
    ended = sum(item.first.ended is not None for item in gathered.items)
    notes = [
        f"{ended:,} entries of the list have a last day; after it they aren't billable." if ended else "",
        f"{gathered.dental:,} dental codes (D) of the file were left out." if gathered.dental else "",
    ]
    return Imprint(
        stem="HCPCS",
        title="HCPCS Level II",
        publisher="Centers for Medicare & Medicaid Services",
        licence=_LICENCE,
        cycle=cycle,
        system=CodeSystem.HCPCS,
        note=" ".join(filter(None, notes)),
    )


def _tree(items: list[_Item], starts: date | None) -> SourceTree:
    """Return a section for the modifiers and one for each letter, with what belongs to each."""
    tree = SourceTree()
    places: dict[str, int] = {}
    for item in items:
        is_code = item.first.id == CODE
        section = item.first.code[0] if is_code else _MODIFIERS
        if section not in places:
            title = SECTIONS.get(section, f"Codes beginning with {section}") if is_code else "Modifiers"
            places[section] = tree.add(SourceNode(NodeKind.SECTION, section, title))
        tree.add(_node(item, places[section], starts))
    return tree


def _node(item: _Item, parent: int, starts: date | None) -> SourceNode:
    first = item.first
    is_code = first.id == CODE
    is_over = first.ended is not None and starts is not None and first.ended < starts
    extra = {
        "short": first.short,
        "coverage": first.coverage,
        "action": first.action,
        "effective_from": first.added.isoformat() if first.added else "",
        "effective_to": first.ended.isoformat() if first.ended else "",
    }
    return SourceNode(
        NodeKind.CODE if is_code else NodeKind.MODIFIER,
        first.code,
        item.title,
        parent,
        billable=is_code and not is_over,
        extra={name: value for name, value in extra.items() if value},
    )
