"""NCCI procedure-to-procedure edits: the layout, its broken variants, what is kept of it."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.codebook.sources import ncci_ptp
from app.codebook.sources.parsed import Cycle, FileKind, ParsedTable
from app.codebook.sources.tree import SourceRefused
from tests.codebook.edit_files import incoming, no_progress, ptp_row, ptp_text

NAME = "ccipra-v371r0-f2.TXT"


def parse(folder: Path, content: str | bytes, name: str = NAME) -> ParsedTable:
    file = incoming(folder / name, content)
    assert ncci_ptp.recognises(file.head, file.name) is FileKind.NCCI_PTP
    return ncci_ptp.parse(file, no_progress)


def write(folder: Path, content: str | bytes) -> tuple[dict[str, int], list[tuple[Any, ...]]]:
    target = folder / "table"
    target.mkdir()
    counts = parse(folder, content).write(target)
    with closing(sqlite3.connect(target / "book.sqlite3")) as db:
        return counts, db.execute("SELECT * FROM ptp JOIN rationale ON id = rationale").fetchall()


def test_rows_become_edits_with_their_days(tmp_path: Path) -> None:
    counts, rows = write(
        tmp_path,
        ptp_text(
            ptp_row("Z0001", "Z0002"),
            ptp_row("Z0001", "Z0003", before="*", deleted="20211231", indicator="1", rationale="Another"),
        ),
    )
    assert counts == {"edits": 2, "never in force": 0, "repeated": 0, "still in force": 1}
    assert rows == [
        ("Z0001", "Z0002", 20200101, None, 0, 1, 1, "Invented reason"),
        ("Z0001", "Z0003", 20200101, 20211231, 1, 2, 2, "Another"),
    ]


def test_the_same_pair_may_come_again_later(tmp_path: Path) -> None:
    first = ptp_row("Z0001", "Z0002", effective="20100101", deleted="20101231")
    counts, rows = write(tmp_path, ptp_text(first, ptp_row("Z0001", "Z0002")))
    assert (counts["edits"], [row[2] for row in rows]) == (2, [20100101, 20200101])


def test_rows_that_went_the_day_they_came_are_counted_only(tmp_path: Path) -> None:
    """Official files hold such rows beside a real one of the same pair and day."""
    never = ptp_row("Z0001", "Z0002", deleted="20200101", indicator="9")
    counts, rows = write(tmp_path, ptp_text(never, ptp_row("Z0001", "Z0002"), never))
    assert counts == {"edits": 1, "never in force": 2, "repeated": 0, "still in force": 1}
    assert [row[4] for row in rows] == [0]


def test_a_repeated_row_is_counted_once(tmp_path: Path) -> None:
    counts, rows = write(tmp_path, ptp_text(ptp_row("Z0001", "Z0002"), ptp_row("Z0001", "Z0002")))
    assert (counts["edits"], counts["repeated"], len(rows)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("name", "stem", "starts"),
    [
        ("ccipra-v320r0-f1.TXT", "NCCI-PTP-practitioner-f1", date(2026, 1, 1)),
        ("ccioph-v313r0-f4.txt", "NCCI-PTP-outpatient-hospital-f4", date(2025, 10, 1)),
        ("edits.txt", "NCCI-PTP", None),
    ],
)
def test_setting_part_and_quarter_are_in_the_name(name: str, stem: str, starts: date | None, tmp_path: Path) -> None:
    table = parse(tmp_path, ptp_text(ptp_row("Z0001", "Z0002")), name)
    assert (table.imprint.stem, table.starts, table.imprint.cycle) == (stem, starts, Cycle.QUARTER)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + ptp_text(ptp_row("Z0001", "Z0002")).encode(), id="byte order mark"),
        pytest.param(ptp_text(ptp_row("Z0001", "Z0002"), end="\n"), id="line feeds"),
        pytest.param(ptp_text(ptp_row("Z0001", "Z0002")).rstrip(), id="no line end at the end"),
        pytest.param(ptp_text(ptp_row("Z0001", "Z0002")) + "\r\n\x1a", id="end of file of old"),
        pytest.param(ptp_text(ptp_row("Z0001", "Z0002", rationale="Ménière")), id="Latin-1"),
        pytest.param(ptp_text((*ptp_row("Z0001", "Z0002"), "")), id="a tab too many"),
        pytest.param(ptp_text(ptp_row("Z0001", "Z0002")[:6]), id="without rationale, as before 2016"),
    ],
)
def test_what_does_no_harm_is_taken(content: str | bytes, tmp_path: Path) -> None:
    counts, _ = write(tmp_path, content)
    assert counts["edits"] == 1


GOOD = ptp_row("Z0001", "Z0002")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(
            ptp_text(GOOD, ptp_row("Z0001", "Z0003"))[:-25], "line 8, column 5: the row has 4", id="cut in a row"
        ),
        pytest.param(
            ptp_text(GOOD, ptp_row("Z0001", "Z0003"))[:-10],
            "line 8: the last row ends in the middle of its text (“Invente”)",
            id="cut in the last cell",
        ),
        pytest.param(ptp_text(GOOD, ("Z0001",)), "line 8, column 2: the row has 1 columns where 7", id="one cell"),
        pytest.param(ptp_text(GOOD, (*GOOD, "x")), "line 8, column 8: the row has 8 columns", id="too many"),
        pytest.param(ptp_text(GOOD, ptp_row("Z001", "Z0003")), "line 8, column 1: “Z001” isn't a code", id="code 1"),
        pytest.param(ptp_text(GOOD, ptp_row("Z0001", "z0003")), "line 8, column 2: “z0003” isn't a code", id="code 2"),
        pytest.param(ptp_text(GOOD, ptp_row("Z0001", "Z0003", before="x")), "line 8, column 3: “x” where", id="before"),
        pytest.param(
            ptp_text(GOOD, ptp_row("Z0001", "Z0003", effective="20200230")),
            "line 8, column 4: “20200230” isn't a day",
            id="no such day",
        ),
        pytest.param(
            ptp_text(GOOD, ptp_row("Z0001", "Z0003", deleted="2020")), "line 8, column 5: “2020” isn't", id="half a day"
        ),
        pytest.param(
            ptp_text(GOOD, ptp_row("Z0001", "Z0003", indicator="7")),
            "line 8, column 6: modifier indicator “7”, not 0, 1 or 9",
            id="indicator",
        ),
        pytest.param(
            ptp_text(GOOD, ptp_row("Z0001", "Z0002", indicator="1")),
            "line 8, column 1: the edit Z0001/Z0002 that came on 20200101 is in the file before, with another",
            id="contradiction",
        ),
        pytest.param(
            ptp_text(GOOD, ptp_row("Z0001", "Z0002", deleted="20211231")),
            "with another end or indicator",
            id="other end",
        ),
        pytest.param(ptp_text(GOOD) + "Z0001\x00", "control character", id="NUL"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused) as refused:
        write(tmp_path, text)
    assert str(refused.value).startswith(NAME)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ptp_text(), id="captions alone"),
        pytest.param("Z0001,Z0002,,20200101,*,0,Reason\r\n", id="commas"),
        pytest.param("Z0001\tZ0002\t20200101\r\n", id="other columns"),
        pytest.param("", id="nothing"),
    ],
)
def test_other_files_are_not_recognised(text: str) -> None:
    assert ncci_ptp.recognises(text.encode(), NAME) is None
