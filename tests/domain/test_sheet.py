"""The claim sheet: rows as typed, and the answer they become."""

import pytest

from app.domain.codes.code import CodeSystem, LineKind
from app.domain.errors import InvalidInput
from app.domain.grading.answer import parse_answer
from app.domain.sheet import MAX_ROWS, Sheet, answer_data, letter, procedure_system, read_sheet, rows_of_lines


def diagnosis(code: str, poa: str = "") -> dict[str, str]:
    return {"code": code, "poa": poa}


def procedure(code: str, modifiers: str = "", units: str = "1", points_to: str = "") -> dict[str, str]:
    return {"code": code, "modifiers": modifiers, "units": units, "points_to": points_to}


def test_an_answer_lists_diagnoses_first_and_turns_letters_into_places() -> None:
    sheet = read_sheet(
        {
            "diagnoses": [diagnosis("D22.5"), diagnosis("I10")],
            "procedures": [procedure("17110", "59 rt", "2", "B, A")],
        }
    )
    assert answer_data(sheet) == {
        "lines": [
            {"system": "ICD-10-CM", "code": "D22.5", "poa": None},
            {"system": "ICD-10-CM", "code": "I10", "poa": None},
            {"system": "CPT", "code": "17110", "modifiers": ["59", "RT"], "units": 2, "points_to": [2, 1]},
        ]
    }


def test_a_blank_row_between_two_diagnoses_does_not_shift_what_a_letter_means() -> None:
    sheet = read_sheet(
        {
            "diagnoses": [diagnosis("D22.5"), diagnosis(""), diagnosis("I10")],
            "procedures": [procedure("17110", points_to="C")],
        }
    )
    assert answer_data(sheet)["lines"][2]["points_to"] == [2]
    assert rows_of_lines(sheet) == [(LineKind.DIAGNOSIS, 0), (LineKind.DIAGNOSIS, 2), (LineKind.PROCEDURE, 0)]


def test_a_pointer_to_a_blank_row_is_no_place_so_that_the_grader_reports_it() -> None:
    rows = [diagnosis("D22.5"), diagnosis(""), diagnosis("I10")]
    sheet = read_sheet({"diagnoses": rows, "procedures": [procedure("17110", points_to="B")]})
    answer = parse_answer(answer_data(sheet))
    assert [(error.line, error.field) for error in answer.format_errors] == [(3, "points_to")]
    assert "B (a blank line)" in answer.format_errors[0].text


def test_unreadable_units_are_passed_on_as_typed() -> None:
    sheet = read_sheet({"procedures": [procedure("17110", units="two")]})
    assert answer_data(sheet)["lines"][0]["units"] == "two"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("AB", [1, 2], id="together"),
        pytest.param("A B", [1, 2], id="blank"),
        pytest.param("a,b", [1, 2], id="comma"),
        pytest.param("A/B", [1, 2], id="slash"),
        pytest.param("", [], id="none"),
    ],
)
def test_pointers_may_be_typed_in_several_ways(text: str, expected: list[int]) -> None:
    sheet = read_sheet(
        {"diagnoses": [diagnosis("D22.5"), diagnosis("I10")], "procedures": [procedure("17110", points_to=text)]}
    )
    assert answer_data(sheet)["lines"][2]["points_to"] == expected


@pytest.mark.parametrize(
    ("code", "system"),
    [
        ("17110", CodeSystem.CPT),
        ("0001F", CodeSystem.CPT),
        ("J1100", CodeSystem.HCPCS),
        ("g 0438", CodeSystem.HCPCS),
        ("0DTJ4ZZ", CodeSystem.ICD10PCS),
        ("171", CodeSystem.CPT),
    ],
)
def test_the_system_of_a_procedure_is_told_by_its_shape(code: str, system: CodeSystem) -> None:
    assert procedure_system(code) is system


@pytest.mark.parametrize(("code", "system"), [("0DTJ4Z", "ICD-10-PCS"), ("99213", "CPT"), ("J1885", "HCPCS")])
def test_on_an_inpatient_claim_an_odd_procedure_is_meant_as_pcs(code: str, system: str) -> None:
    sheet = read_sheet({"procedures": [procedure(code)]})
    assert answer_data(sheet, inpatient=True)["lines"][0]["system"] == system


@pytest.mark.parametrize("text", ["25 59", "25,59", "25-59", "-25 -59", "25/59", "25;59"])
def test_modifiers_may_be_typed_in_several_ways(text: str) -> None:
    sheet = read_sheet({"procedures": [procedure("17110", text)]})
    assert answer_data(sheet)["lines"][0]["modifiers"] == ["25", "59"]


def test_blank_rows_at_the_end_are_dropped_and_long_texts_refused_when_asked() -> None:
    rows = [diagnosis("D22.5"), diagnosis(""), diagnosis("")]
    assert read_sheet({"diagnoses": rows}).diagnoses == (diagnosis("D22.5"),)
    with pytest.raises(InvalidInput, match="200 characters"):
        read_sheet({"diagnoses": [diagnosis("x" * 201)]}, refuse_long=True)


def test_half_a_character_is_replaced() -> None:
    assert read_sheet({"diagnoses": [diagnosis("\ud800")]}).diagnoses[0]["code"] == "?"


def test_a_row_with_default_units_only_is_blank() -> None:
    assert read_sheet({"diagnoses": [diagnosis("")], "procedures": [procedure("", units="1")]}).is_blank


def test_a_sheet_survives_its_own_json() -> None:
    sheet = Sheet((diagnosis("D22.5", "Y"),), (procedure("17110", "25", "1", "A"),))
    assert read_sheet(sheet.to_json()) == sheet


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(None, id="nothing"),
        pytest.param([], id="a list"),
        pytest.param({"diagnoses": "D22.5"}, id="a text for a list"),
        pytest.param({"diagnoses": ["D22.5"]}, id="a text for a row"),
        pytest.param({"procedures": [{}] * (MAX_ROWS + 1)}, id="too many rows"),
    ],
)
def test_what_is_no_sheet_is_refused(data: object) -> None:
    with pytest.raises(InvalidInput):
        read_sheet(data)


def test_nul_and_long_texts_are_cut_and_numbers_become_text() -> None:
    sheet = read_sheet({"diagnoses": [{"code": "D22\x00.5", "poa": None}, {"code": 225}, {"code": "x" * 5000}]})
    assert [row["code"] for row in sheet.diagnoses] == ["D22.5", "225", "x" * 200]


@pytest.mark.parametrize(("index", "name"), [(0, "A"), (11, "L"), (25, "Z"), (26, "AA"), (27, "AB")])
def test_rows_are_lettered(index: int, name: str) -> None:
    assert letter(index) == name
