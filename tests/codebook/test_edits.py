"""The installed edit tables: asked for a day, several releases side by side, put into words."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.codebook.edits.facts import edit_facts, pair_message, units_message
from app.codebook.edits.tables import HOSPITAL, Edits
from app.codebook.library import Library
from app.domain.codes.code import CodeSystem
from app.services.imports import SourceRefused
from tests.codebook.edit_files import (
    FEE_NAMES,
    MUE_HEADER,
    anweb,
    cpt_text,
    fee_row,
    fee_text,
    library_with,
    mue_text,
    ptp_row,
    ptp_text,
    whole_anweb,
)

SPRING, SUMMER = date(2031, 4, 1), date(2031, 7, 1)
HOSPITAL_HEADER = (MUE_HEADER[0], "Outpatient Hospital Services MUE Values", *MUE_HEADER[2:])
FILES = {
    "ccipra-v371r0-f1.txt": ptp_text(
        ptp_row("0991T", "0992T", effective="20300101"),
        ptp_row("0991T", "0993T", effective="20310101", indicator="1"),
        ptp_row("0991T", "0994T", effective="20300101", deleted="20310430"),
        ptp_row("0991T", "0996T", effective="20310615"),
    ),
    "ccipra-v371r0-f2.txt": ptp_text(ptp_row("J0001", "J0002", effective="20300101")),
    "ccipra-v372r0-f1.txt": ptp_text(ptp_row("0991T", "0992T", effective="20300101", indicator="1")),
    "ccioph-v371r0-f1.txt": ptp_text(ptp_row("0991T", "0995T", effective="20300101")),
    "MCR_MUE_PractitionerServices_Eff_04-01-2031.csv": mue_text(
        ("0991T", "1", "2"), ("J9990", "10", "1"), ("0993T", "2", "3")
    ),
    "MCR_MUE_OutpatientHospitalServices_Eff_04-01-2031.csv": mue_text(("0991T", "3", "3"), header=HOSPITAL_HEADER),
    "PPRRVU2031_Jan_nonQPP.csv": fee_text(fee_row("0991T"), fee_row("0997T"), fee_row("0997T", "26", WORK="0.18")),
    "PPRRVU2031_Jul_nonQPP.csv": fee_text(fee_row("0991T", WORK="1.60")),
    "PPRRVU2031_Jul_QPP.csv": fee_text(fee_row("0991T", CONV="34.0000")),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, books_folder: Path) -> Library:
    return library_with(tmp_path_factory.mktemp("edits"), books_folder, FILES)


@pytest.fixture(scope="module")
def edits(library: Library) -> Edits:
    return library.edits


def test_every_table_says_where_it_comes_from(edits: Edits) -> None:
    assert len(edits.tables) == len(FILES)
    for table in edits.tables:
        assert table.publisher == "Centers for Medicare & Medicaid Services"
        assert "American Medical Association" in table.licence
        assert table.effective_to is not None
        assert any(table.counts.values())
        (source,) = table.sources
        assert (source.sha256, source.name in FILES) == (table.sha256, True)


@pytest.mark.parametrize(
    ("second", "day", "indicator"),
    [
        pytest.param("0992T", SPRING, 0, id="in force"),
        pytest.param("0992T", SUMMER, 1, id="as the next quarter has it"),
        pytest.param("0992T", date(2030, 1, 1), 0, id="its first day, before the quarter"),
        pytest.param("0992T", date(2029, 12, 31), None, id="before its first day"),
        pytest.param("0992T", date(2031, 9, 30), 1, id="last day of the newest table"),
        pytest.param("0992T", date(2031, 10, 1), None, id="after the newest table"),
        pytest.param("0994T", date(2031, 4, 30), 0, id="last day of an edit"),
        pytest.param("0994T", date(2031, 5, 1), None, id="after the last day of an edit"),
        pytest.param("0996T", date(2031, 6, 14), None, id="not yet"),
        pytest.param("0996T", date(2031, 6, 15), 0, id="comes within the quarter"),
        pytest.param("0995T", SPRING, None, id="an edit of hospitals"),
    ],
)
def test_a_pair_is_asked_for_a_day(edits: Edits, second: str, day: date, indicator: int | None) -> None:
    found = edits.ptp("0991T", second, day)
    assert (found.indicator if found else None) == indicator


def test_a_pair_has_an_order(edits: Edits) -> None:
    assert edits.ptp("0992T", "0991T", SPRING) is None


def test_the_files_of_a_release_answer_together(edits: Edits) -> None:
    found = edits.ptp_between(["J0002", "0992T", "J0001", "0991T", "0991T"], SPRING)
    assert {(edit.column1, edit.column2) for edit in found} == {("J0001", "J0002"), ("0991T", "0992T")}


def test_hospitals_have_edits_of_their_own(edits: Edits) -> None:
    found = edits.ptp("0991T", "0995T", SPRING, setting=HOSPITAL)
    assert (found.table.id if found else "") == "NCCI-PTP-outpatient-hospital-f1-2031-04"


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("0991T", SPRING, (1, 2)),
        ("J9990", date(2031, 6, 30), (10, 1)),
        ("J9990", SUMMER, None),
        ("J9990", SPRING - timedelta(days=1), None),
        ("Z0001", SPRING, None),
    ],
)
def test_most_units_are_asked_for_a_day(edits: Edits, code: str, day: date, expected: tuple[int, int] | None) -> None:
    found = edits.mue(code, day)
    assert ((found.units, found.indicator) if found else None) == expected


def test_each_kind_of_services_has_its_limit(edits: Edits) -> None:
    assert [(mue.setting, mue.units) for mue in edits.mues("0991T", SPRING)] == [
        ("practitioner", 1),
        ("outpatient hospital", 3),
    ]


def test_the_newest_fee_schedule_of_a_day_answers(edits: Edits) -> None:
    assert [fee.work for day in (SPRING, SUMMER) if (fee := edits.fee("0991T", day))] == [
        Decimal("1.50"),
        Decimal("1.60"),
    ]
    assert edits.fee("0991T", date(2032, 1, 1)) is None


def test_the_usual_conversion_factor_goes_before_that_of_a_program(edits: Edits) -> None:
    fee = edits.fee("0991T", SUMMER)
    assert fee is not None
    assert (fee.factor, fee.table.id) == (Decimal("33.0000"), "Fee-schedule-2031-07")


def test_a_code_has_a_row_for_each_modifier(edits: Edits) -> None:
    assert [(fee.modifier, fee.work) for fee in edits.fees("0997T", SPRING)] == [
        ("", Decimal("1.50")),
        ("26", Decimal("0.18")),
    ]
    fee = edits.fee("0997T", SPRING, "26")
    assert fee is not None
    assert (fee.pe_office, fee.total_facility, fee.global_days) == (Decimal("2.25"), Decimal("2.35"), "010")


@pytest.mark.parametrize(
    ("kind", "day", "covered"),
    [("ptp", SPRING, True), ("ptp", date(2032, 1, 1), False), ("mue", SUMMER, False), ("fee", SUMMER, True)],
)
def test_a_day_is_covered_or_not(edits: Edits, kind: str, day: date, covered: bool) -> None:
    assert edits.covers(kind, day) is covered


def test_without_tables_everything_is_silent() -> None:
    empty = Edits([])
    assert (empty.tables, empty.ptp_between(["0991T", "0992T"], SPRING), empty.mues("0991T", SPRING)) == ((), (), ())
    assert (empty.fees("0991T", SPRING), empty.covers("ptp", SPRING)) == ((), False)


def test_many_threads_may_ask(edits: Edits) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: edits.ptp("0991T", "0992T", SPRING), range(64)))
    assert all(edit and edit.column2 == "0992T" for edit in found)


def test_facts_of_a_code_page(library: Library) -> None:
    found = edit_facts(library, CodeSystem.CPT, "0991T", SPRING)
    assert [one.heading for one in found] == [
        "Most units, practitioner services",
        "Most units, outpatient hospital services",
        "Medicare fee schedule",
    ]
    assert [(fact.label, fact.text) for fact in found[0].facts] == [
        ("1", "2: counted by day, set by policy or anatomy: more is never paid")
    ]
    assert [(fact.label, fact.text) for fact in found[2].facts] == [
        ("Status", "A: active, paid by the fee schedule"),
        ("Work RVU", "1.50"),
        ("Practice expense RVU", "2.25 (office), 0.75 (facility)"),
        ("Malpractice RVU", "0.10"),
        ("Total RVU", "3.85 (office), 2.35 (facility)"),
        ("Global period", "010: 10 days after it"),
        ("Multiple procedures", "2: second and further procedures are paid at half"),
        ("Both sides", "1: 150 % for both sides (modifier 50)"),
        ("Assistant at surgery", "1: never paid"),
    ]
    assert found[2].table.release == "January 2031"


@pytest.mark.parametrize(
    ("system", "code", "day"),
    [
        (CodeSystem.ICD10CM, "D22.5", SPRING),
        (CodeSystem.CPT, "0991T", date(2032, 1, 1)),
        (CodeSystem.HCPCS, "A4550", SPRING),
    ],
)
def test_other_codes_and_days_have_no_facts(library: Library, system: CodeSystem, code: str, day: date) -> None:
    assert edit_facts(library, system, code, day) == ()


def test_an_edit_says_what_its_indicator_means(edits: Edits) -> None:
    first, second = edits.ptp_between(["0991T", "0992T", "0993T"], SPRING)
    assert pair_message(first) == (
        "0992T isn't paid beside 0991T on the same day: NCCI edit (Invented reason). Indicator 0: no modifier lifts it."
    )
    assert "Indicator 1: if the two were distinct, and the chart says so" in pair_message(second)


def test_a_limit_says_what_its_indicator_means(edits: Edits) -> None:
    mue = edits.mue("J9990", SPRING)
    assert mue is not None
    assert units_message(mue, 11) == (
        "11 units of J9990 on one line: the medically unlikely edit allows 10 units (Invented reason). Indicator 1: "
        "counted by claim line: more on further lines needs a modifier that says why."
    )


def test_a_second_import_of_a_table_does_nothing(tmp_path: Path, books_folder: Path) -> None:
    name = "ccipra-v371r0-f1.txt"
    library = library_with(tmp_path, books_folder, {name: FILES[name]}, tmp_path / "sent" / name)
    assert len(library.edits.tables) == 1


def test_a_refused_table_leaves_nothing_behind(tmp_path: Path, books_folder: Path) -> None:
    good, bad = "ccipra-v371r0-f1.txt", "ccipra-v371r0-f2.txt"
    with pytest.raises(SourceRefused, match=f"{bad}, line 8"):
        library_with(tmp_path, books_folder, {good: FILES[good], bad: ptp_text(ptp_row("Z0001", "Z0002"), ("x",))})
    assert Library.open(tmp_path / "codebooks").edits.tables == ()
    assert not list((tmp_path / "codebooks").glob(".batch*"))


def test_imported_hcpcs_is_in_force_with_its_modifiers(tmp_path: Path, books_folder: Path) -> None:
    text = whole_anweb(anweb("J0001", "Injection of our own", ended="20310331"), anweb("J0002", "Another"))
    library = library_with(tmp_path, books_folder, {"HCPC2031_APR_ANWEB.txt": text})
    books = library.on(SPRING)
    book = books.book(CodeSystem.HCPCS)
    assert book is not None
    assert (book.release, book.effective_to, books.is_complete(CodeSystem.HCPCS)) == (
        "April 2031",
        date(2031, 6, 30),
        True,
    )
    ended, known = books.find(CodeSystem.HCPCS, "J0001"), books.find(CodeSystem.HCPCS, "J0002")
    assert ended is not None
    assert known is not None
    assert (ended.billable, known.billable) == (False, True)
    message = books.choices_message(CodeSystem.HCPCS, "J0001") or ""
    assert "J0001 isn't billable in HCPCS April 2031: it could be billed until 2031-03-31." in message
    modifier = books.modifier("AA")
    assert modifier is not None
    assert modifier.title == "Modifier of our own"
    assert next(hit.code for hit in books.search("injection own", system=CodeSystem.HCPCS)) == "J0001"


def test_imported_cpt_is_one_book_of_codes_and_modifiers(tmp_path: Path, books_folder: Path) -> None:
    codes = cpt_text(("00901", "First thing at length"), ("99901", "Last thing"))
    files = {
        "2031 LONGULT.txt": codes,
        "2031 MODUL.txt": cpt_text(("99", "Modifier of our own")),
        "2031 SHORTU.txt": cpt_text(("00901", "FIRST"), ("99901", "LAST"), between=" "),
    }
    library = library_with(tmp_path, books_folder, files)
    books = library.on(SPRING)
    book, code, modifier = books.book(CodeSystem.CPT), books.find(CodeSystem.CPT, "00901"), books.modifier("99")
    assert book is not None
    assert code is not None
    assert modifier is not None
    assert (book.id, book.publisher) == ("CPT-2031-01", "American Medical Association")
    assert (code.title, modifier.title) == ("First thing at length", "Modifier of our own")


def test_the_names_of_a_fee_schedule_are_31(library: Library) -> None:
    assert len(FEE_NAMES) == 31
