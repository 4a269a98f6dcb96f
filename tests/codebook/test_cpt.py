"""Descriptor files of a CPT licensee, with codes and texts of our own."""

from datetime import date
from pathlib import Path

import pytest

from app.codebook.sources import cpt
from app.codebook.sources.parsed import Cycle, FileKind, ParsedTitles
from app.codebook.sources.tree import NodeKind, SourceRefused
from tests.codebook.edit_files import CPT_NOTICE, cpt_text, incoming, no_progress

LONG = (("00901", "A first thing of our own, told at length"), ("0990T", "A new thing"), ("99901", "A last thing"))
SHORT = (("00901", "FIRST THING"), ("99901", "LAST THING"))


def parse(folder: Path, name: str, content: str | bytes) -> ParsedTitles:
    file = incoming(folder / name, content)
    return cpt.parse(file, no_progress)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("LONGULT.txt", cpt_text(*LONG), FileKind.CPT_LONG),
        ("SHORTU.txt", cpt_text(*SHORT, between=" "), FileKind.CPT_SHORT),
        (
            "MEDU.txt",
            cpt_text(*SHORT, ("99902", "A THING OF MORE THAN 28 CHARACTERS"), between=" "),
            FileKind.CPT_MEDIUM,
        ),
        ("MEDU.txt", cpt_text(*SHORT, between=" "), FileKind.CPT_MEDIUM),
        ("MODUL.txt", cpt_text(("99", "Modifier of our own"), ("P9", "Another")), FileKind.CPT_MODIFIERS),
        ("MODUL.txt", cpt_text(("99", "Modifier of our own"), between="  "), FileKind.CPT_MODIFIERS),
        ("renamed.dat", cpt_text(*LONG).replace("\r\n", "\n"), FileKind.CPT_LONG),
    ],
)
def test_each_kind_is_told_by_its_lines(name: str, text: str, kind: FileKind, tmp_path: Path) -> None:
    assert cpt.recognises(text.encode(), name) is kind
    assert parse(tmp_path, name, text).kind is kind


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Title\r\n\r\n00901\tA thing\r\n", id="nobody's notice"),
        pytest.param(CPT_NOTICE + "Dear licensee,\r\nnothing here\r\n", id="a letter"),
        pytest.param(CPT_NOTICE + "HCPCS,MOD,DESCRIPTION\r\n00901,,x\r\n", id="a table"),
        pytest.param(CPT_NOTICE, id="a notice alone"),
    ],
)
def test_other_files_are_not_recognised(text: str) -> None:
    assert cpt.recognises(text.encode(), "LONGULT.txt") is None


def test_rows_come_after_the_notice(tmp_path: Path) -> None:
    book = parse(tmp_path, "LONGULT.txt", cpt_text(*LONG) + "\r\n\r\n")
    assert [(row.code, row.title, row.billable, row.kind) for row in book.rows] == [
        (code, title, True, NodeKind.CODE) for code, title in LONG
    ]


def test_modifiers_are_no_codes(tmp_path: Path) -> None:
    book = parse(tmp_path, "MODUL.txt", cpt_text(("99", "Modifier  of our own")))
    assert [(row.code, row.title, row.billable, row.kind) for row in book.rows] == [
        ("99", "Modifier of our own", False, NodeKind.MODIFIER)
    ]


def test_the_licence_is_told(tmp_path: Path) -> None:
    imprint = parse(tmp_path, "LONGULT.txt", cpt_text(*LONG)).imprint
    assert (imprint.publisher, imprint.cycle, imprint.partial) == (
        "American Medical Association",
        Cycle.CALENDAR_YEAR,
        False,
    )
    assert "licensee's own file" in imprint.licence


@pytest.mark.parametrize(
    ("name", "notice", "starts"),
    [
        ("CPT 2031 › LONGULT.txt", CPT_NOTICE, date(2031, 1, 1)),
        ("LONGULT.txt", "Effective January 1, 2031\r\n" + CPT_NOTICE, date(2031, 1, 1)),
        ("LONGULT.txt", "CPT® 2031\r\n" + CPT_NOTICE, date(2031, 1, 1)),
        ("LONGULT.txt", "Copyright 1966-2030\r\n" + CPT_NOTICE, None),
    ],
)
def test_the_year_is_the_edition_s_never_the_copyright_s(
    name: str, notice: str, starts: date | None, tmp_path: Path
) -> None:
    book = parse(tmp_path, name, cpt_text(*LONG, notice=notice).encode())
    assert book.starts == starts


@pytest.mark.parametrize(
    "change", [lambda raw: b"\xef\xbb\xbf" + raw, lambda raw: raw.rstrip(), lambda raw: raw + b"\x1a"]
)
def test_what_does_no_harm_is_taken(change: object, tmp_path: Path) -> None:
    content = change(cpt_text(*LONG).encode())  # type: ignore[operator]
    assert len(parse(tmp_path, "LONGULT.txt", content).rows) == 3


def test_latin_1_is_read(tmp_path: Path) -> None:
    book = parse(tmp_path, "LONGULT.txt", cpt_text(*LONG, ("99902", "Ménière")).encode("latin-1"))
    assert book.rows[-1].title == "Ménière"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(cpt_text(*LONG[:2]), "run from 00901 to 0990T, those of CPT from 00100 past 99202", id="cut off"),
        pytest.param(cpt_text(*LONG) + "999", "isn't a descriptor file of CPT", id="half a code, small file"),
        pytest.param(cpt_text(*LONG, LONG[0]), "line 9, column 1: 00901 is already in line 6", id="twice"),
        pytest.param("nothing", "isn't a descriptor file of CPT", id="another file"),
    ],
)
def test_a_broken_file_is_refused(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused) as refused:
        parse(tmp_path, "LONGULT.txt", text)
    assert str(refused.value).startswith("LONGULT.txt")
    assert says in str(refused.value)


def test_a_bad_line_far_into_the_file_is_named(tmp_path: Path) -> None:
    many = [(f"{number:05}", "A thing of our own that takes some room in the file") for number in range(2_001)]
    with pytest.raises(SourceRefused, match=r"LONGULT.txt, line 2,007, column 1: the line isn't a code, a tab and its"):
        parse(tmp_path, "LONGULT.txt", cpt_text(*many) + "999")


@pytest.mark.parametrize(("name", "key"), [("LONGULT.txt", "00901"), ("MODUL.txt", "25")])
def test_a_descriptor_without_end_is_refused(name: str, key: str, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="line 6, column 7: the descriptor has 10001 characters, 10000"):
        parse(tmp_path, name, cpt_text((key, "x" * 10_001)))


def test_a_medium_descriptor_has_48_characters_at_most(tmp_path: Path) -> None:
    text = cpt_text(*SHORT, ("99902", "X" * 49), between=" ")
    with pytest.raises(SourceRefused, match="line 8, column 7: the descriptor has 49 characters, 48 are the most"):
        parse(tmp_path, "MEDU.txt", text)
