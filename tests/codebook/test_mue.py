"""Medically unlikely edits: the csv with its long notice, its broken variants, what is kept of it."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.codebook.sources import mue
from app.codebook.sources.parsed import Cycle, FileKind, ParsedTable
from app.codebook.sources.tree import SourceRefused
from tests.codebook.edit_files import MUE_HEADER, incoming, mue_text, no_progress

NAME = "MCR_MUE_PractitionerServices_Eff_04-01-2031.csv"
ROWS = (("Z0001", "2", "1"), ("Z0002", "10", "2"), ("Z0003", "0", "3"))


def parse(folder: Path, content: str | bytes, name: str = NAME) -> ParsedTable:
    file = incoming(folder / name, content)
    assert mue.recognises(file.head, file.name) is FileKind.MUE
    return mue.parse(file, no_progress)


def write(folder: Path, content: str | bytes) -> tuple[dict[str, int], list[tuple[Any, ...]]]:
    target = folder / "table"
    target.mkdir()
    counts = parse(folder, content).write(target)
    with closing(sqlite3.connect(target / "book.sqlite3")) as db:
        return counts, db.execute("SELECT * FROM mue").fetchall()


def test_rows_become_limits(tmp_path: Path) -> None:
    counts, rows = write(tmp_path, mue_text(*ROWS))
    assert counts == {"codes": 3}
    assert rows == [
        ("Z0001", 2, 1, "Invented reason"),
        ("Z0002", 10, 2, "Invented reason"),
        ("Z0003", 0, 3, "Invented reason"),
    ]


@pytest.mark.parametrize(
    ("name", "values", "stem", "starts"),
    [
        (NAME, "Practitioner Services MUE Values", "MUE-practitioner", date(2031, 4, 1)),
        (
            "x_Eff_10-01-2030.csv",
            "Outpatient Hospital Services MUE Values",
            "MUE-outpatient-hospital",
            date(2030, 10, 1),
        ),
        ("x.csv", "DME Supplier Services MUE Values", "MUE-equipment-supplier", None),
        ("MCR_MUE_DMESupplierServices_Eff_13-01-2030.csv", "MUE Values", "MUE-equipment-supplier", None),
        ("x.csv", "MUE Values", "MUE", None),
    ],
)
def test_services_are_in_the_header_and_the_day_in_the_name(
    name: str, values: str, stem: str, starts: date | None, tmp_path: Path
) -> None:
    table = parse(tmp_path, mue_text(*ROWS, header=(MUE_HEADER[0], values, *MUE_HEADER[2:])), name)
    assert (table.imprint.stem, table.starts, table.imprint.cycle) == (stem, starts, Cycle.QUARTER)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + mue_text(*ROWS).encode(), id="byte order mark"),
        pytest.param(mue_text(*ROWS).replace("\r\n", "\n"), id="line feeds"),
        pytest.param(mue_text(*ROWS).replace("\r\n", "\r").replace("\n", "\r"), id="carriage returns"),
        pytest.param(mue_text(*ROWS).rstrip(), id="no line end at the end"),
        pytest.param(mue_text(*ROWS) + ",,,\r\n\r\n", id="blank rows at the end"),
        pytest.param(mue_text(("Z0001", "2", "1"), ("Z0002", "3", "2"), ("Z0003", "1", "3")), id="as it is"),
    ],
)
def test_what_does_no_harm_is_taken(content: str | bytes, tmp_path: Path) -> None:
    counts, _ = write(tmp_path, content)
    assert counts == {"codes": 3}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(mue_text(*ROWS)[:-30], "line 8, column 4: the row has 3 cells where the header has 4", id="cut"),
        pytest.param(
            mue_text(*ROWS)[:-10], "line 8: the last row ends in the middle of its text (“Invent", id="cut text"
        ),
        pytest.param(mue_text(*ROWS, ("Z0001", "3", "1")), "line 9, column 1: Z0001 is already in line 6", id="twice"),
        pytest.param(mue_text(("Z001", "2", "1")), "line 6, column 1: “Z001” isn't a code", id="code"),
        pytest.param(mue_text(("Z0001", "two", "1")), "line 6, column 2: “two” isn't a number of units", id="units"),
        pytest.param(mue_text(("Z0001", "-2", "1")), "line 6, column 2: “-2” isn't a number", id="negative"),
        pytest.param(
            mue_text(("Z0001", "2", "4 New Edit")), "line 6, column 3: “4 New Edit” isn't an adj", id="indicator"
        ),
        pytest.param(mue_text(), "holds no row below a header", id="no row"),
        pytest.param(mue_text(*ROWS) + '"Z0004,1', "line 9: a quotation that begins here never ends", id="quotation"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused) as refused:
        write(tmp_path, text)
    assert str(refused.value).startswith(NAME)
    assert says in str(refused.value)


def test_a_file_that_ends_within_its_notice(tmp_path: Path) -> None:
    """It shows nothing to know it by, so it isn't taken for an MUE table at all."""
    text = mue_text(*ROWS)[:40]
    assert mue.recognises(text.encode(), NAME) is None
    file = incoming(tmp_path / NAME, text)
    with pytest.raises(SourceRefused, match=r"line 1: a quotation that begins here never ends"):
        list(mue.rows_of(file, no_progress))


@pytest.mark.parametrize("text", ["", "HCPCS,MOD,DESCRIPTION\r\n", "Code,Units\r\n", "HCPCS/CPT Code,MUE Values\r\n"])
def test_other_files_are_not_recognised(text: str) -> None:
    assert mue.recognises(text.encode(), NAME) is None
