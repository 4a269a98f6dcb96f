"""Reads the order files of ICD-10-CM and ICD-10-PCS: official titles and which codes are billable, fixed columns.

1–5 order number, 7–13 code without dot, 15 flag (1 billable, 0 heading), 17–76 short title, 78– long title.
"""

import re

from app.codebook.sources.incoming import Incoming, Progress, text_lines
from app.codebook.sources.parsed import Cycle, FileKind, Imprint, ParsedTitles, TitleRow
from app.codebook.sources.recognise import text_of_head
from app.codebook.sources.releases import fiscal_start
from app.domain.codes.code import CodeSystem, display

_CM = Imprint(
    stem="ICD-10-CM",
    title="ICD-10-CM",
    publisher="National Center for Health Statistics (CDC) and Centers for Medicare & Medicaid Services",
    licence="US Government work, public domain",
    cycle=Cycle.FISCAL_YEAR,
    system=CodeSystem.ICD10CM,
    note="Made from the order file alone: chapters, notes, Excludes and 7th-character tables come with the tabular "
    "list of the same release.",
)
_PCS = Imprint(
    stem="ICD-10-PCS",
    title="ICD-10-PCS",
    publisher="Centers for Medicare & Medicaid Services",
    licence="US Government work, public domain",
    cycle=Cycle.FISCAL_YEAR,
    system=CodeSystem.ICD10PCS,
)
_ROW = re.compile(r"\d{5} [0-9A-Z]{3,7} {0,4} [01] .{60} \S")
_SHAPES = {
    FileKind.CM_ORDER: re.compile(r"[A-Z][0-9A-Z]{2,6}"),
    FileKind.PCS_ORDER: re.compile(r"[0-9A-HJ-NP-Z]{3}(?:[0-9A-HJ-NP-Z]{4})?"),
}
#: What every whole list ends in: chapter 21 or 22 by the alphabet or by the tabular list; new technology.
_LAST = {FileKind.CM_ORDER: ("Z", "U"), FileKind.PCS_ORDER: ("X",)}
_NUMBER, _CODE, _FLAG, _SHORT, _LONG = slice(0, 5), slice(6, 13), 14, slice(16, 76), slice(77, None)


def recognises(head: bytes, name: str) -> FileKind | None:
    """Tell an order file by its columns; codes of ICD-10-PCS begin with a digit in the first row."""
    first = text_of_head(head).lstrip("\ufeff\r\n").partition("\n")[0].rstrip("\r")
    if not _ROW.match(first):
        return None
    return FileKind.PCS_ORDER if first[6].isdigit() else FileKind.CM_ORDER


def parse(file: Incoming, progress: Progress) -> ParsedTitles:
    """Parse an order file. The content doesn't say which release it is; the file's name usually does."""
    kind = recognises(file.head, file.name) or FileKind.CM_ORDER
    imprint = _PCS if kind is FileKind.PCS_ORDER else _CM
    rows: list[TitleRow] = []
    before = 0
    lines: dict[str, int] = {}
    for number, line in text_lines(file, progress):
        if not line.strip("\x1a \t"):
            continue
        before = _check_number(file, line, number, before)
        row = _row(file, kind, line, number)
        if row.code in lines:
            said = f"{row.code} is there twice, first in line {lines[row.code]:,}: get the file again."
            file.refuse(said, line=number, column=7)
        lines[row.code] = number
        rows.append(row)
    if not rows or not rows[-1].code.startswith(_LAST[kind]):
        ends = f"ends at {rows[-1].code}" if rows else "is empty"
        file.refuse(f"the list {ends}, a whole one ends in {_LAST[kind][0]}: it is cut off, get the file again.")
    return ParsedTitles(kind=kind, imprint=imprint, starts=fiscal_start(file.name), rows=tuple(rows))


def _check_number(file: Incoming, line: str, number: int, before: int) -> int:
    """Return the order number of a row; each is the one before it plus one."""
    text = line[_NUMBER]
    if not (len(text) == 5 and text.isascii() and text.isdigit()):
        file.refuse(f"“{text}” is no order number of five digits: get the file again.", line=number, column=1)
    if int(text) != before + 1:
        said = f"order number {text} follows {before:05}, so rows are missing or mixed up: get the file again."
        file.refuse(said, line=number, column=1)
    return int(text)


def _row(file: Incoming, kind: FileKind, line: str, number: int) -> TitleRow:
    if len(line.rstrip()) < _LONG.start + 1:
        said = "the row ends before its long title in column 78: it is cut off, get the file again."
        file.refuse(said, line=number, column=len(line.rstrip()) + 1)
    bare = line[_CODE].rstrip()
    if not _SHAPES[kind].fullmatch(bare):
        file.refuse(f"“{bare}” can't be a code of an {kind}: get the file again.", line=number, column=7)
    flag = line[_FLAG : _FLAG + 1]
    if flag not in ("0", "1") or line[13] != " ":
        file.refuse(f"the flag is “{flag}”, not 0 or 1: get the file again.", line=number, column=15)
    system = CodeSystem.ICD10PCS if kind is FileKind.PCS_ORDER else CodeSystem.ICD10CM
    return TitleRow(display(system, bare), " ".join(line[_LONG].split()), flag == "1", line[_SHORT].strip())
