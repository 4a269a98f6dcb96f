"""HCPCS Level II files: every layout, its broken variants, and the counts of the official files."""

import io
import random
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.codebook.sources import hcpcs
from app.codebook.sources.incoming import incoming_of
from app.codebook.sources.parsed import Cycle, FileKind, ParsedBook
from app.codebook.sources.tree import SourceNode, SourceRefused
from tests.codebook.edit_files import WHOLE, anweb, anweb_file, csv_text, incoming, no_progress, whole_anweb
from tests.codebook.official import official_file

Parse = Callable[[str, str | bytes], ParsedBook]
HEADER = ("HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "COV", "ADD DT", "ACT EFF DT", "TERM DT")


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    def run(name: str, content: str | bytes) -> ParsedBook:
        file = incoming(tmp_path / name, content)
        assert hcpcs.recognises(file.head, file.name) is not None
        return hcpcs.parse(file, no_progress)

    return run


def entries(book: ParsedBook) -> dict[str, SourceNode]:
    return {node.code: node for node in book.tree.nodes if node.kind != "section"}


def workbook(*rows: Sequence[object], sheet: str = "") -> bytes:
    book = Workbook()
    if sheet:
        book.create_sheet(sheet)
        book.active.append(["Nothing of interest"])  # type: ignore[union-attr]
    target = book[sheet] if sheet else book.active
    for row in rows:
        target.append(list(row))  # type: ignore[union-attr]
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def table_row(code: str, text: str, **cells: str) -> list[str]:
    values = {"seq": "00100", "id": "7" if len(code) == 2 else "3", "short": "Short", "cov": "C"}
    values |= {"added": "20010101", "acted": "20020101", "ended": ""} | cells
    return [f"   {code}" if len(code) == 2 else code, values["seq"], values["id"], text, *list(values.values())[2:]]


def table(*more: Sequence[str]) -> list[Sequence[str]]:
    first = [table_row(code, text) for code, text in WHOLE]
    return [HEADER, *first[:-1], *more, first[-1]]


def test_records_of_320_columns_become_codes_and_modifiers(parse: Parse) -> None:
    text = whole_anweb(
        anweb("B1234", "A text that is long enough to go on in another record, as many of them do,", short="A text"),
        anweb("B1234", "which is joined to it by a blank", sequence=200, record="4"),
    )
    book = parse("HCPC2031_APR_ANWEB.txt", text)
    assert book.kind is FileKind.HCPCS_TEXT
    found = entries(book)
    assert list(found) == ["AA", "A0001", "B1234", "V9999"]
    joined = (
        "A text that is long enough to go on in another record, as many of them do, which is joined to it by a blank"
    )
    assert found["B1234"].title == joined
    assert found["B1234"].extra == {
        "short": "A text",
        "coverage": "C",
        "action": "N",
        "effective_from": "2001-01-01",
    }
    assert (found["AA"].kind, found["AA"].billable) == ("modifier", False)
    assert (found["A0001"].kind, found["A0001"].billable) == ("code", True)
    sections = [node.code for node in book.tree.nodes if node.kind == "section"]
    assert sections == ["modifiers", "A", "B", "V"]
    parent = found["B1234"].parent
    assert parent is not None
    assert book.tree.nodes[parent].title == "Enteral and parenteral therapy"


def test_the_long_text_has_80_columns_and_the_short_one_28(parse: Parse) -> None:
    long, short = "x" * 80, "y" * 28
    found = entries(parse("HCPC2031_APR_ANWEB.txt", whole_anweb(anweb("B1234", long, short=short))))
    assert (found["B1234"].title, found["B1234"].extra["short"]) == (long, short)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda text: "\ufeff".encode() + text.encode(), 3, id="byte order mark"),
        pytest.param(lambda text: text.replace("\r\n", "\n").encode(), 3, id="line feeds"),
        pytest.param(lambda text: text.replace("First", "Fïrst").encode("latin-1"), 3, id="Latin-1"),
        pytest.param(lambda text: text.rstrip().encode(), 3, id="no blanks and no line end at the end"),
        pytest.param(lambda text: (text + "\x1a").encode(), 3, id="DOS end of file"),
        pytest.param(
            lambda text: "".join(line.rstrip() + "\n" for line in text.splitlines()).encode(), 3, id="stripped"
        ),
    ],
)
def test_what_does_no_harm_is_taken(parse: Parse, change: Callable[[str], bytes], expected: int) -> None:
    assert len(entries(parse("HCPC2031_APR_ANWEB.txt", change(whole_anweb())))) == expected


