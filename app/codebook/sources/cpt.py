"""Reads the descriptor files of a CPT licensee: LONGULT, MEDU, SHORTU and the modifiers of MODUL.

Each begins with a copyright notice, which ends at the last blank line of the file. The texts belong to the American
Medical Association: they are read from the licensee's own files and never come with Chartroom.
"""

import re
from collections.abc import Iterator
from datetime import date

from app.codebook.sources.incoming import Incoming, Progress, text_lines
from app.codebook.sources.parsed import Cycle, FileKind, Imprint, ParsedTitles, TitleRow
from app.codebook.sources.recognise import text_of_head
from app.codebook.sources.releases import month_and_year
from app.codebook.sources.tree import NodeKind
from app.domain.codes.code import CodeSystem

#: Code, tab, text; or code in columns 1 to 5 and text from column 7.
_LONG_LINE = re.compile(r"([0-9]{4}[0-9A-Z])\t\s*(\S.*)")
_FIXED_LINE = re.compile(r"([0-9]{4}[0-9A-Z]) (\S.*)")
_MODIFIER_LINE = re.compile(r"([0-9A-Z]{2})[\t ]+(\S.*)")
_LINES = {
    FileKind.CPT_LONG: _LONG_LINE,
    FileKind.CPT_MEDIUM: _FIXED_LINE,
    FileKind.CPT_SHORT: _FIXED_LINE,
    FileKind.CPT_MODIFIERS: _MODIFIER_LINE,
}
_SHAPES = {
    FileKind.CPT_LONG: "a code, a tab and its descriptor",
    FileKind.CPT_MEDIUM: "a code in columns 1 to 5 and its descriptor from column 7",
    FileKind.CPT_SHORT: "a code in columns 1 to 5 and its descriptor from column 7",
    FileKind.CPT_MODIFIERS: "a modifier of two characters and its descriptor",
}
#: The most characters of a descriptor; those of long ones and of modifiers are no rule, only more than any has.
_LONGEST = {
    FileKind.CPT_LONG: 10_000,
    FileKind.CPT_MEDIUM: 48,
    FileKind.CPT_SHORT: 28,
    FileKind.CPT_MODIFIERS: 10_000,
}
_OWNER = "American Medical Association"
_LICENCE = (
    "CPT is copyright of the American Medical Association; imported from a licensee's own file, for use under that "
    "licence only"
)


def recognises(head: bytes, name: str) -> FileKind | None:
    """Tell a descriptor file by the owner's notice and the lines after it; MEDU from SHORTU by their length."""
    text = text_of_head(head)
    if _OWNER.lower() not in " ".join(text.split()).lower():
        return None
    cut = text if len(head) < 65_536 else text[: text.rfind("\n") + 1]
    body = [line.rstrip() for line in re.split(r"\n[ \t\r]*\n", cut.rstrip("\x1a \t\r\n"))[-1].splitlines()]
    if not body:
        return None
    if all(_LONG_LINE.fullmatch(line) for line in body):
        return FileKind.CPT_LONG
    if all(_FIXED_LINE.fullmatch(line) for line in body):
        longest = max(len(line) - 6 for line in body)
        is_short = longest <= _LONGEST[FileKind.CPT_SHORT] and not re.search(r"MED", name, re.IGNORECASE)
        return FileKind.CPT_SHORT if is_short else FileKind.CPT_MEDIUM
    return FileKind.CPT_MODIFIERS if all(_MODIFIER_LINE.fullmatch(line) for line in body) else None


def parse(file: Incoming, progress: Progress) -> ParsedTitles:
    """Read every descriptor; raises SourceRefused for a line of another shape, a code twice or a list cut off."""
    kind = recognises(file.head, file.name)
    if kind is None:
        file.refuse("it isn't a descriptor file of CPT: get LONGULT, MEDU, SHORTU or MODUL from the licensed set.")
    rows = tuple(_rows(file, kind, progress))
    if kind is not FileKind.CPT_MODIFIERS:
        _check_whole(file, rows)
    _, year = month_and_year(file.name)
    starts = date(year, 1, 1) if year else _year_of(file)
    return ParsedTitles(kind=kind, imprint=_IMPRINT, starts=starts, rows=rows)


_IMPRINT = Imprint(
    stem="CPT",
    title="CPT",
    publisher=_OWNER,
    licence=_LICENCE,
    cycle=Cycle.CALENDAR_YEAR,
    system=CodeSystem.CPT,
    note="Official descriptors of the licensee who imported them.",
)


def _rows(file: Incoming, kind: FileKind, progress: Progress) -> Iterator[TitleRow]:
    begins = _body_begins(file)
    node = NodeKind.MODIFIER if kind is FileKind.CPT_MODIFIERS else NodeKind.CODE
    seen: dict[str, int] = {}
    for number, line in text_lines(file, progress):
        text = line.rstrip("\x1a \t")
        if number < begins or not text:
            continue
        match = _LINES[kind].fullmatch(text)
        if match is None:
            file.refuse(f"the line isn't {_SHAPES[kind]}: the file is damaged, get it again.", line=number, column=1)
        code, title = match[1], " ".join(match[2].split())
        if code in seen:
            file.refuse(f"{code} is already in line {seen[code]:,}: get the file again.", line=number, column=1)
        seen[code] = number
        if len(title) > _LONGEST[kind]:
            said = f"the descriptor has {len(title)} characters, {_LONGEST[kind]} are the most: the file is damaged."
            file.refuse(said, line=number, column=7)
        yield TitleRow(code, title, node is NodeKind.CODE, kind=node)


def _body_begins(file: Incoming) -> int:
    """Return the number of the line after the last blank one; blank lines at the very end don't count."""
    blank, after = 0, 0
    for number, line in text_lines(file):
        if line.strip("\x1a \t"):
            after = blank
        else:
            blank = number
    return after + 1


def _check_whole(file: Incoming, rows: tuple[TitleRow, ...]) -> None:
    """The list runs from anesthesia (00100) past evaluation and management (99202 on) in every year."""
    codes = [row.code for row in rows]
    if not codes:
        file.refuse("it holds no code after the copyright notice: get the file again.")
    if not (any(code.startswith("00") for code in codes) and any(code.startswith("99") for code in codes)):
        said = f"its codes run from {codes[0]} to {codes[-1]}, those of CPT from 00100 past 99202"
        file.refuse(f"{said}: the file is cut off, get it again.", line=None)


def _year_of(file: Incoming) -> date | None:
    """Return 1 January of the year that the notice names as the edition: "CPT 2026", "Effective January 1, 2026"."""
    notice = " ".join(text_of_head(file.head).split())
    found = re.search(r"effective (?:date:? )?January 1, (20\d\d)|\bCPT(?:®|\(R\))? (20\d\d)\b", notice, re.IGNORECASE)
    return date(int(found[1] or found[2]), 1, 1) if found else None
