"""Each check of the bank, broken once; a good chart has no problem."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.codes.code import CodeSystem
from app.domain.exercises.check import check_exercise, check_parts
from app.domain.exercises.problems import Level

from .charts import NOTE, chart, dx, read, with_diagnoses, with_line
from .fakes import FakeBooks


def found(data, books=None):
    """Return (where, message) of every problem of a chart that reads well."""
    fakes = books or FakeBooks()
    return [(p.where, p.message) for p in check_exercise(read(data, fakes), fakes)]


def assert_one(problems, where, words):
    assert [place for place, _ in problems] == [where]
    assert words in problems[0][1]


def test_a_good_chart_has_no_problem():
    assert found(chart()) == []


@pytest.mark.parametrize(
    ("line", "changes", "where", "words"),
    [
        pytest.param(0, {"accept": ["D22.51"]}, "accept", "isn't in ICD-10-CM: look below D22", id="unknown"),
        pytest.param(0, {"accept": ["M54.5"]}, "accept", "isn't in force on the date of service", id="out of date"),
        pytest.param(0, {"accept": ["S52.501"]}, "accept", "needs a 7th character", id="7th character"),
        pytest.param(0, {"accept": ["O80"]}, "accept", "female patients", id="sex"),
        pytest.param(1, {"near": [{"code": "11111", "credit": 100, "reason": "r"}]}, "near[1]", "make sure", id="near"),
        pytest.param(1, {"modifiers": {"optional": ["ZZ"]}}, "modifiers", "ZZ isn't among", id="modifier"),
        pytest.param(
            0, {"evidence": [{"document": NOTE, "quote": "Mole on the back"}]}, "evidence[1]", "isn't in", id="quote"
        ),
        pytest.param(
            0,
            {"evidence": [{"document": "01-nota.md", "quote": "frozen"}]},
            "evidence[1]",
            f"mean “{NOTE}”",
            id="document",
        ),
        pytest.param(0, {"rationale": "Call 555-010-0199."}, "rationale", "a phone number", id="identifier"),
    ],
)
def test_a_bad_line_is_named(line, changes, where, words):
    assert_one(found(with_line(line, **changes)), f"variant[1].line[{line + 1}].{where}", words)


def test_a_line_needs_evidence_and_a_rationale():
    problems = found(with_line(0, evidence=..., rationale=...))
    assert [where for where, _ in problems] == ["variant[1].line[1]"] * 2
    assert ["evidence" in text or "rationale" in text for _, text in problems] == [True, True]


def test_a_code_missing_from_a_partial_book_is_only_a_warning():
    books = FakeBooks()
    problems = check_exercise(read(with_line(1, accept=["99999"]), books), books)
    assert [(p.level, p.hint) for p in problems] == [(Level.WARNING, "99999")]


def test_forbidden_codes_must_exist():
    data = chart()
    data["forbidden"][0]["codes"] = ["D48.9"]
    assert_one(found(data), "forbidden[1].codes", "D48.9 isn't in ICD-10-CM")


def test_the_date_of_service_must_lie_in_a_books_period():
    problems = found(chart(date_of_service=date(2025, 1, 1)))
    assert {where for where, _ in problems} == {"date_of_service"}
    assert "No ICD-10-CM book in force on 2025-01-01 is installed" in problems[1][1]


def test_a_code_that_has_ended_is_out_of_date():
    books = FakeBooks()
    key = (CodeSystem.ICD10CM, "D22.5")
    books.codes[key] = replace(books.codes[key], effective_to=date(2026, 5, 31))
    assert_one(found(chart(), books), "variant[1].line[1].accept", "isn't in force on the date of service")


def test_an_accepted_code_may_not_be_forbidden():
    data = chart()
    data["forbidden"][0]["codes"] = ["D22.5"]
    assert_one(found(data), "forbidden[1].codes", "also accepted")


def test_pointers_name_diagnosis_slots():
    assert_one(found(with_line(1, points_to=["dx9"])), "variant[1].line[2].points_to", "points to “dx9”")


def test_two_slots_may_not_share_a_code():
    assert_one(found(with_diagnoses("I10", "I10")), "variant[1].line[1].accept", "both accept I10")


def test_excludes1_codes_are_kept_apart():
    assert_one(found(with_diagnoses("I10", "I12.9")), "variant[1].line[1].accept", "Excludes1 at I10")


def test_excludes1_codes_may_be_alternatives_of_one_slot():
    assert found(chart(variant=[{"line": [dx("I10", "dx1", accept=["I10", "I12.9"])]}])) == []


def test_a_manifestation_is_not_listed_first():
    problems = found(with_diagnoses("F02.80", "G30.9"))
    assert "manifestation code and can't be listed first" in problems[0][1]
    assert "G30.9 goes before F02.80" in problems[1][1]


def test_an_underlying_disease_before_its_manifestation_is_right():
    assert found(with_diagnoses("G30.9", "F02.80")) == []


def test_a_missing_underlying_disease_is_named():
    books = FakeBooks()
    books.is_manifestation = lambda code: False
    assert_one(found(with_diagnoses("F02.80"), books), "variant[1].line[1].accept", "needs another code before it")


def test_a_conditional_code_first_note_asks_for_nothing_alone():
    assert found(with_diagnoses("N18.32")) == []


def test_a_conditional_code_first_note_still_sets_the_order():
    assert_one(found(with_diagnoses("N18.32", "E11.22")), "variant[1].line[1]", "E11.22 goes before N18.32")


def test_the_line_marked_first_comes_first():
    lines = [dx("I10", "dx1"), dx("E11.22", "dx2", position="first")]
    assert_one(found(chart(variant=[{"line": lines}])), "variant[1].line[2]", "move it before")


def test_a_variant_of_optional_lines_only_is_refused():
    assert (
        "Every line of this variant is optional"
        in dict(found(chart(variant=[{"line": [dx("I10", "a", weight=0)]}])))["variant[1]"]
    )


@pytest.mark.parametrize(("setting", "count"), [("office", 1), ("inpatient", 0)])
def test_poa_is_for_inpatients(setting, count):
    data = chart(setting=setting, variant=[{"line": [dx("I10", "dx1", poa="Y")]}])
    assert [where for where, _ in found(data)] == ["variant[1].line[1].poa"] * count


@pytest.mark.parametrize(("setting", "count"), [("office", 1), ("inpatient", 0)])
def test_pcs_is_for_inpatients_and_needs_no_book(setting, count):
    line = dx("0DTJ4ZZ", "px1", system="ICD-10-PCS")
    data = chart(setting=setting, variant=[{"line": [line]}])
    assert [where for where, _ in found(data)] == ["variant[1].line[1].system"] * count


def test_an_identifier_in_a_document_has_its_line():
    books = FakeBooks()
    exercise = read(chart(), books)
    document = replace(exercise.documents[0], text=exercise.documents[0].text + "\nMRN: 0012345\n")
    problems = check_parts(replace(exercise, documents=(document,)), books)
    assert [(p.path, p.line) for p in problems] == [(NOTE, 6)]


def test_without_a_date_only_the_words_are_checked():
    exercise = replace(read(with_line(0, accept=["D22.51"], rationale=...)), date_of_service=date.min)
    assert [p.message for p in check_parts(exercise, FakeBooks())] == [
        "Slot dx1 has no rationale: say why this code and not its neighbor."
    ]
