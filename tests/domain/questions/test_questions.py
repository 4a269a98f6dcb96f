"""Questions: what is read, what is refused, which comes next."""

import tomllib
from datetime import date

import pytest

from app.domain.codes.code import CodeSystem
from app.domain.questions.check import check_question, codes_of
from app.domain.questions.parse import read_codings, read_question_file
from app.domain.questions.question import Option, question_from_json, question_to_json
from app.domain.questions.selection import Round, Standing, Which, choose_next, find_place

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


def standing(slug: str, place: int, *, difficulty: int = 1, case: str = "", right: bool | None = None, last: int = 0):
    return Standing(slug=slug, difficulty=difficulty, place=place, case=case, last_answer=last, was_right=right)


NEW = Round()
WRONG = Round(Which.WRONG, since=10)
AGAIN = Round(Which.AGAIN, since=10)
RIGHT_ONE = standing("a", 1, right=True, last=3)
WRONG_ONE = standing("b", 2, right=False, last=4)
ANSWERED_SINCE = standing("c", 3, right=False, last=11)
UNSEEN = standing("d", 4)


@pytest.mark.parametrize(
    ("standings", "round_", "after", "expected"),
    [
        pytest.param([standing("a", 1, difficulty=3), standing("b", 2)], NEW, "", "b", id="the easiest new one"),
        pytest.param([RIGHT_ONE, WRONG_ONE, UNSEEN], NEW, "", "d", id="what was answered isn't new"),
        pytest.param([standing("a", 1), standing("b", 2), standing("c", 3)], NEW, "b", "c", id="passed over, not back"),
        pytest.param([standing("a", 1), standing("b", 2)], NEW, "b", "a", id="passed over, offered at the end"),
        pytest.param([RIGHT_ONE, UNSEEN], NEW, "d", None, id="only the one just left is waiting"),
        pytest.param([RIGHT_ONE, WRONG_ONE], NEW, "a", None, id="nothing new"),
        pytest.param([RIGHT_ONE, WRONG_ONE, ANSWERED_SINCE, UNSEEN], WRONG, "", "b", id="a wrong one"),
        pytest.param([RIGHT_ONE, ANSWERED_SINCE, UNSEEN], WRONG, "c", None, id="wrong again, but not twice a round"),
        pytest.param([RIGHT_ONE, WRONG_ONE, ANSWERED_SINCE], AGAIN, "a", "b", id="everything again"),
        pytest.param([ANSWERED_SINCE], AGAIN, "c", None, id="everything was taken again"),
        pytest.param(
            [standing("a", 1), standing("b", 2, right=True, last=1)], NEW, "gone", "a", id="after one withdrawn"
        ),
        pytest.param(
            [
                standing("x", 1),
                standing("a", 2, case="m", right=True, last=1),
                standing("b", 3, case="m", difficulty=5),
            ],
            NEW,
            "a",
            "b",
            id="a case stays together",
        ),
        pytest.param(
            [standing("a", 1, case="m", difficulty=4), standing("b", 2, case="m"), standing("c", 3, difficulty=2)],
            NEW,
            "",
            "a",
            id="a case begins at its beginning",
        ),
    ],
)
def test_which_question_is_next(standings: list[Standing], round_: Round, after: str, expected: str | None):
    chosen = choose_next(standings, round_, after=after)
    assert (chosen.slug if chosen else None) == expected


def test_no_question_no_next():
    assert choose_next([], NEW) is None


@pytest.mark.parametrize(
    ("round_", "slug", "expected"),
    [
        pytest.param(NEW, "d", (4, 4, 3, 1), id="the fourth of four"),
        pytest.param(WRONG, "b", (1, 2, 1, 0), id="of the wrong ones, with what was answered since"),
        pytest.param(WRONG, "a", (None, 2, 1, 0), id="not in the round"),
        pytest.param(AGAIN, "c", (3, 4, 1, 0), id="everything again"),
    ],
)
def test_the_place_in_a_round(round_: Round, slug: str, expected: tuple[int | None, int, int, int]):
    place = find_place([UNSEEN, ANSWERED_SINCE, WRONG_ONE, RIGHT_ONE], round_, slug=slug)
    assert (place.number, place.total, place.answered, place.right) == expected


def test_the_note_of_a_case_is_read_at_its_first_question():
    first, second = standing("a", 1, case="m"), standing("b", 2, case="m")
    assert find_place([first, second], NEW, slug="a").opens_case
    answered = standing("a", 1, case="m", right=True, last=1)
    assert find_place([answered, second], NEW, slug="a").opens_case
    assert not find_place([answered, second], NEW, slug="b").opens_case
