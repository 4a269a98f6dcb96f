"""Reads the official ICD-10-PCS tables (XML) of any year.

A ``pcsTable`` has the axes 1 to 3 with one label each, then ``pcsRow@codes`` with the axes 4 to 7: ``axis@pos@values``
with a ``label@code`` for each value. Every combination of a row is a code; ``@values`` and ``@codes`` are what the
publisher counted and must be what is there.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from xml.etree.ElementTree import Element

from app.codebook.pcs.store import LAYOUT as STORED
from app.codebook.pcs.store import Head, PcsTable, Row, write_tables
from app.codebook.sources.incoming import Incoming, Progress
from app.codebook.sources.parsed import Cycle, FileKind, Imprint, ParsedTable
from app.codebook.sources.pcs_values import Value
from app.codebook.sources.recognise import text_of_head
from app.codebook.sources.releases import fiscal_start
from app.codebook.sources.xml_stream import Lined, elements, text_of

LAYOUT = STORED
_IMPRINT = Imprint(
    stem="ICD-10-PCS-tables",
    title="ICD-10-PCS tables",
    publisher="Centers for Medicare & Medicaid Services",
    licence="US Government work, public domain",
    cycle=Cycle.FISCAL_YEAR,
)
_ROOT = "ICD10PCS.tabular"
_VERSION = re.compile(r"<version>\s*(20\d\d)\b")
_CHAR = re.compile(r"[0-9A-HJ-NP-Z]")
_AGAIN = "get the file again."
#: The last section of every release; a file without it is a part.
_LAST_SECTION = "X"


def recognises(head: bytes, name: str) -> FileKind | None:
    """Tell the tables by their root element; the index and the definitions have others."""
    return FileKind.PCS_TABLES if re.search(rf"<{re.escape(_ROOT)}[\s>]", text_of_head(head)) else None


def parse(file: Incoming, progress: Progress) -> ParsedTable:
    """Return the tables, read when they are written; their release is the ``version`` with the month of the name."""

    def write(folder: Path) -> dict[str, int]:
        tables = read_tables(file, progress)
        write_tables(folder / "book.sqlite3", tables)
        return {"tables": len(tables), "rows": sum(len(t.rows) for t in tables), "codes": sum(map(len, tables))}

    version = _VERSION.search(text_of_head(file.head))
    starts = fiscal_start(file.name, int(version[1]) if version else None)
    return ParsedTable(kind=FileKind.PCS_TABLES, imprint=_IMPRINT, starts=starts, layout=LAYOUT, write=write)


def read_tables(file: Incoming, progress: Progress | None = None) -> list[PcsTable]:
    """Return every table in order. Raises SourceRefused, naming line and column, where one isn't as it says."""
    tables: dict[str, PcsTable] = {}
    for _, element in elements(file, {(_ROOT, "pcsTable")}, progress):
        table = _table(file, element)
        if table.code in tables:
            _refuse(file, element, f"table {table.code} is there twice")
        tables[table.code] = table
    if not tables:
        file.refuse(f"there is no pcsTable in it: {_AGAIN}")
    last = max(tables)
    if last[0] != _LAST_SECTION:
        file.refuse(f"the last table is {last}, a whole file goes on to section {_LAST_SECTION}: {_AGAIN}")
    return [tables[code] for code in sorted(tables)]


def _table(file: Incoming, element: Lined) -> PcsTable:
    axes = _axes(file, element, (1, 2, 3))
    for axis, labels in axes:
        if len(labels) != 1:
            _refuse(file, axis, f"axis {axis.get('pos')} of a table has one value, here are {len(labels)}")
    heads = [
        Head(labels[0].char, _title(axis), labels[0].label, text_of(axis.find("definition"))) for axis, labels in axes
    ]
    listed = [child for child in element if child.tag == "pcsRow"]
    if not listed:
        _refuse(file, element, "a pcsTable has no pcsRow")
    begins = "".join(head.char for head in heads)
    rows: list[Row] = []
    known: dict[tuple[str, ...], tuple[Value, ...]] = {}
    for child in listed:
        row = _row(file, child, begins)
        for values in product(*row):
            code = tuple(value.char for value in values)
            if known.setdefault(code, values) != values:
                _refuse(file, child, f"{begins}{''.join(code)} is in two rows and means two things")
        rows.append(row)
    names = tuple(_title(axis) for axis, _ in _axes(file, listed[0], (4, 5, 6, 7)))
    return PcsTable((heads[0], heads[1], heads[2]), names, tuple(rows))


def _row(file: Incoming, element: Element, begins: str) -> Row:
    row = tuple(tuple(sorted(labels, key=_by_char)) for _, labels in _axes(file, element, (4, 5, 6, 7)))
    size = len(row[0]) * len(row[1]) * len(row[2]) * len(row[3])
    promised = element.get("codes")
    if promised not in (None, str(size)):
        _refuse(file, element, f"the row of table {begins} counts {promised[:10]} codes, its values make {size}")
    return row


def _axes(file: Incoming, element: Element, expected: Sequence[int]) -> list[tuple[Element, list[Value]]]:
    """Return the axes of a table or row with their values; they must be the expected ones, in order."""
    found = [child for child in element if child.tag == "axis"]
    positions = [axis.get("pos", "") for axis in found]
    if positions != [str(position) for position in expected]:
        said = (
            f"a {element.tag} has the axes {expected[0]} to {expected[-1]}, here are {', '.join(positions) or 'none'}"
        )
        _refuse(file, element, said)
    return [(axis, list(_labels(file, axis))) for axis in found]


def _labels(file: Incoming, axis: Element) -> Iterator[Value]:
    labels = axis.findall("label")
    promised, position = axis.get("values"), axis.get("pos")
    if promised not in (None, str(len(labels))) or not labels:
        _refuse(file, axis, f"axis {position} counts {promised or 'no'} values, here are {len(labels)}")
    seen: set[str] = set()
    for label in labels:
        char, text = label.get("code", ""), text_of(label)
        if not _CHAR.fullmatch(char) or not text:
            said = f"a value needs a character and a label, here are “{char[:10]}” and “{text[:40]}”"
            _refuse(file, label, said)
        if char in seen:
            _refuse(file, label, f"{char} is there twice on axis {position}")
        seen.add(char)
        yield Value(char, text)


def _title(axis: Element) -> str:
    return text_of(axis.find("title")) or f"Character {axis.get('pos')}"


def _by_char(value: Value) -> str:
    return value.char


def _refuse(file: Incoming, element: Element, said: str) -> None:
    where = element if isinstance(element, Lined) else Lined("")
    file.refuse(f"{said}: {_AGAIN}", line=where.line, column=where.column)
