"""Reads medically unlikely edits (csv): the most units of a code that one claim line or one day is paid.

A quoted notice of many lines comes first, then a header whose first cell holds a line break. The day in force is in
the file's name only ("…_Eff_04-01-2026.csv"), the kind of services in the header.
"""

import csv
import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

from app.codebook.edits.store import EDITS_LAYOUT, About, MueRow, write_mue
from app.codebook.sources.edit_imprint import edit_imprint
from app.codebook.sources.incoming import Incoming, Progress
from app.codebook.sources.parsed import FileKind, ParsedTable
from app.codebook.sources.recognise import text_of_head
from app.codebook.sources.tables import EndingText, csv_rows

LAYOUT = EDITS_LAYOUT
_CODE = re.compile(r"[0-9A-Z]{5}")
_INDICATOR = re.compile(r"([123])(?: .*)?")
_NAMED_DAY = re.compile(r"(\d{1,2})[-_.](\d{1,2})[-_.](20\d\d)")
_SETTINGS = {"practitioner": "practitioner", "hospital": "outpatient hospital", "facility": "outpatient hospital"}
_SETTINGS |= {"supplier": "equipment supplier", "dme": "equipment supplier"}
_MOST_CAPTIONS = 60


def recognises(head: bytes, name: str) -> FileKind | None:
    """Tell an MUE table by its header row."""
    rows = csv.reader(text_of_head(head).splitlines(keepends=True)[:_MOST_CAPTIONS])
    try:
        return FileKind.MUE if any(_columns(row) for row in rows) else None
    except csv.Error:
        return None


def parse(file: Incoming, progress: Progress) -> ParsedTable:
    """Describe the table; its rows are read when it is written."""
    setting = _setting(file)
    title = ", ".join(filter(None, ("Medically unlikely edits", setting)))
    imprint = edit_imprint("MUE", setting, title=title)
    write = partial(_write, file, progress, About(kind="mue", setting=setting))
    return ParsedTable(kind=FileKind.MUE, imprint=imprint, starts=_starts(file), layout=LAYOUT, write=write)


def rows_of(file: Incoming, progress: Progress) -> Iterator[MueRow]:
    """Yield every row below the header. Raises SourceRefused at the first that isn't one."""
    columns: dict[str, int] = {}
    width = 0
    rationales = EndingText()
    for number, cells in csv_rows(file, progress):
        if not columns:
            columns, width = _columns(cells), len(cells)
        elif len(cells) != width:
            said = f"the row has {len(cells)} cells where the header has {width}: the file is cut off or damaged"
            file.refuse(f"{said}, get it again.", line=number, column=min(len(cells), width) + 1)
        else:
            row = _row(file, number, cells, columns)
            rationales.add(number, row.rationale)
            yield row
    if not rationales.line:
        file.refuse("it holds no row below a header with “HCPCS/CPT Code” and “MUE Values”: get the file again.")
    rationales.check(file)


def _write(file: Incoming, progress: Progress, about: About, folder: Path) -> dict[str, int]:
    return write_mue(folder / "book.sqlite3", about, rows_of(file, progress), file.refuse)


def _columns(cells: list[str]) -> dict[str, int]:
    """Return field → column for the header row, nothing for any other."""
    levelled = [" ".join(cell.lower().split()) for cell in cells]
    tests = {"code": "cpt code", "units": "mue value", "indicator": "adjudication", "rationale": "rationale"}
    found = {name: place for name, said in tests.items() for place, cell in enumerate(levelled) if said in cell}
    return found if {"code", "units", "indicator"} <= set(found) and len(set(found.values())) == len(found) else {}


def _row(file: Incoming, number: int, cells: list[str], columns: dict[str, int]) -> MueRow:
    def refuse(name: str, expected: str) -> None:
        said = f"“{cells[columns[name]][:30]}” isn't {expected}. The file is damaged: get it again."
        file.refuse(said, line=number, column=columns[name] + 1)

    code, units, said = (cells[columns[name]] for name in ("code", "units", "indicator"))
    indicator = _INDICATOR.fullmatch(said)
    if not _CODE.fullmatch(code):
        refuse("code", "a code of five characters")
    if not (units.isascii() and units.isdigit() and len(units) < 8):
        refuse("units", "a number of units")
    if indicator is None:
        refuse("indicator", "an adjudication indicator, 1 to 3 and what it says")
    rationale = " ".join(cells[columns["rationale"]].split()) if "rationale" in columns else ""
    return MueRow(number, code, int(units), int(said[0]), rationale)


def _setting(file: Incoming) -> str:
    """Return whose services the table is about, from the header, else from the name."""
    lines = text_of_head(file.head).splitlines(keepends=True)[:_MOST_CAPTIONS]
    header = next((row for row in csv.reader(lines) if _columns(row)), [])
    for text in (" ".join(header).lower(), file.name.lower()):
        for word, setting in _SETTINGS.items():
            if word in text:
                return setting
    return ""


def _starts(file: Incoming) -> date | None:
    """Return the day that the file's name says it is in force from: "Eff_04-01-2026"."""
    found = _NAMED_DAY.findall(file.name)
    if not found:
        return None
    month, day, year = map(int, found[-1])
    try:
        return date(year, month, day)
    except ValueError:
        return None