def test_a_code_past_its_last_day_is_kept_but_not_billable(parse: Parse) -> None:
    text = whole_anweb(
        anweb("B0001", "Ended the day before", ended="20310331", action="D"),
        anweb("B0002", "Ends within the quarter", ended="20310430", action="D"),
    )
    book = parse("HCPC2031_APR_ANWEB.txt", text)
    found = entries(book)
    assert [found[code].billable for code in ("B0001", "B0002")] == [False, True]
    assert found["B0001"].extra["effective_to"] == "2031-03-31"
    assert book.imprint.note == "2 entries of the list have a last day; after it they aren't billable."
    assert book.tree.counts() == {"codes": 4, "billable": 3, "sections": 4, "modifiers": 1}


def test_dental_codes_are_counted_and_left_out(parse: Parse) -> None:
    text = whole_anweb(
        anweb("D0001", "A dental service whose text goes on"), anweb("D0001", "here", sequence=200, record="4")
    )
    book = parse("HCPC2031_APR_ANWEB.txt", text)
    assert "D0001" not in entries(book)
    assert not any("dental service" in node.title for node in book.tree.nodes)
    assert book.imprint.note == "1 dental codes (D) of the file were left out."


@pytest.mark.parametrize(
    ("name", "starts", "cycle"),
    [
        ("HCPC2031_OCT_ANWEB.txt", date(2031, 10, 1), Cycle.QUARTER),
        ("HCPC2031_CONTR_ANWEB.txt", date(2031, 1, 1), Cycle.CALENDAR_YEAR),
        ("list.txt", date(2030, 7, 1), Cycle.QUARTER),
    ],
)
def test_the_release_is_in_the_name_else_the_quarter_of_the_newest_action(
    parse: Parse, name: str, starts: date, cycle: Cycle
) -> None:
    book = parse(name, whole_anweb(anweb("B0001", "Changed last", acted="20300801")))
    assert (book.starts, book.imprint.cycle) == (starts, cycle)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(
            whole_anweb()[:-150], "line 5, column 173: the line ends at column 172 of 320", id="cut in a record"
        ),
        pytest.param(
            anweb_file(anweb("AA", "Modifier"), anweb("A0001", "First")),
            "run from A0001 to A0001, those of the official list from A to V: the file is cut off",
            id="cut between records",
        ),
        pytest.param(
            anweb_file(anweb("A0001", "First"), anweb("V9999", "Last")), "holds no modifier", id="beginning missing"
        ),
        pytest.param(whole_anweb("B1234"), "line 5, column 1: this isn't a record", id="half a code"),
        pytest.param(whole_anweb(anweb("B0001", "x") + " x"), "the line has 322 columns, not 320", id="too long"),
        pytest.param(
            whole_anweb(anweb("B0001", "x"), anweb("B0001", "y")),
            "line 6, column 1: B0001 is already in line 5",
            id="twice",
        ),
        pytest.param(
            whole_anweb(anweb("B0001", "x"), anweb("B0002", "more", record="4", sequence=200)),
            "more text for B0002, whose first record isn't before it",
            id="more of another",
        ),
        pytest.param(
            whole_anweb(anweb("B0001", "x"), anweb("B0001", "more", record="4", sequence=300)),
            "sequence 00300 of B0001 where 00200 comes next",
            id="record missing",
        ),
        pytest.param(
            whole_anweb(anweb("B0001", "x", sequence=200)), "the first record of B0001 is missing", id="first missing"
        ),
        pytest.param(whole_anweb(anweb("B0001", "")), "B0001 has no description", id="no text"),
        pytest.param(
            whole_anweb(anweb("B0001", "x", added="20311301")),
            "line 5, column 269: “20311301” isn't a day written YYYYMMDD",
            id="no such day",
        ),
        pytest.param(whole_anweb(anweb("B0001", "x", ended="2031")), "column 285: “2031”", id="half a day"),
        pytest.param(whole_anweb(anweb("Z0001", "x")), "“Z0001” can't be here: it needs a letter A to V", id="letter"),
        pytest.param(whole_anweb(anweb("B0001", "x\x00y")), "control character", id="NUL"),
    ],
)
def test_a_broken_text_file_is_refused_with_the_place(parse: Parse, text: str, says: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        parse("HCPC2031_APR_ANWEB.txt", text)
    assert str(refused.value).startswith("HCPC2031_APR_ANWEB.txt")
    assert says in str(refused.value)


def test_a_csv_with_the_official_columns(parse: Parse) -> None:
    notice = [["Our own notice, of one cell"], ["", "and another"]]
    rows = table(
        table_row("B1234", "A text, with a comma", ended="20300101"),
        table_row("B1235", "A text that"),
        table_row("B1235", "goes on", seq="00200", id="4"),
    )
    book = parse("HCPC2031_JAN_ANWEB.csv", csv_text([*notice, *rows]))
    found = entries(book)
    assert (book.kind, book.starts) == (FileKind.HCPCS_CSV, date(2031, 1, 1))
    assert (found["B1234"].title, found["B1234"].billable) == ("A text, with a comma", False)
    assert found["B1235"].title == "A text that goes on"
    assert found["AA"].kind == "modifier"


def test_a_csv_of_codes_and_descriptions(parse: Parse) -> None:
    rows = [("Code", "Description", "last_updated")]
    rows += [(f"   {code}" if len(code) == 2 else code, text, "09-12-2030") for code, text in WHOLE]
    book = parse("hcpcs_2031oct_code_long.csv", csv_text(rows, end="\n"))
    assert (list(entries(book)), book.starts) == (["AA", "A0001", "V9999"], date(2031, 10, 1))


def test_a_csv_of_raw_records_gets_the_80th_character_back(parse: Parse) -> None:
    """Its cells end at column 90, so the last character of a full text stands before the short one."""
    cut = "A text of eighty characters, whose last one is found at the start of another box"
    more = "Second record, whose text goes on for all of the eighty columns that it has, too"
    assert len(cut) == len(more) == 80
    rows = [
        ["Code", "Description1", "Description2", "Type", "Unknown1"],
        ["AA001007", "Modifier of our own", "Our modifier", "", ""],
        ["A0001001003", cut[:79], "xShort one                   00      9", "", ""],
        [
            "A0001002004",
            "Second record, whose text goes on for all of the eighty columns that it has, to"[:79],
            "o",
            "",
            "",
        ],
        ["V9999001003", "Last thing", "Last                        00      9", "", ""],
    ]
    found = entries(parse("hcpcs_2031oct_records.csv", csv_text(rows)))
    assert found["A0001"].title == f"{cut} {more}"
    assert found["A0001"].extra["short"] == "Short one"
    assert found["V9999"].extra["short"] == "Last"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(
            csv_text(table())[:-30], "line 4, column 5: the row has 4 cells where the header has 9", id="cut in a row"
        ),
        pytest.param(csv_text(table()[:-1]), "run from A0001 to A0001", id="cut between rows"),
        pytest.param(
            csv_text(table()) + '"V9998,00100,3,a text that never ends\r\n',
            "line 5: a quotation that begins here never ends",
            id="quotation without end",
        ),
        pytest.param(
            csv_text(table(table_row("A0001", "Again"))), "line 4, column 1: A0001 is already in line 3", id="twice"
        ),
        pytest.param(
            csv_text(table(table_row("B0001", "x", id="5"))),
            "the record id of B0001 is “5”, not 3, 4, 7 or 8",
            id="record id",
        ),
        pytest.param(
            csv_text(table(table_row("B0001", "x", ended="soon"))), "line 4, column 9: “soon”", id="no such day"
        ),
    ],
)
def test_a_broken_csv_is_refused_with_the_place(parse: Parse, text: str, says: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        parse("HCPC2031_JAN_ANWEB.csv", text)
    assert says in str(refused.value)


def test_a_workbook_whose_header_comes_after_a_notice(parse: Parse) -> None:
    rows = [["Our own notice"], [], *table()]
    rows[3] = ["   AA", 100, 7, "Modifier of our own", "Short", None, 20010101, datetime(2002, 1, 1), None]  # noqa: DTZ001
    book = parse("HCPC2031_APR_ANWEB.xlsx", workbook(*rows, sheet="Codes"))
    found = entries(book)
    assert (book.kind, list(found)) == (FileKind.HCPCS_XLSX, ["AA", "A0001", "V9999"])
    assert found["AA"].extra == {"short": "Short", "effective_from": "2001-01-01"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(workbook(["Code", "Text"], ["A0001", "x"]), "no sheet has a header row with HCPC", id="no header"),
        pytest.param(workbook(*table())[:-40], "get the file again", id="cut off"),
        pytest.param(workbook(*table()[:-1]), "run from A0001 to A0001", id="cut between rows"),
    ],
)
def test_a_broken_workbook_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "HCPC2031_APR_ANWEB.xlsx"
    path.write_bytes(content)
    with pytest.raises(SourceRefused, match=says):
        _ = [hcpcs.parse(file, no_progress) for file in incoming_of(path)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("x.csv", "Code,Description\r\nA00.0,Cholera\r\n", id="diagnoses"),
        pytest.param("x.csv", "Code,Description\r\n99213,Visit\r\n", id="procedures of CPT"),
        pytest.param("x.csv", "HCPCS,MOD,DESCRIPTION,CODE\r\nA0001,,x,A\r\n", id="fee schedule"),
        pytest.param("HCPC2031_ANWEB.txt", "Dear reader,\r\nnothing here.\r\n", id="a letter"),
        pytest.param("HCPC2031_ANWEB.txt", "00001 A00     0 Cholera " + " " * 60 + "Cholera\r\n", id="an order file"),
        pytest.param("HCPC2031_JAN_Transaction_Report.xlsx", workbook(["HCPC"]), id="another workbook"),
        pytest.param("letter.docx", b"PK\x03\x04word/document.xml", id="a document"),
    ],
)
def test_other_files_are_not_recognised(name: str, content: str | bytes) -> None:
    head = content.encode() if isinstance(content, str) else content
    assert hcpcs.recognises(head, name) is None


