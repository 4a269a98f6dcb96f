"""Reading an answer: what is forgiven, what is a format error, what is refused."""

from typing import Any

import pytest

from app.domain.codes.code import CodeSystem
from app.domain.errors import AnswerRefused
from app.domain.grading.answer import Answer, answer_to_json, parse_answer

NEVUS = {"system": "ICD-10-CM", "code": "D22.5"}


def procedure(**fields: Any) -> dict[str, Any]:
    return {"system": "CPT", "code": "17110", **fields}


def test_a_whole_answer() -> None:
    answer = parse_answer(
        {
            "lines": [NEVUS, procedure(modifiers=["59"], units=2, points_to=[1])],
            "fields": {"disposition": "01"},
            "query": "Which side?",
        }
    )
    first, second = answer.lines
    assert (first.number, first.place, first.system, first.code) == (1, 1, CodeSystem.ICD10CM, "D22.5")
    assert (second.number, second.place) == (2, 1)
    assert (second.modifiers, second.units, second.points_to) == (("59",), 2, (1,))
    assert (answer.fields, answer.query) == ((("disposition", "01"),), "Which side?")


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [
        pytest.param({"system": "icd10cm", "code": "d225"}, "code", "D22.5", id="system and code in lower case"),
        pytest.param({"system": "ICD-10-CM", "code": " D22. 5 "}, "code", "D22.5", id="blanks"),
        pytest.param(procedure(modifiers="59, rt"), "modifiers", ("59", "RT"), id="modifiers in one text"),
        pytest.param(procedure(modifiers=["59", "59"]), "modifiers", ("59",), id="a modifier twice"),
        pytest.param(procedure(modifiers=[25]), "modifiers", ("25",), id="a modifier as a number"),
        pytest.param(procedure(modifiers=None), "modifiers", (), id="no modifiers"),
        pytest.param(procedure(units="2"), "units", 2, id="units as text"),
        pytest.param(procedure(units=""), "units", 1, id="no units"),
        pytest.param(procedure(points_to="A"), "points_to", (1,), id="pointer letter"),
        pytest.param(procedure(points_to=1), "points_to", (1,), id="one pointer"),
        pytest.param(procedure(points_to=[1, "1", "a"]), "points_to", (1,), id="one pointer three times"),
        pytest.param({**NEVUS, "poa": " y"}, "poa", "Y", id="POA"),
        pytest.param({**NEVUS, "poa": ""}, "poa", None, id="no POA"),
        pytest.param({**NEVUS, "units": "many", "modifiers": [None]}, "units", 1, id="not asked of a diagnosis"),
    ],
)
def test_what_is_forgiven(typed: dict[str, Any], field: str, value: object) -> None:
    answer = parse_answer({"lines": [NEVUS, typed]})
    assert answer.format_errors == ()
    assert getattr(answer.lines[1], field) == value


@pytest.mark.parametrize(
    ("typed", "field", "text"),
    [
        pytest.param({"system": "ICD-9-CM", "code": "250"}, "system", "“ICD-9-CM” is no code system", id="system"),
        pytest.param({"code": "D22.5"}, "system", "“None” is no code system", id="no system"),
        pytest.param({"system": 10, "code": "D22.5"}, "system", "“10” is no code system", id="system as a number"),
        pytest.param({"system": "CPT", "code": "1711"}, "code", "“1711” can't be a CPT code", id="short code"),
        pytest.param({"system": "CPT", "code": 17110}, "code", "“nothing” can't be a CPT code", id="code as a number"),
        pytest.param({"system": "ICD-10-CM"}, "code", "“nothing” can't be", id="no code"),
        pytest.param("D22.5", "line", "isn't an object", id="no line at all"),
        pytest.param(procedure(modifiers=["595"]), "modifiers", "“595” can't be a modifier", id="modifier"),
        pytest.param(procedure(modifiers=5), "modifiers", "“5” is no list", id="modifiers not a list"),
        pytest.param(procedure(units=0), "units", "“0” can't be a number of units", id="no units at all"),
        pytest.param(procedure(units=1.5), "units", "“1.5” can't be a number of units", id="half a unit"),
        pytest.param(procedure(units=True), "units", "“True” can't be a number of units", id="units yes"),
        pytest.param(procedure(points_to=[2]), "points_to", "the last one is A, number 1", id="pointer to nowhere"),
        pytest.param(procedure(points_to=[0]), "points_to", "no diagnosis “0” to point to", id="pointer 0"),
        pytest.param(
            procedure(points_to="B"), "points_to", "no diagnosis “B” to point to", id="pointer letter to nowhere"
        ),
        pytest.param({**NEVUS, "poa": "Q"}, "poa", "“Q” is no present-on-admission", id="POA"),
    ],
)
def test_what_is_a_format_error(typed: object, field: str, text: str) -> None:
    answer = parse_answer({"lines": [NEVUS, typed]})
    assert [line.code for line in answer.lines] == ["D22.5"]
    assert [(error.line, error.field) for error in answer.format_errors] == [(2, field)]
    assert text in answer.format_errors[0].text


def test_places_count_unreadable_lines() -> None:
    answer = parse_answer({"lines": [{**NEVUS, "code": "?"}, NEVUS, procedure(points_to=[1, 2])]})
    assert [(line.number, line.place, line.points_to) for line in answer.lines] == [(2, 2, ()), (3, 1, (1, 2))]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(None, "An answer is an object", id="nothing"),
        pytest.param([NEVUS], "An answer is an object", id="a list"),
        pytest.param({"lines": "D22.5"}, "“lines” must be a list", id="lines as text"),
        pytest.param({"lines": 5}, "“lines” must be a list", id="lines as a number"),
        pytest.param({"lines": [NEVUS] * 26}, "26 diagnosis lines; 25 are the most", id="26 diagnoses"),
        pytest.param({"lines": [procedure()] * 26}, "26 procedure lines", id="26 procedures"),
        pytest.param({"lines": [{}] * 26}, "26 lines without a known code system", id="26 unknown lines"),
        pytest.param({"lines": [{**NEVUS, "code": "D" * 3000}]}, "Line 1 is longer", id="a long line"),
        pytest.param({"fields": ["01"]}, "“fields” must be an object", id="fields as a list"),
        pytest.param({"query": 5}, "“query” must be the text", id="query as a number"),
        pytest.param({"query": "?" * 10_001}, "longer than 10000", id="a long query"),
    ],
)
def test_what_is_refused(data: object, text: str) -> None:
    with pytest.raises(AnswerRefused, match=text):
        parse_answer(data)


def test_25_lines_of_each_kind_are_read() -> None:
    assert len(parse_answer({"lines": [NEVUS, procedure()] * 25}).lines) == 50


@pytest.mark.parametrize("data", [{}, {"lines": None}, {"lines": [], "fields": {"a": " "}, "query": " "}])
def test_nothing_is_an_answer_too(data: dict[str, Any]) -> None:
    assert parse_answer(data) == Answer()


def test_a_stored_answer_is_whole() -> None:
    answer = parse_answer(
        {
            "lines": [
                {"system": "?", "code": ["odd", {"x": 1.5}], "note": "dropped"},
                NEVUS,
                None,
                procedure(points_to=[1], modifiers=["RT"], units=2),
            ],
            "fields": {"b": 2, "a": "1"},
            "query": "Why?",
        }
    )
    assert len(answer.unread) == 2
    assert parse_answer(answer_to_json(answer)) == answer
