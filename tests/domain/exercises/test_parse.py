"""Reading an exercise: all problems at once, each named with its place and remedy."""

from datetime import date, datetime

import pytest

from app.domain.codes.code import CodeSystem
from app.domain.exercises.exercise import Priority, Setting, Sex
from app.domain.exercises.parse import (
    ExerciseInvalid,
    document_title,
    exercise_from_json,
    exercise_to_json,
    parse_exercise,
)
from app.domain.grading.key import Near, Position

from .charts import DOCUMENTS, NOTE, chart, read, with_line
from .fakes import FakeBooks


def problems_of(data, documents=DOCUMENTS):
    with pytest.raises(ExerciseInvalid) as caught:
        parse_exercise(data, documents, lambda day: FakeBooks())
    return {problem.where: problem.message for problem in caught.value.problems}


def test_a_valid_chart_is_read_whole():
    exercise = read(chart(priority="urgent", provider="Dr. A. Rao", convention="As written."))
    assert (exercise.id, exercise.setting, exercise.priority) == ("mole", Setting.OFFICE, Priority.URGENT)
    assert (exercise.patient.age, exercise.patient.sex) == (50, Sex.MALE)
    assert exercise.date_of_service == date(2026, 6, 5)
    assert exercise.convention == "As written."
    assert not exercise.is_inpatient
    assert [d.title for d in exercise.documents] == ["Office note"]
    first, second = exercise.key.variants[0].slots
    assert (first.accept, first.position, first.units) == (("D22.5",), Position.FIRST, None)
    assert (second.units, second.points_to) == (1, ("dx1",))
    assert second.near == (Near("17000", 250, "NEAR_MISS", "for premalignant lesions"),)
    assert exercise.key.forbidden[0].penalty == 1000


def test_codes_are_brought_into_canonical_form():
    exercise = read(with_line(0, accept=["d225"]))
    assert exercise.key.variants[0].slots[0].accept == ("D22.5",)


def test_a_prefix_is_expanded():
    exercise = read(with_line(0, accept=["D22*"]))
    assert exercise.key.variants[0].slots[0].accept == ("D22.5", "D22.9")


def test_a_penalty_may_be_a_fraction():
    data = chart()
    data["forbidden"][0]["penalty"] = 1.5
    assert read(data).key.forbidden[0].penalty == 1500


def test_all_problems_are_collected_before_one_error_is_raised():
    data = with_line(0, accept=[225], wieght=2)
    found = problems_of(data | {"setting": "ofice", "difficulty": 9, "title": ...} | {"title": ""})
    assert set(found) == {
        "setting",
        "difficulty",
        "title",
        "variant[1].line[1].accept",
        "variant[1].line[1].wieght",
    }
    assert "Did you mean “office”?" in found["setting"]
    assert "Did you mean “weight”?" in found["variant[1].line[1].wieght"]
    assert "write it in quotes" in found["variant[1].line[1].accept"]


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        pytest.param({"schema": 2}, "schema", "reads schema 1", id="other schema"),
        pytest.param({"schema": ...}, "schema", "is missing", id="no schema"),
        pytest.param({"id": "Mole 1"}, "id", "small letters", id="id"),
        pytest.param({"title": 7}, "title", "in quotes", id="title not a text"),
        pytest.param({"title": "x" * 121}, "title", "120 is the most", id="long title"),
        pytest.param({"title": "a\x00b"}, "title", "control character", id="NUL"),
        pytest.param({"setting": ...}, "setting", "is missing", id="no setting"),
        pytest.param({"sections": ["icd10cm"]}, "sections", "Did you mean “icd-10-cm”?", id="section"),
        pytest.param({"sections": []}, "sections", "write 1 to", id="no section"),
        pytest.param({"sections": "icd-10-cm"}, "sections", '["icd-10-cm"]', id="section not listed"),
        pytest.param({"sections": ["cases", "cases"]}, "sections", "listed twice", id="section twice"),
        pytest.param({"difficulty": 6}, "difficulty", "from 1 to 5", id="difficulty"),
        pytest.param({"difficulty": True}, "difficulty", "from 1 to 5", id="true is no number"),
        pytest.param({"minutes": "4"}, "minutes", "without quotes", id="minutes in quotes"),
        pytest.param({"date_of_service": "2026-06-05"}, "date_of_service", "without quotes", id="date in quotes"),
        pytest.param({"date_of_service": datetime(2026, 6, 5)}, "date_of_service", "a date", id="time"),  # noqa: DTZ001
        pytest.param({"patient": 3}, "patient", "write a table", id="patient no table"),
        pytest.param({"patient": {"age": 50, "sex": "X"}}, "patient.sex", "write one of F, M", id="sex"),
        pytest.param({"patient": {"age": -1, "sex": "F"}}, "patient.age", "from 0 to 125", id="age"),
        pytest.param({"patient": {"age": 1, "sex": "F", "name": "x"}}, "patient.name", "isn't part", id="name"),
        pytest.param({"documents": ["../x.md"]}, "documents", "without a path", id="path escape"),
        pytest.param({"documents": ["/etc/x.md"]}, "documents", "without a path", id="absolute path"),
        pytest.param({"documents": ["02.md", NOTE]}, "documents", "There is no file", id="missing document"),
        pytest.param({"documents": [NOTE, NOTE]}, "documents", "listed twice", id="document twice"),
        pytest.param({"documents": []}, "documents", "write 1 to", id="no document"),
        pytest.param({"variant": ...}, "variant", "[[variant]]", id="no variant"),
        pytest.param({"variant": []}, "variant", "write 1 to", id="empty variants"),
        pytest.param({"variant": {"line": []}}, "variant", "list of tables", id="variant not a list"),
        pytest.param({"variant": [{}]}, "variant[1].line", "[[variant.line]]", id="variant without lines"),
        pytest.param(
            {"forbidden": [{"system": "CPT", "codes": ["1"], "reason": "r"}]},
            "forbidden[1].codes",
            "can't be",
            id="shape",
        ),
        pytest.param(
            {"forbidden": [{"system": "CPT", "codes": ["17000"]}]}, "forbidden[1].reason", "missing", id="no reason"
        ),
        pytest.param({"colour": "red"}, "colour", "isn't part of the format", id="unknown field"),
    ],
)
def test_a_wrong_field_is_named(changes, where, words):
    assert words in problems_of(chart(**changes))[where]


