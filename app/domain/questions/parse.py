"""Owns reading one file of questions, and the record of their second coding, from plain TOML data.

Every problem is reported, none raised; what can't be read gets a harmless value and is left out by the bank.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.codes.code import CodeSystem
from app.domain.exercises.fields import TEXT_LENGTH, Table, did_you_mean
from app.domain.exercises.problems import Problem, Report
from app.domain.exercises.sections import SECTIONS
from app.domain.questions.question import OPTION_IDS, Case, Option, Question

SCHEMA = 1
USUAL_DAY = date(2026, 6, 15)
"""The day by which a question's codes are judged unless it names another; inside the bundled code year."""
MOST_QUESTIONS, MOST_CASES, LONGEST_NOTE = 400, 60, 12_000
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """What one file holds. ``questions`` are in its order; one with a problem may be half empty."""

    section: str
    questions: tuple[Question, ...]
    cases: tuple[Case, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class QuestionCoding:
    """A second coder's blind answer to one question; ``what`` and ``settlement`` where it wasn't the key's."""

    question: str
    date: date
    coder: str
    answer: str
    agreed: bool
    what: str = ""
    settlement: str = ""


def read_question_file(data: Mapping[str, object], name: str) -> QuestionFile:
    """Return the questions of a file's data; problems name the file as ``name``."""
    report = Report(name)
    table = Table(data, "", report)
    _schema(table)
    section = table.text("section", example='section = "10000-integumentary"')
    if section and section not in SECTIONS:
        table.problem("section", f"“{section}” is no exam section.{did_you_mean(section, SECTIONS)}", hint=section)
    cases = {case.id: case for case in (_case(entry) for entry in table.tables("case", most=MOST_CASES))}
    entries = table.tables("question", required=True, most=MOST_QUESTIONS)
    questions = tuple(_question(entry, section, cases) for entry in entries)
    table.close()
    return QuestionFile(section, questions, tuple(cases.values()), report.problems)


def read_codings(data: Mapping[str, object], name: str) -> tuple[tuple[QuestionCoding, ...], tuple[Problem, ...]]:
    """Return the second codings of a review file, and its problems."""
    report = Report(name)
    table = Table(data, "", report)
    _schema(table)
    codings = tuple(_coding(entry) for entry in table.tables("coding", most=4 * MOST_QUESTIONS))
    table.close()
    return codings, report.problems


def _schema(table: Table) -> None:
    if table.whole("schema", 1, 99) != SCHEMA:
        table.problem("schema", f"This version reads schema {SCHEMA}: upgrade, or write {SCHEMA}.")


def _case(table: Table) -> Case:
    case = Case(
        id=_slug(table, "id"), title=table.text("title", longest=120), note=table.text("note", longest=LONGEST_NOTE)
    )
    table.close()
    return case


def _question(table: Table, section: str, cases: Mapping[str, Case]) -> Question:
    question = Question(
        id=_slug(table, "id"),
        section=section,
        stem=table.text("stem", longest=TEXT_LENGTH),
        options=_options(table),
        difficulty=table.whole("difficulty", 1, 5),
        topics=table.texts("topics", required=True, most=4, longest=60),
        systems=_systems(table),
        rationale=table.text("rationale", longest=TEXT_LENGTH),
        source=table.text("source", longest=400),
        day=(table.day("date") if table.has("date") else None) or USUAL_DAY,
        case=_case_of(table, cases),
    )
    table.close()
    return question


def _slug(table: Table, name: str) -> str:
    text = table.text(name, longest=80, example=f'{name} = "integ-three-warts-frozen"')
    if text and not _SLUG.fullmatch(text):
        table.problem(name, f"“{text[:60]}” is no id: use small letters, digits and single hyphens.", hint=text)
    return text


def _options(table: Table) -> tuple[Option, ...]:
    entries = table.tables("option", required=True, most=len(OPTION_IDS))
    found = [_option(entry, name) for entry, name in zip(entries, OPTION_IDS, strict=False)]
    if entries and len(entries) != len(OPTION_IDS):
        table.problem("option", f"The question has {len(entries)} options: write {len(OPTION_IDS)}.")
    if found and sum(option.is_right for option in found) != 1:
        table.problem("option", "Exactly one option must say right = true: mark the right one, and no other.")
    return tuple(found)


def _option(table: Table, name: str) -> Option:
    right = table.raw("right")
    if right is not None and not isinstance(right, bool):
        table.problem("right", "“right” must be true or false, without quotes.")
    option = Option(
        id=name,
        text=table.text("text", longest=300),
        feedback=table.text("feedback", longest=1000),
        is_right=right is True,
    )
    table.close()
    return option


def _systems(table: Table) -> tuple[CodeSystem, ...]:
    known = [system.value for system in CodeSystem]
    found = []
    for name in table.texts("systems", most=len(known)):
        if name in known:
            found.append(CodeSystem(name))
        else:
            table.problem("systems", f"“{name}” is no code system: write one of {', '.join(known)}.", hint=name)
    return tuple(found)


def _case_of(table: Table, cases: Mapping[str, Case]) -> Case | None:
    name = table.text("case", required=False)
    if name and name not in cases:
        table.problem("case", f"There is no [[case]] with the id “{name}”.{did_you_mean(name, cases)}", hint=name)
    return cases.get(name)


def _coding(table: Table) -> QuestionCoding:
    agreed = table.raw("agreed", required=True, example="agreed = true")
    if not isinstance(agreed, bool | None):
        table.problem("agreed", "“agreed” must be true or false, without quotes.")
    coding = QuestionCoding(
        question=table.text("question", longest=80),
        date=table.day("date") or date.min,
        coder=table.text("coder", example='coder = "second coder, within the project"'),
        answer=table.text("answer", example='answer = "b"'),
        agreed=agreed is True,
        what=table.text("what", required=agreed is False, longest=TEXT_LENGTH),
        settlement=table.text("settlement", required=agreed is False, longest=TEXT_LENGTH),
    )
    if coding.answer and coding.answer not in OPTION_IDS:
        table.problem("answer", f"“{coding.answer}” is no option: write one of {', '.join(OPTION_IDS)}.")
    table.close()
    return coding
