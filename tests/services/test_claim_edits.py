"""The scrubber and the edit tables: pairs, units, modifiers, days; silent without a table for the day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.codebook.library import Library
from app.domain.codes.code import CodeSystem
from app.domain.grading.answer import Line
from app.domain.sheet import read_sheet
from app.services.bank import Bank
from app.services.claim_edits import edit_findings
from app.services.claims import check_claim
from app.services.exercises import chart_of, published_version, store_bank
from tests.codebook.edit_files import library_with, mue_text, ptp_row, ptp_text
from tests.factories import NOW

FILES = {
    "ccipra-v321r0-f1.txt": ptp_text(
        ptp_row("0991T", "0992T", indicator="0"),
        ptp_row("0991T", "0993T", indicator="1"),
        ptp_row("0991T", "J9990", indicator="1"),
    ),
    "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv": mue_text(
        ("0991T", "1", "2"), ("J9990", "10", "1"), ("0994T", "2", "3")
    ),
}
DAY = date(2026, 6, 5)


@pytest.fixture(scope="module")
def edit_library(tmp_path_factory: pytest.TempPathFactory, books_folder: Path) -> Library:
    return library_with(tmp_path_factory.mktemp("scrubbed"), books_folder, FILES)


def lines(*typed: tuple[str, int, str]) -> list[Line]:
    found = []
    for number, (code, units, modifiers) in enumerate(typed, start=1):
        system = CodeSystem.HCPCS if code[0].isalpha() else CodeSystem.CPT
        found.append(Line(number, number, system, code, tuple(modifiers.split()), units))
    return found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param([("0991T", 1, ""), ("0994T", 1, "")], [], id="nothing"),
        pytest.param([("0992T", 1, ""), ("0991T", 1, "")], [(1, "code")], id="column 2 is named, whatever the order"),
        pytest.param([("0991T", 1, ""), ("0992T", 1, "59")], [(2, "code")], id="indicator 0 is never lifted"),
        pytest.param([("0991T", 1, ""), ("0993T", 1, "")], [(2, "code")], id="indicator 1 without a modifier"),
        pytest.param([("0991T", 1, ""), ("0993T", 1, "25")], [], id="indicator 1 with a modifier on column 2"),
        pytest.param([("0991T", 1, "XS"), ("0993T", 1, "")], [], id="indicator 1 with a modifier on column 1"),
        pytest.param([("0991T", 1, "51"), ("0993T", 1, "76")], [(2, "code")], id="modifiers that lift nothing"),
        pytest.param(
            [("0991T", 1, ""), ("0993T", 1, "25"), ("0993T", 1, "")], [(3, "code")], id="only the line without one"
        ),
        pytest.param([("0991T", 2, "")], [(1, "units")], id="by day: one line"),
        pytest.param([("0994T", 2, ""), ("0994T", 1, "")], [(2, "units")], id="by day: lines together, last is named"),
        pytest.param([("0994T", 1, ""), ("0994T", 1, "")], [], id="by day: within the limit"),
        pytest.param([("J9990", 10, ""), ("J9990", 9, "")], [], id="by line: each is within the limit"),
        pytest.param([("J9990", 11, ""), ("J9990", 9, "")], [(1, "units")], id="by line: the one that isn't"),
        pytest.param([("J9990", 12, ""), ("0991T", 1, "")], [(1, "code"), (1, "units")], id="pair and units"),
    ],
)
def test_what_the_tables_say(
    edit_library: Library, typed: Sequence[tuple[str, int, str]], expected: list[tuple[int, str]]
) -> None:
    found = edit_findings(lines(*typed), edit_library.edits, DAY)
    assert [(finding.line.number, finding.field) for finding in found] == expected


@pytest.mark.parametrize("day", [date(2026, 7, 1), date(2027, 1, 1)])
def test_after_the_tables_end_nothing_is_said(edit_library: Library, day: date) -> None:
    assert list(edit_findings(lines(("0991T", 5, ""), ("0992T", 1, "")), edit_library.edits, day)) == []


def test_before_a_quarter_pairs_are_known_by_their_own_days_and_units_are_not(edit_library: Library) -> None:
    found = list(edit_findings(lines(("0991T", 5, ""), ("0992T", 1, "")), edit_library.edits, date(2026, 3, 31)))
    assert [finding.field for finding in found] == ["code"]


def test_diagnoses_and_procedures_of_inpatients_are_no_matter_of_edits(edit_library: Library) -> None:
    typed = [replace(line, system=CodeSystem.ICD10PCS) for line in lines(("0991T", 5, ""), ("0992T", 1, ""))]
    assert list(edit_findings(typed, edit_library.edits, DAY)) == []


def test_the_workspace_s_check_warns_where_the_line_is(
    app: Flask, few_charts: Bank, edit_library: Library, library: Library
) -> None:
    row = {"modifiers": "", "points_to": "A"}
    sheet = read_sheet(
        {
            "diagnoses": [{"code": "D22.5"}],
            "procedures": [{"code": "0991T", "units": "2", **row}, {"code": "0992T", "units": "1", **row}],
        }
    )
    with app.app_context():
        store_bank(few_charts, NOW)
        chart = replace(chart_of(published_version("mole-cryoablation")), date_of_service=DAY)
        found = check_claim(sheet, chart, edit_library)
        assert check_claim(sheet, chart, library) == [], "without tables the same claim has nothing against it"
    assert [(problem.row, problem.field, problem.level.value) for problem in found] == [
        ("procedures-0", "units", "warning"),
        ("procedures-1", "code", "warning"),
    ]
    assert "2 units of 0991T on one day: the medically unlikely edit allows 1 unit" in found[0].text
    assert "0992T isn't paid beside 0991T" in found[1].text
