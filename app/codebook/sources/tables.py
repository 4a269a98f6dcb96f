"""Reads tables of official files row by row: csv as CMS writes it, and the sheets of a workbook."""

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NoReturn
from xml.etree.ElementTree import ParseError

from app.codebook.sources.incoming import Incoming, Progress, check_archive, text_lines

#: A row with the number of the line it begins in.
Row = tuple[int, list[str]]

_LARGEST_WORKBOOK = 64 * 1024**2
_BROKEN = (zipfile.BadZipFile, zlib.error, ParseError, OSError, EOFError, KeyError, ValueError, TypeError, IndexError)


def csv_rows(file: Incoming, progress: Progress | None = None) -> Iterator[Row]:
    """Yield the rows of a csv file, cells stripped; blank rows are left out.

    Raises SourceRefused for a quotation that never ends and for other broken quoting.
    """
    if b"\r" in file.head and b"\n" not in file.head:
        file = _CarriageReturns(file.name, file.path, file.size, file.member)
    reader = csv.reader((f"{line}\n" for _, line in text_lines(file, progress)), strict=True)
    start = 1
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if any(row):
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        unended = "end of data" in str(error) or "field limit" in str(error)
        said = "a quotation that begins here never ends" if unended else f"the quoting is broken ({error})"
        file.refuse(f"{said}: the file is cut off or damaged, get it again.", line=start)


def sheets(file: Incoming) -> Iterator[Iterator[Row]]:
    """Yield the rows of each sheet of a workbook, every cell as text (dates as YYYYMMDD), blank rows left out.

    Raises SourceRefused when it isn't a workbook that can be read.
    """
    from openpyxl import load_workbook  # half a second: only for those who bring one

    if file.size > _LARGEST_WORKBOOK:
        file.refuse("the workbook is larger than any official one: check what it is.")
    content = io.BytesIO(b"".join(file.chunks()))
    try:
        with zipfile.ZipFile(content) as archive:
            check_archive(archive, file.name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(content, read_only=True, data_only=True)
    except _BROKEN as error:
        _refuse_workbook(file, error)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # the size that a sheet claims is often wrong
        yield _rows_of(file, sheet.iter_rows(values_only=True))


def _rows_of(file: Incoming, rows: Iterable[Iterable[object]]) -> Iterator[Row]:
    try:
        for number, cells in enumerate(rows, start=1):
            row = [_text(cell) for cell in cells]
            if any(row):
                yield number, row
    except _BROKEN as error:
        _refuse_workbook(file, error)


def _refuse_workbook(file: Incoming, error: Exception) -> NoReturn:
    reason = str(error).strip("'\"").partition("\n")[0].rstrip(".:") or type(error).__name__
    file.refuse(f"the workbook can't be read ({reason}): get the file again.")


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y%m%d")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def read_day(file: Incoming, text: str, *, line: int, column: int) -> date | None:
    """Read YYYYMMDD; blank is None. Raises SourceRefused for anything else."""
    if not text.strip():
        return None
    try:
        if len(text) != 8 or not (text.isascii() and text.isdigit()):
            raise ValueError
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        said = f"“{text[:20]}” isn't a day written YYYYMMDD: the file is damaged or of another layout."
        file.refuse(said, line=line, column=column)


class EndingText:
    """Watches the last cell of the rows, which holds one of a few texts, for a file that is cut within it."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._last = (0, "")

    @property
    def line(self) -> int:
        """The line of the last row taken in, 0 before the first."""
        return self._last[0]

    def add(self, line: int, text: str) -> None:
        """Take in the text of the next row."""
        if text != self._last[1]:
            self._known.add(self._last[1])
        self._last = (line, text)

    def check(self, file: Incoming) -> None:
        """Refuse a file whose last row has but the beginning of a text that other rows have whole."""
        line, text = self._last
        if text not in self._known and any(known.startswith(text) for known in self._known if known != text):
            file.refuse(f"the last row ends in the middle of its text (“{text[:30]}”): get the file again.", line=line)


class _CarriageReturns(Incoming):
    """A file whose lines end in a carriage return alone, as old spreadsheets save them."""

    def chunks(self, progress: Progress | None = None) -> Iterator[bytes]:
        for chunk in super().chunks(progress):
            yield chunk.replace(b"\r", b"\n")
