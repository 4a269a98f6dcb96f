"""The order files of ICD-10-CM and ICD-10-PCS: columns, headings, and what is refused with line and column."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from app.codebook.library import Library
from app.codebook.sources import order
from app.codebook.sources.incoming import incoming_of
from app.codebook.sources.parsed import FileKind, ParsedTitles, TitleRow
from app.codebook.sources.tree import SourceRefused
from app.domain.codes.code import CodeSystem
from tests.codebook import official_files as files

PCS_ROWS = (
    ("001", "0", "Central Nervous System and Cranial Nerves, Bypass"),
    ("0016070", "1", "Bypass Cerebral Ventricle to Nasopharynx with Autologous Tissue Substitute, Open Approach"),
    ("XY0", "0", "Extracorporeal, Introduction"),
    (
        "XY0VX83",
        "1",
        "Extracorporeal Introduction of Endothelial Damage Inhibitor to Vein Graft, New Technology Group 3",
    ),
)


def _parse(path: Path) -> ParsedTitles:
    return order.parse(incoming_of(path)[0], lambda text, share: None)


def test_rows_become_codes_with_their_titles(tmp_path: Path) -> None:
    parsed = _parse(files.order(tmp_path))
    assert parsed.kind is FileKind.CM_ORDER
    assert parsed.starts == date(2026, 10, 1)
    assert len(parsed.rows) == 9
    assert parsed.rows[1] == TitleRow("K90.0", "Celiac disease", True, "Celiac disease")
    assert parsed.rows[4].code == "S00.0XXA"


def test_headings_have_flag_0_and_are_not_billable(tmp_path: Path) -> None:
    rows = _parse(files.order(tmp_path)).rows
    assert [row.code for row in rows if not row.billable] == ["K90", "S00", "S00.0", "Z99"]


def test_a_title_longer_than_the_short_column_stays_whole(tmp_path: Path) -> None:
    (row,) = (row for row in _parse(files.order(tmp_path)).rows if row.code == "Z99")
    assert row.title == "Dependence on enabling machines and devices, not elsewhere classified"
    assert row.short == "Dependence on enabling machines and devices, not elsewhere c"


def test_letters_after_the_first_character_are_codes_too(tmp_path: Path) -> None:
    rows = [("QA0", "0", "x"), ("QA00101", "1", "x"), ("QA171", "1", "x"), ("J4B", "1", "x"), ("K6A01", "1", "x")]
    codes = [row.code for row in _parse(files.order(tmp_path, rows=[*rows, ("Z992", "1", "x")])).rows]
    assert codes == ["QA0", "QA0.0101", "QA1.71", "J4B", "K6A.01", "Z99.2"]


def test_the_pcs_file_has_the_same_columns(tmp_path: Path) -> None:
    path = files.order(tmp_path, "icd10pcs_order_2026.txt", PCS_ROWS)
    parsed = _parse(path)
    assert (parsed.kind, parsed.imprint.system) == (FileKind.PCS_ORDER, CodeSystem.ICD10PCS)
    assert parsed.starts == date(2025, 10, 1)
    assert [(row.code, row.billable) for row in parsed.rows][:2] == [("001", False), ("0016070", True)]
    (done,) = files.take(tmp_path / "codebooks", path)
    assert (done.book, done.counts) == ("ICD-10-PCS-2026", {"codes": 4, "billable": 2})
    book = Library.open(tmp_path / "codebooks").on(date(2026, 1, 1))
    assert [place.code for place in book.entry(CodeSystem.ICD10PCS, "0016070").path] == ["001"]


def test_the_end_of_a_dos_file_is_no_row(tmp_path: Path) -> None:
    path = files.order(tmp_path)
    path.write_bytes(path.read_bytes() + b"\r\n\x1a")
    assert len(_parse(path).rows) == 9


def _line(number: int, change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(text: str) -> str:
        lines = text.splitlines(keepends=True)
        lines[number - 1] = change(lines[number - 1])
        return "".join(lines)

    return changed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            lambda t: t[: t.index("00007")], r"the list ends at S00\.0XXD, a whole one ends in Z: it is cut", id="cut"
        ),
        pytest.param(
            lambda t: t[: t.index("00007") + 10],
            "line 7, column 11: the row ends before its long title",
            id="cut in the code",
        ),
        pytest.param(
            lambda t: t[: t.index("00007") + 40],
            "line 7, column 40: the row ends before its long title",
            id="cut in the row",
        ),
        pytest.param(
            _line(4, lambda line: ""), "line 4, column 1: order number 00005 follows 00003, so rows", id="gap"
        ),
        pytest.param(
            _line(4, lambda line: "x" + line[1:]), "line 4, column 1: “x0004” is no order number", id="number"
        ),
        pytest.param(
            _line(4, lambda line: line.replace("S000 ", "s000 ")), "line 4, column 7: “s000” can't be", id="code"
        ),
        pytest.param(
            _line(4, lambda line: line[:14] + "2" + line[15:]), "line 4, column 15: the flag is “2”", id="flag"
        ),
        pytest.param(_line(2, lambda line: line[:13] + line[14:]), "line 2, column 15: the flag is “ ”", id="shifted"),
        pytest.param(
            _line(5, lambda line: line.replace("S000XXA", "K90    ")),
            "line 5, column 7: K90 is there twice, first in line 1",
            id="twice",
        ),
        pytest.param(
            _line(3, lambda line: line.replace("head", "he\0d")), "line 3, column 41: there is a control", id="NUL"
        ),
    ],
)
def test_a_damaged_file_names_line_and_column(change: Callable[[str], str], said: str, tmp_path: Path) -> None:
    path = tmp_path / "icd10cm-order-2027.txt"
    path.write_bytes(change(files.order_text(files.ORDER_ROWS)).encode())
    with pytest.raises(SourceRefused, match=rf"icd10cm-order-2027\.txt(: |, ){said}.*get (the file|it) again"):
        _parse(path)


@pytest.mark.parametrize(
    "text",
    ["", "A00 Cholera\n", "00001 A00     0 Cholera\n", "<ICD10CM.tabular>", "0001 A00     0 " + "x" * 70, "\0" * 100],
    ids=["empty", "codes file", "short row", "XML", "number of four", "NUL"],
)
def test_other_files_are_not_taken_for_an_order_file(text: str) -> None:
    assert order.recognises(text.encode(), "icd10cm_order_2027.txt") is None
