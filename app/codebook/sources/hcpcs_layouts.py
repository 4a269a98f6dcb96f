"""Reads the layouts of HCPCS Level II files into records: the official 320 columns, csv and workbooks.

A record is one line as CMS writes it: 3 begins a code and 7 a modifier, 4 and 8 go on with the text of the one before.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from app.codebook.sources.incoming import Incoming, Progress, text_lines
from app.codebook.sources.tables import Row, csv_rows, read_day, sheets

CODE, MORE_OF_CODE, MODIFIER, MORE_OF_MODIFIER = "3", "4", "7", "8"

#: The beginning of a line of the text file: code or right-justified modifier, sequence, record id.
TEXT_LINE = re.compile(r"(?:[A-Z][0-9]{4}|   [0-9A-Z]{2})[0-9]{5}[3478]")
#: A cell of the csv that holds code, sequence and record id together: "A0021001003", "A1001007".
_WHOLE_KEY = re.compile(r"([A-Z][0-9]{4}|[0-9A-Z]{2})([0-9]{5})([3478])")
_WIDTH = 320
#: Column where the last field of a first record, the action code, stands; shorter lines are cut.
_ACTION = 293
_LONG_TEXT = 80
_MOST_CAPTIONS = 40
#: Field of a record → what its column may be called, levelled.
_HEADINGS = {
    "code": ("HCPC", "HCPCS", "HCPCSCODE", "CODE"),
    "sequence": ("SEQNUM", "SEQUENCE"),
    "id": ("RECID",),
    "text": ("LONGDESCRIPTION", "DESCRIPTION1", "DESCRIPTION"),
    "short": ("SHORTDESCRIPTION", "DESCRIPTION2"),
    "coverage": ("COV", "COVERAGE"),
    "added": ("ADDDT", "ADDDATE"),
    "acted": ("ACTEFFDT",),
    "ended": ("TERMDT",),
    "action": ("ACTIONCD",),
}
_DATES = ("added", "acted", "ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record; ``id`` is 3, 4, 7 or 8, ``sequence`` 100 for the first of a code, None where the file has none.

    ``added``, ``acted`` and ``ended`` are the days the code came, of its last action, and the last day it holds.
    """

    line: int
    code: str
    id: str
    text: str
    sequence: int | None = None
    short: str = ""
    coverage: str = ""
    action: str = ""
    added: date | None = None
    acted: date | None = None
    ended: date | None = None

    @property
    def is_first(self) -> bool:
        return self.id in (CODE, MODIFIER)


def text_records(file: Incoming, progress: Progress) -> Iterator[Record]:
    """Yield the records of a text file of 320 columns; the notice above them is passed over.

    Trailing blanks may be missing (CMS itself drops some); a first record that ends before its action code is cut.
    """
    begun = False
    for number, line in text_lines(file, progress):
        if TEXT_LINE.match(line):
            begun = True
            yield _text_record(file, number, line)
        elif begun and line.strip("\x1a "):
            said = "this isn't a record (code, sequence and record id in columns 1 to 11): the file is damaged."
            file.refuse(said, line=number, column=1)


def csv_records(file: Incoming, progress: Progress) -> Iterator[Record]:
    """Yield the records of a csv file, whichever of the known headers it has."""
    yield from _table_records(file, csv_rows(file, progress))


def workbook_records(file: Incoming, progress: Progress) -> Iterator[Record]:
    """Yield the records of the first sheet that has the header row."""
    progress(f"Reading {file.name}", 0.0)
    for rows in sheets(file):
        captions = [row for _, row in zip(range(_MOST_CAPTIONS), rows, strict=False)]
        if any(columns_of(cells) for _, cells in captions):
            yield from _table_records(file, _filled_up(chain(captions, rows)))
            return
    file.refuse("no sheet has a header row with HCPC and LONG DESCRIPTION: get the ANWEB workbook.")


def columns_of(cells: Sequence[str]) -> dict[str, int]:
    """Return field → column for a header row, nothing for any other row."""
    levelled = [re.sub(r"[^A-Z0-9]", "", cell.upper()) for cell in cells]
    if "MOD" in levelled:  # a fee schedule
        return {}
    found = {}
    for name, headings in _HEADINGS.items():
        place = next((levelled.index(one) for one in headings if one in levelled), None)
        if place is not None:
            found[name] = place
    return found if {"code", "text"} <= set(found) else {}


def _text_record(file: Incoming, number: int, line: str) -> Record:
    is_first = line[10] in (CODE, MODIFIER)
    if len(line) > _WIDTH:
        file.refuse(
            f"the line has {len(line)} columns, not {_WIDTH}: the file is damaged.", line=number, column=_WIDTH + 1
        )
    if is_first and len(line) < _ACTION:
        said = f"the line ends at column {len(line)} of {_WIDTH}, in the middle of its record: the file is cut off."
        file.refuse(f"{said} Get it again.", line=number, column=len(line) + 1)
    days = {
        name: read_day(file, line[at : at + 8].strip(), line=number, column=at + 1)
        for name, at in zip(_DATES, (268, 276, 284), strict=True)
    }
    return Record(
        line=number,
        code=line[:5].strip(),
        id=line[10],
        sequence=int(line[5:10]),
        text=line[11:91],
        short=line[91:119].strip(),
        coverage=line[229:230].strip(),
        action=line[292:293].strip(),
        **days,
    )


def _table_records(file: Incoming, rows: Iterable[Row]) -> Iterator[Record]:
    columns: dict[str, int] = {}
    width = 0
    for number, cells in rows:
        if not columns:
            columns, width = columns_of(cells), len(cells)
        elif len(cells) != width:
            said = f"the row has {len(cells)} cells where the header has {width}: the file is cut off or damaged."
            file.refuse(said, line=number, column=min(len(cells), width) + 1)
        else:
            yield _table_record(file, number, cells, columns)


def _table_record(file: Incoming, number: int, cells: list[str], columns: dict[str, int]) -> Record:
    values = {name: cells[at] for name, at in columns.items()}
    key = _WHOLE_KEY.fullmatch(values["code"])
    if key:
        values |= {"code": key[1], "sequence": key[2], "id": key[3]} | _whole_text(values)
    days = {name: read_day(file, values.get(name, ""), line=number, column=columns.get(name, 0) + 1) for name in _DATES}
    sequence = values.get("sequence", "")
    return Record(
        line=number,
        code=values["code"],
        id=values.get("id") or (MODIFIER if len(values["code"]) == 2 else CODE),
        sequence=int(sequence) if sequence.isascii() and sequence.isdigit() else None,
        text=values["text"],
        short=values.get("short", ""),
        coverage=values.get("coverage", ""),
        action=values.get("action", ""),
        **days,
    )


def _whole_text(values: dict[str, str]) -> dict[str, str]:
    """Put back the 80th character of the text, which this csv has at the beginning of the next cell.

    Its cells were cut at column 90, one too early. A short description, which follows there, begins upright.
    """
    text, rest = values["text"], values.get("short", "")
    if len(text) == _LONG_TEXT - 1 and rest and (rest[0].islower() or rest[0] in ").,;"):
        text, rest = text + rest[0], rest[1:]
    return {"text": text, "short": rest[:28].strip()}


def _filled_up(rows: Iterable[Row]) -> Iterator[Row]:
    """Give the rows of a sheet, which end at their last filled cell, the width of the header row."""
    width = 0
    for number, cells in rows:
        width = width or (len(cells) if columns_of(cells) else 0)
        yield number, cells + [""] * (width - len(cells))
