"""The physician fee schedule: captions, stacked names, broken variants, and no descriptor kept."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.codebook.edits.store import FEE_COLUMNS
from app.codebook.sources import fee_schedule
from app.codebook.sources.parsed import Cycle, FileKind, ParsedTable
from app.codebook.sources.tree import SourceRefused
from tests.codebook.edit_files import FEE_NAMES, fee_row, fee_text, incoming, no_progress

NAME = "PPRRVU2031_Apr_nonQPP.csv"


def parse(folder: Path, content: str | bytes, name: str = NAME) -> ParsedTable:
    file = incoming(folder / name, content)
    assert fee_schedule.recognises(file.head, file.name) is FileKind.FEE_SCHEDULE
    return fee_schedule.parse(file, no_progress)


def write(folder: Path, content: str | bytes) -> tuple[dict[str, int], list[dict[str, Any]]]:
    target = folder / "table"
    target.mkdir()
    counts = parse(folder, content).write(target)
    with closing(sqlite3.connect(target / "book.sqlite3")) as db:
        return counts, [dict(zip(FEE_COLUMNS, row, strict=True)) for row in db.execute("SELECT * FROM fee")]


def test_columns_are_found_by_their_stacked_names(tmp_path: Path) -> None:
    counts, rows = write(tmp_path, fee_text(fee_row("Z0001"), fee_row("Z0001", "26", WORK="0.40")))
    assert counts == {"rows": 2, "codes": 1}
    assert rows[0] == {
        "code": "Z0001",
        "modifier": "",
        "status": "A",
        "work": "1.50",
        "pe_office": "2.25",
        "pe_facility": "0.75",
        "malpractice": "0.10",
        "total_office": "3.85",
        "total_facility": "2.35",
        "pctc": "0",
        "global_days": "010",
        "multiple": "2",
        "bilateral": "1",
        "assistant": "1",
        "co_surgeons": "0",
        "team": "0",
        "factor": "33.0000",
    }
    assert (rows[1]["modifier"], rows[1]["work"]) == ("26", "0.40")


def test_no_descriptor_is_kept_anywhere(tmp_path: Path) -> None:
    write(tmp_path, fee_text(fee_row("Z0001")))
    assert b"descriptor that must" not in (tmp_path / "table" / "book.sqlite3").read_bytes()


def test_a_column_more_does_no_harm(tmp_path: Path) -> None:
    """The files of 2026 have 32 columns, those before 31."""
    names = [*FEE_NAMES[:5], ("A NEW", "COLUMN"), *FEE_NAMES[5:]]
    row = fee_row("Z0001")
    _, rows = write(tmp_path, fee_text([*row[:5], "new", *row[5:]], names=names))
    assert (rows[0]["work"], rows[0]["pe_office"], rows[0]["total_facility"]) == ("1.50", "2.25", "2.35")


def test_a_code_without_values_is_taken(tmp_path: Path) -> None:
    _, rows = write(tmp_path, fee_text(fee_row("Z0001", WORK="NA", MP="", STATUS="I")))
    assert (rows[0]["work"], rows[0]["malpractice"], rows[0]["status"]) == ("NA", "", "I")


@pytest.mark.parametrize(
    ("name", "caption", "stem", "starts"),
    [
        (NAME, "x", "Fee-schedule", date(2031, 4, 1)),
        ("PPRRVU2031_Oct_QPP.csv", "x", "Fee-schedule-QPP", date(2031, 10, 1)),
        ("PPRRVU31_JAN.csv", "x", "Fee-schedule", date(2031, 1, 1)),
        ("rvu31c.zip › PPRRVU31.csv", "x", "Fee-schedule", date(2031, 7, 1)),
        ("values.csv", "2031 National Relative Value File July Release", "Fee-schedule", date(2031, 7, 1)),
        ("values.csv", "x", "Fee-schedule", None),
    ],
)
def test_the_release_is_in_the_name_else_in_the_first_caption(
    name: str, caption: str, stem: str, starts: date | None, tmp_path: Path
) -> None:
    table = parse(tmp_path, fee_text(fee_row("Z0001"), caption=caption), name)
    assert (table.imprint.stem, table.starts, table.imprint.cycle) == (stem, starts, Cycle.CALENDAR_YEAR)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + fee_text(fee_row("Z0001")).encode(), id="byte order mark"),
        pytest.param(fee_text(fee_row("Z0001")).replace("\r\n", "\n"), id="line feeds"),
        pytest.param(fee_text(fee_row("Z0001")).replace("\r\n", "\r"), id="carriage returns"),
        pytest.param(fee_text(fee_row("Z0001")).rstrip(), id="no line end at the end"),
        pytest.param(fee_text(fee_row("Z0001")) + "," * 30 + "\r\n", id="a blank row"),
        pytest.param(fee_text(fee_row("Z0001", DESCRIPTION="é")), id="Latin-1"),
    ],
)
def test_what_does_no_harm_is_taken(content: str | bytes, tmp_path: Path) -> None:
    counts, _ = write(tmp_path, content)
    assert counts == {"rows": 1, "codes": 1}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(
            fee_text(fee_row("Z0001"), fee_row("Z0002"))[:-40],
            "line 12, column 16: the row has 15 cells",
            id="cut in a row",
        ),
        pytest.param(fee_text(fee_row("Z001")), "line 11, column 1: “Z001” isn't a code", id="code"),
        pytest.param(fee_text(fee_row("Z0001", "LEFT")), "line 11, column 2: “LEFT” isn't a modifier", id="modifier"),
        pytest.param(fee_text(fee_row("Z0001", WORK="1,5")), "line 11, column 6: “1,5” isn't a work", id="number"),
        pytest.param(
            fee_text(fee_row("Z0001"), fee_row("Z0001")), "line 12, column 1: Z0001 is already in line 11", id="twice"
        ),
        pytest.param(
            fee_text(fee_row("Z0001", "26"), fee_row("Z0001", "26")),
            "Z0001-26 is already in line 11",
            id="twice with 26",
        ),
        pytest.param(fee_text(), "holds no row below a header", id="no row"),
        pytest.param(
            fee_text(fee_row("Z0001"), names=[("", "HCPCS"), ("", "MOD"), *[("OTHER", "NAME")] * 29]),
            "line 10: the header has no column for assistant, bilateral, co surgeons",
            id="other columns",
        ),
        pytest.param(fee_text(fee_row("Z0001")) + '"Z0002', "a quotation that begins here never ends", id="quotation"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused) as refused:
        write(tmp_path, text)
    assert str(refused.value).startswith(NAME)
    assert says in str(refused.value)


@pytest.mark.parametrize("text", ["", "HCPCS,TEXT\r\n", "HDR,2031\r\n", "a,b,c\r\n"])
def test_other_files_are_not_recognised(text: str) -> None:
    assert fee_schedule.recognises(text.encode(), NAME) is None
