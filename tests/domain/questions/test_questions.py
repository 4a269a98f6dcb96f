"""Questions: what is read, what is refused, which comes next."""

import tomllib
from datetime import UTC, date, datetime

import pytest

from app.domain.codes.code import CodeSystem
from app.domain.questions.check import check_question, codes_of
from app.domain.questions.parse import read_codings, read_question_file
from app.domain.questions.question import Option, question_from_json, question_to_json
from app.domain.questions.selection import Standing, choose_next

FILE = """
schema = 1
section = "cases"
[[case]]
id = "mole"
title = "A mole"
note = "# Note\\nA mole was frozen."
[[question]]
id = "cases-mole-diagnosis"
difficulty = 2
topics = ["nevus"]
systems = ["ICD-10-CM"]
case = "mole"
stem = "Which diagnosis is reported?"
rationale = "The note says so."
source = "Tabular list, D22"
[[question.option]]
text = "D22.5"
feedback = "The trunk."
right = true
[[question.option]]
text = "D22.6-"
feedback = "An arm, and not complete."
[[question.option]]
text = "D48.5"
feedback = "That is a pathologist's word."
[[question.option]]
text = "C43.59"
feedback = "Nothing was malignant."
"""


def read(text: str = FILE):
    return read_question_file(tomllib.loads(text), "cases.toml")


def test_a_file_is_read_whole():
    found = read()
    assert found.problems == ()
    (question,) = found.questions
    assert question.right.text == "D22.5"
    assert [option.id for option in question.options] == ["a", "b", "c", "d"]
    assert question.case is not None
    assert question.case.title == "A mole"
    assert question.day == date(2026, 6, 15)
    assert question.systems == (CodeSystem.ICD10CM,)