@pytest.mark.official
@pytest.mark.parametrize(
    ("name", "codes", "modifiers", "billable", "starts"),
    [
        ("hcpcs_2025oct_code_long.csv", 8463, 383, 8463, date(2025, 10, 1)),
        ("hcpcs_2025oct_records.csv", 8463, 383, 8463, date(2025, 10, 1)),
        ("HCPC2019_CONTR_ANWEB.txt", 6440, 360, 5934, date(2019, 1, 1)),
    ],
)
def test_the_official_files(name: str, codes: int, modifiers: int, billable: int, starts: date) -> None:
    """All three hold no dental code; of the 2019 list 506 codes and 9 modifiers had ended before it came out."""
    (file,) = incoming_of(official_file(name))
    assert hcpcs.recognises(file.head, "any name") is not None
    book = hcpcs.parse(file, no_progress)
    counts = book.tree.counts()
    assert (counts["codes"], counts["modifiers"], counts["billable"]) == (codes, modifiers, billable)
    assert (book.starts, "dental" in book.imprint.note) == (starts, False)


@pytest.mark.official
def test_both_official_csv_files_say_the_same() -> None:
    books = []
    for name in ("hcpcs_2025oct_code_long.csv", "hcpcs_2025oct_records.csv"):
        (file,) = incoming_of(official_file(name))
        books.append({code: node.title for code, node in entries(hcpcs.parse(file, no_progress)).items()})
    assert books[0] == books[1]


@pytest.mark.official
@pytest.mark.parametrize(
    "name", ["hcpcs_2025oct_code_long.csv", "hcpcs_2025oct_records.csv", "HCPC2019_CONTR_ANWEB.txt"]
)
def test_an_official_file_cut_anywhere_is_refused(name: str, tmp_path: Path) -> None:
    content = official_file(name).read_bytes()
    rng = random.Random(name)
    last_record = content.rstrip().rfind(b"\n")
    for _ in range(12):
        file = incoming(tmp_path / name, content[: rng.randrange(70_000, last_record)])
        with pytest.raises(SourceRefused, match=name):
            hcpcs.parse(file, no_progress)
