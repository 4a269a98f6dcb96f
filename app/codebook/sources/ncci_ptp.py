"""Reads NCCI procedure-to-procedure edits (text with tabs, quarterly, about 650,000 rows a file) as a stream.

A file is cumulative: it holds every edit since 1996 with the days it came and went, so it answers for every day up to
the end of its quarter. Rows deleted on the day they came (indicator 9) were never in force; they are counted only.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

from app.codebook.edits.store import EDITS_LAYOUT, About, PtpRow, write_ptp
from app.codebook.sources.edit_imprint import edit_imprint
from app.codebook.sources.incoming import Incoming, Progress, text_lines
from app.codebook.sources.parsed import FileKind, ParsedTable
from app.codebook.sources.recognise import text_of_head
from app.codebook.sources.tables import EndingText
from app.codebook.sources.tree import SourceRefused

LAYOUT = EDITS_LAYOUT
_ROW = re.compile(r"[0-9A-Z]{5}\t[0-9A-Z]{5}\t[* ]*\t[0-9]{8}\t([0-9]{8}|\*) *\t[019] *(\t|$)")
_CODE = re.compile(r"[0-9A-Z]{5}")
#: Columns of a row; the last, the rationale, is missing in files before 2016.
_CELLS = 7
_MOST_CAPTIONS = 40
#: "v320r0": version 32.0, the first quarter of 2026; the version counts years from 1994.
_VERSION = re.compile(r"v(\d\d)(\d)r\d", re.IGNORECASE)
_PART = re.compile(r"f(\d)(?!\d)", re.IGNORECASE)
_SETTINGS = {
    "practitioner": re.compile(r"ccipra|practitioner", re.IGNORECASE),
    "outpatient hospital": re.compile(r"ccioph|hospital|facility", re.IGNORECASE),
}


def recognises(head: bytes, name: str) -> FileKind | None:
    """Tell an edit file by rows of two codes, dates and an indicator."""
    lines = text_of_head(head).splitlines()[: _MOST_CAPTIONS + 5]
    return FileKind.NCCI_PTP if any(_ROW.match(line) for line in lines) else None


def parse(file: Incoming, progress: Progress) -> ParsedTable:
    """Describe the table; its rows are read when it is written."""
    name = file.name.rpartition("› ")[2]
    setting = next((said for said, pattern in _SETTINGS.items() if pattern.search(name)), "")
    setting = setting or next((said for said, pattern in _SETTINGS.items() if pattern.search(file.name)), "")
    part = _PART.search(name)
    imprint = edit_imprint(
        "NCCI-PTP",
        setting,
        f"f{part[1]}" if part else "",
        title=", ".join(
            filter(None, ("NCCI procedure-to-procedure edits", setting, f"part {part[1]}" if part else ""))
        ),
        note="Cumulative: holds the edits of earlier quarters with their dates.",
    )
    about = About(kind="ptp", setting=setting)
    write = partial(_write, file, progress, about)
    return ParsedTable(kind=FileKind.NCCI_PTP, imprint=imprint, starts=_starts(name), layout=LAYOUT, write=write)


def _write(file: Incoming, progress: Progress, about: About, folder: Path) -> dict[str, int]:
    return write_ptp(folder / "book.sqlite3", about, rows_of(file, progress), file.refuse)


def rows_of(file: Incoming, progress: Progress) -> Iterator[PtpRow]:
    """Yield every edit. Raises SourceRefused at the first row that isn't one."""
    width = 0
    rationales = EndingText()
    for number, line in text_lines(file, lambda text, share: progress(f"{text} ({rationales.line:,} rows)", share)):
        if not width and not _ROW.match(line):
            if number > _MOST_CAPTIONS:
                file.refuse(f"no edit within the first {_MOST_CAPTIONS} lines: the file is damaged.", line=number)
            continue
        cells = [cell.strip(" \x1a") for cell in line.split("\t")]
        if not any(cells):
            continue
        width = width or min(len(cells), _CELLS)
        row = _row(file, number, cells, width)
        rationales.add(number, row.rationale)
        yield row
    if not rationales.line:
        file.refuse("it holds no edit: get the file again.")
    rationales.check(file)


def _row(file: Incoming, number: int, cells: list[str], width: int) -> PtpRow:
    """Read one row; the tests are in the order of the columns, so that the first wrong cell is named."""
    if len(cells) != width and (len(cells) < width or any(cells[width:])):
        said = f"the row has {len(cells)} columns where {width} are expected: the file is cut off or damaged, get it"
        file.refuse(f"{said} again.", line=number, column=min(len(cells), width) + 1)
    first, second, before, came, went, indicator = cells[:6]
    for column, code in enumerate((first, second), start=1):
        if not _CODE.fullmatch(code):
            file.refuse(f"“{code[:20]}” isn't a code of five characters.{_AGAIN}", line=number, column=column)
    if before not in ("", "*"):
        file.refuse(f"“{before[:20]}” where an asterisk or nothing stands.{_AGAIN}", line=number, column=3)
    effective = _day(file, came, number, 4)
    deleted = None if went == "*" else _day(file, went, number, 5)
    if indicator not in ("0", "1", "9"):
        file.refuse(f"modifier indicator “{indicator[:20]}”, not 0, 1 or 9.{_AGAIN}", line=number, column=6)
    return PtpRow(number, first, second, effective, deleted, int(indicator), cells[6] if width == _CELLS else "")


_AGAIN = " The file is damaged: get it again."


def _day(file: Incoming, text: str, line: int, column: int) -> int:
    number = _day_number(text)
    if number is None:
        file.refuse(f"“{text[:20]}” isn't a day written YYYYMMDD.{_AGAIN}", line=line, column=column)
    return number


@lru_cache(maxsize=4_096)
def _day_number(text: str) -> int | None:
    """Return a day written YYYYMMDD as a number, None if it is no day; edits come and go on a few hundred days."""
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return int(text) if len(text) == 8 and text.isascii() and text.isdigit() else None


def _starts(name: str) -> date | None:
    """Return the first day of the quarter that the version in the file's name counts to."""
    version = _VERSION.search(name)
    if version is None:
        return None
    year, quarter = 1994 + int(version[1]), int(version[2])
    if quarter > 3:
        raise SourceRefused(f"{name} names version {version[1]}.{version[2]}, whose quarter is unknown: use “--from”.")
    return date(year, quarter * 3 + 1, 1)