@pytest.mark.parametrize(
    ("line", "changes", "where", "words"),
    [
        pytest.param(0, {"slot": ...}, "slot", "is missing", id="no slot"),
        pytest.param(0, {"slot": "DX 1"}, "slot", "small letter", id="slot name"),
        pytest.param(1, {"slot": "dx1"}, "slot", "its own name", id="slot twice"),
        pytest.param(0, {"system": "ICD-10"}, "system", "Did you mean", id="system"),
        pytest.param(0, {"accept": []}, "accept", "write 1 to", id="nothing accepted"),
        pytest.param(0, {"accept": "D22.5"}, "accept", '["D22.5"]', id="accept not a list"),
        pytest.param(0, {"accept": ["D22.5", "d225"]}, "accept", "listed twice", id="code twice"),
        pytest.param(0, {"accept": ["Q99*"]}, "accept", "No code matches", id="empty prefix"),
        pytest.param(0, {"weight": -1}, "weight", "from 0 to 10", id="weight"),
        pytest.param(0, {"position": "last"}, "position", "write one of first", id="position"),
        pytest.param(0, {"poa": "X"}, "poa", "Y, N, U or W", id="POA"),
        pytest.param(1, {"units": 0}, "units", "from 1 to 999", id="units"),
        pytest.param(
            1, {"modifiers": {"required": ["2"]}}, "modifiers.required", "two letters or digits", id="modifier"
        ),
        pytest.param(1, {"modifiers": ["25"]}, "modifiers", "write a table", id="modifiers not a table"),
        pytest.param(
            1, {"near": [{"code": "17000", "credit": 1000, "reason": "r"}]}, "near[1].credit", "0 to 999", id="credit"
        ),
        pytest.param(1, {"near": [{"code": "17000", "credit": 1}]}, "near[1].reason", "is missing", id="near reason"),
        pytest.param(
            1,
            {"near": [{"code": "17000", "credit": 1, "reason": "r", "kind": "EM"}]},
            "near[1].kind",
            "EM_LEVEL_LOW",
            id="kind",
        ),
        pytest.param(0, {"evidence": [{"document": NOTE}]}, "evidence[1].quote", "is missing", id="no quote"),
        pytest.param(0, {"acept": ["D22.5"]}, "acept", "Did you mean “accept”?", id="unknown field"),
    ],
)
def test_a_wrong_line_is_named(line, changes, where, words):
    assert words in problems_of(with_line(line, **changes))[f"variant[1].line[{line + 1}].{where}"]


@pytest.mark.parametrize("text", ["", "a\x00b", "\ufeffText", "x" * 60_001], ids=["empty", "NUL", "BOM", "long"])
def test_an_unusable_document_is_a_problem(text):
    with pytest.raises(ExerciseInvalid) as caught:
        parse_exercise(chart(), {NOTE: text}, lambda day: FakeBooks())
    assert [problem.path for problem in caught.value.problems] == [NOTE]


def test_a_document_that_is_not_listed_is_a_problem():
    with pytest.raises(ExerciseInvalid) as caught:
        parse_exercise(chart(), DOCUMENTS | {"02-extra.md": "More."}, lambda day: FakeBooks())
    assert [(p.path, "isn't listed" in p.message) for p in caught.value.problems] == [("02-extra.md", True)]


def test_data_of_any_type_never_crash():
    for junk in (None, 1, 1.5, "x", [], {}, [1], [[]], {"a": {}}, True, date(2026, 1, 1)):
        for name in chart():
            with pytest.raises(ExerciseInvalid):
                parse_exercise(chart(**{name: junk}) | {"nonsense": 1}, DOCUMENTS, lambda day: FakeBooks())
        for name in with_line(1)["variant"][0]["line"][1]:
            with pytest.raises(ExerciseInvalid):
                parse_exercise(with_line(1, **{name: junk}, nonsense=1), DOCUMENTS, lambda day: FakeBooks())


def test_stored_data_give_back_the_same_exercise():
    exercise = read(chart(provider="Dr. A. Rao", priority="urgent"))
    assert exercise_from_json(exercise_to_json(exercise)) == exercise


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("01-procedure-note.md", "no heading", "Procedure note"),
        ("01-procedure-note.md", "# **Operative** report #\n\nx", "Operative report"),
        ("labs.md", "## ", "Labs"),
        ("2.md", "", "2.md"),
    ],
)
def test_a_document_is_titled_by_its_heading_or_its_name(name, text, title):
    assert document_title(name, text) == title


def test_the_code_books_are_not_asked_for_plain_codes():
    def refuse(day):
        raise AssertionError(day)

    exercise = parse_exercise(chart(), DOCUMENTS, refuse)
    assert exercise.key.variants[0].slots[1].system is CodeSystem.CPT
