"""Reads the Medicare physician fee schedule (PPRRVU csv): relative value units and payment indicators by code.

Captions come first; the names of the columns are stacked in several rows, the last of which begins with HCPCS and MOD
and has names twice. The column with descriptors, which belong to the American Medical Association, is never kept.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from app.codebook.edits.store import EDITS_LAYOUT, FEE_COLUMNS, About, FeeRow, write_fee
from app.codebook.sources.edit_imprint import edit_imprint
from app.codebook.sources.incoming import Incoming, Progress
from app.codebook.sources.parsed import Cycle, FileKind, ParsedTable
from app.codebook.sources.recognise import text_of_head
from app.codebook.sources.releases import month_and_year
from app.codebook.sources.tables import csv_rows

LAYOUT = EDITS_LAYOUT
_CODE = re.compile(r"[0-9A-Z]{5}")
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)")
_MODIFIER = re.compile(r"(?:[0-9A-Z]{2})?")
_MOST_CAPTIONS = 30
#: Rows above the last one that hold parts of the columns' names; captions are sentences in one or two cells.
_LEAST_NAMES = 4
#: Field → what the joined name of its column says. Of several that fit (older files: fully implemented, transitional)
#: the first counts; those for hospital payment (OPPS) never do.
_NAMES = {
    "code": r"HCPCS",
    "modifier": r"MOD",
    "status": r"STATUS CODE",
    "work": r"WORK RVU",
    "pe_office": r"NON-?FAC\w* (?:.* )?PE RVU",
    "pe_facility": r"(?<!NON)(?<!NON-)(?<!NON )\bFAC\w* (?:.* )?PE RVU",
    "malpractice": r"MP RVU",
    "total_office": r"NON-?FAC\w* (?:.* )?TOTAL",
    "total_facility": r"(?<!NON)(?<!NON-)(?<!NON )\bFAC\w* (?:.* )?TOTAL",
    "pctc": r"PC/?TC IND",
    "global_days": r"GLOB\w* DAYS",
    "multiple": r"MULT\w* PROC",
    "bilateral": r"BILAT\w* SURG",
    "assistant": r"AS(?:S?IS)?ST\w* SURG",
    "co_surgeons": r"CO-? ?SURG",
    "team": r"TEAM SURG",
    "factor": r"CONV\w* FACTOR",
}
_NUMBERS = ("work", "pe_office", "pe_facility", "malpractice", "total_office", "total_facility", "factor")
#: What stands in place of a number where there is none.
_NONE = ("", "NA")
_NEEDED = frozenset(FEE_COLUMNS) - {"factor", "pctc"}


def recognises(head: bytes, name: str) -> FileKind | None:
    """Tell the fee schedule by its header, whose last row begins with HCPCS and MOD."""
    rows = csv.reader(re.split(r"\r\n|\r|\n", text_of_head(head))[:_MOST_CAPTIONS])
    try:
        return FileKind.FEE_SCHEDULE if any(_is_header(row) for row in rows) else None
    except csv.Error:
        return None


def parse(file: Incoming, progress: Progress) -> ParsedTable:
    """Describe the table; its rows are read when it is written."""
    program = "QPP" if re.search(r"(?<!non)(?<!non[_-])QPP", file.name, re.IGNORECASE) else ""
    imprint = edit_imprint(
        "Fee-schedule",
        program,
        title=f"Medicare physician fee schedule{', Quality Payment Program' if program else ''}",
        cycle=Cycle.CALENDAR_YEAR,
        note="Relative value units and payment indicators; the descriptors of the file were dropped.",
    )
    write = partial(_write, file, progress, About(kind="fee", setting=program))
    return ParsedTable(kind=FileKind.FEE_SCHEDULE, imprint=imprint, starts=_starts(file), layout=LAYOUT, write=write)


def rows_of(file: Incoming, progress: Progress) -> Iterator[FeeRow]:
    """Yield every row below the header. Raises SourceRefused at the first that isn't one."""
    above: list[list[str]] = []
    columns: dict[str, int] = {}
    width = read = 0
    for number, cells in csv_rows(file, progress):
        if columns:
            read += 1
            yield _row(file, number, cells, columns, width)
        elif _is_header(cells):
            columns, width = _columns(file, [*above, cells], number), len(cells)
        else:
            above.append(cells)
    if not read:
        file.refuse("it holds no row below a header with HCPCS, MOD and the value units: get the PPRRVU file again.")


def _write(file: Incoming, progress: Progress, about: About, folder: Path) -> dict[str, int]:
    return write_fee(folder / "book.sqlite3", about, rows_of(file, progress), file.refuse)


def _is_header(cells: Sequence[str]) -> bool:
    return [cell.strip().upper() for cell in cells[:2]] == ["HCPCS", "MOD"]


def _columns(file: Incoming, stacked: list[list[str]], line: int) -> dict[str, int]:
    """Return field → column: the names are joined down the rows that hold them."""
    parts = [row for row in stacked if sum(bool(cell) for cell in row) >= _LEAST_NAMES]
    width = len(stacked[-1])
    names = [" ".join(" ".join(row[at] for row in parts if at < len(row)).upper().split()) for at in range(width)]
    found: dict[str, int] = {}
    for field, pattern in _NAMES.items():
        fits = [at for at, name in enumerate(names) if re.search(pattern, name) and "OPPS" not in name]
        if fits:
            found[field] = fits[0]
    missing = sorted(_NEEDED - set(found))
    if missing:
        listed = ", ".join(name.replace("_", " ") for name in missing)
        file.refuse(f"the header has no column for {listed}: this isn't the PPRRVU csv as CMS publishes it.", line=line)
    return found


def _row(file: Incoming, number: int, cells: list[str], columns: dict[str, int], width: int) -> FeeRow:
    if len(cells) != width:
        said = f"the row has {len(cells)} cells where the header has {width}: the file is cut off or damaged"
        file.refuse(f"{said}, get it again.", line=number, column=min(len(cells), width) + 1)
    values = {name: cells[columns[name]] if name in columns else "" for name in FEE_COLUMNS}
    tests = {"code": _CODE, "modifier": _MODIFIER} | dict.fromkeys(_NUMBERS, _NUMBER)
    for name, pattern in tests.items():
        if name in columns and not pattern.fullmatch(values[name]) and not (name in _NUMBERS and values[name] in _NONE):
            said = f"“{values[name][:20]}” isn't a {name.replace('_', ' ')}. The file is damaged: get it again."
            file.refuse(said, line=number, column=columns[name] + 1)
    return FeeRow(number, tuple(values[name] for name in FEE_COLUMNS))


def _starts(file: Incoming) -> date | None:
    """Return the first day of the release: year and quarter of the name ("PPRRVU2026_Jul", "PPRRVU24_JAN"), else of
    the first caption ("2026 … Relative Value File July Release")."""
    for text in (file.name, *text_of_head(file.head[:2_000]).splitlines()[:9]):
        short = re.search(r"RVU(\d\d)(?!\d)([A-D])?", text, re.IGNORECASE)
        month, year = month_and_year(text)
        if short and year is None:
            year = 2000 + int(short[1])
        if short and month is None and short[2]:
            month = "ABCD".index(short[2].upper()) * 3 + 1
        if year is not None:
            return date(year, month or 1, 1)
    return None