def test_a_question_comes_back_from_what_is_stored():
    (question,) = read().questions
    assert question_from_json(question_to_json(question)) == question


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        pytest.param("right = true", "", "question[1].option", "Exactly one option", id="no right option"),
        pytest.param(
            'feedback = "Nothing was malignant."',
            'feedback = "No."\nright = true',
            "question[1].option",
            "Exactly one option",
            id="two right options",
        ),
        pytest.param('case = "mole"', 'case = "mule"', "question[1].case", "Did you mean “mole”", id="unknown case"),
        pytest.param('section = "cases"', 'section = "case"', "section", "Did you mean “cases”", id="unknown section"),
        pytest.param("difficulty = 2", "difficulty = 6", "question[1].difficulty", "from 1 to 5", id="difficulty"),
        pytest.param('source = "Tabular list, D22"', "", "question[1].source", "is missing", id="no source"),
        pytest.param('"ICD-10-CM"', '"ICD-9"', "question[1].systems", "no code system", id="unknown system"),
        pytest.param('feedback = "The trunk."', "", "question[1].option[1].feedback", "is missing", id="no feedback"),
        pytest.param("cases-mole-diagnosis", "Mole 1", "question[1].id", "is no id", id="shape of the id"),
        pytest.param("topics =", "topic =", "question[1].topics", "is missing", id="unknown field"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(old: str, new: str, where: str, words: str):
    assert old in FILE
    problems = read(FILE.replace(old, new, 1)).problems
    assert any(problem.where == where and words in problem.message for problem in problems), problems


def test_three_options_are_refused():
    text = FILE[: FILE.rindex("[[question.option]]")]
    assert any("3 options" in problem.message for problem in read(text).problems)


@pytest.mark.parametrize(
    ("text", "systems", "codes"),
    [
        pytest.param("17110", ("CPT",), [("CPT", "17110", ())], id="a number"),
        pytest.param("11403, 12032-51", ("CPT",), [("CPT", "11403", ()), ("CPT", "12032", ("51",))], id="a modifier"),
        pytest.param(
            "99213-25, J1885 × 2",
            ("CPT", "HCPCS"),
            [("CPT", "99213", ("25",)), ("HCPCS", "J1885", ())],
            id="two systems",
        ),
        pytest.param(
            "E11.22, N18.31", ("ICD-10-CM",), [("ICD-10-CM", "E11.22", ()), ("ICD-10-CM", "N18.31", ())], id="dx"
        ),
        pytest.param("I10 only", ("ICD-10-CM",), [("ICD-10-CM", "I10", ())], id="words are left alone"),
        pytest.param("Report nothing more", ("CPT",), [], id="no code"),
    ],
)
def test_codes_are_found_in_options(text: str, systems: tuple[str, ...], codes: list[tuple[str, str, tuple[str, ...]]]):
    option = Option("a", text, "")
    assert [tuple(found) for found in codes_of(option, tuple(map(CodeSystem, systems)))] == codes


def test_codes_are_judged_by_the_books(library):
    (question,) = read(FILE.replace("D48.5", "D99.99").replace('"D22.5"', '"D22.6"')).questions
    found = check_question(question, library.on(question.day), path="cases.toml", where="question[1]")
    messages = [problem.message for problem in found]
    assert any("D99.99 isn't in ICD-10-CM" in message for message in messages)
    assert any("D22.6 is the right answer but isn't billable" in message for message in messages)


def test_catch_alls_and_doubles_are_refused(library):
    text = FILE.replace('"D48.5"', '"d22.5"').replace('"C43.59"', '"All of these: D22.5, C43.59"')
    (question,) = read(text).questions
    found = check_question(question, library.on(question.day), path="cases.toml", where="question[1]")
    messages = " ".join(problem.message for problem in found)
    assert "Options 1 and 3 say the same" in messages
    assert "catch-all" in messages


def test_a_disagreement_needs_its_settlement():
    data = 'schema = 1\n[[coding]]\nquestion = "q"\ndate = 2026-07-01\ncoder = "x"\nanswer = "b"\nagreed = false'
    _, problems = read_codings(tomllib.loads(data), "cases.review.toml")
    assert {problem.where for problem in problems} == {"coding[1].what", "coding[1].settlement"}


def standing(slug: str, place: int, *, difficulty: int = 1, case: str = "", right: bool | None = None, minute: int = 0):
    answered = right is not None
    return Standing(
        slug=slug,
        difficulty=difficulty,
        place=place,
        case=case,
        answers=int(answered),
        was_right=right,
        last_answered=datetime(2026, 6, 1, 9, minute, tzinfo=UTC) if answered else None,
    )


@pytest.mark.parametrize(
    ("standings", "after", "expected"),
    [
        pytest.param([standing("a", 1, difficulty=3), standing("b", 2)], "", "b", id="the easiest new one"),
        pytest.param([standing("a", 1, right=False), standing("b", 2)], "", "b", id="new before wrong"),
        pytest.param(
            [standing("a", 1, right=True, minute=1), standing("b", 2, right=False, minute=5)],
            "",
            "b",
            id="wrong before right",
        ),
        pytest.param(
            [standing("a", 1, right=True, minute=7), standing("b", 2, right=True, minute=5)], "", "b", id="the oldest"
        ),
        pytest.param([standing("a", 1), standing("b", 2)], "a", "b", id="not the one just left"),
        pytest.param([standing("a", 1, right=True)], "a", "a", id="the only one comes again"),
        pytest.param(
            [standing("x", 1), standing("a", 2, case="m", right=True), standing("b", 3, case="m", difficulty=5)],
            "a",
            "b",
            id="a case stays together",
        ),
        pytest.param(
            [standing("a", 1, case="m", difficulty=4), standing("b", 2, case="m"), standing("c", 3, difficulty=2)],
            "",
            "a",
            id="a case begins at its beginning",
        ),
    ],
)
def test_which_question_is_next(standings: list[Standing], after: str, expected: str):
    chosen = choose_next(standings, after=after)
    assert chosen is not None
    assert chosen.slug == expected


def test_no_question_no_next():
    assert choose_next([]) is None
