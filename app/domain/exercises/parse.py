"""Owns reading an exercise from plain data (a TOML file's content and its documents' texts).

Reading is apart from checking: here the shape is judged, in ``check`` the sense. Every problem is
collected before one error is raised.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

from app.domain.exercises.books import BooksLike
from app.domain.exercises.exercise import Document, Exercise, Patient, Priority, Setting, Sex
from app.domain.exercises.fields import Table, did_you_mean
from app.domain.exercises.keys import KeyReader
from app.domain.exercises.problems import ExerciseInvalid, Problem, Report
from app.domain.exercises.sections import SECTIONS
from app.domain.exercises.stored import exercise_from_json, exercise_to_json

__all__ = ["ExerciseInvalid", "Problem", "exercise_from_json", "exercise_to_json", "parse_exercise"]

SCHEMA = 1
MOST_DOCUMENTS, LONGEST_DOCUMENT = 12, 60_000
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DOCUMENT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}\.md")
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")


def parse_exercise(
    data: Mapping[str, object], documents: Mapping[str, str], books_for: Callable[[date], BooksLike]
) -> Exercise:
    """Return the exercise that the data describe.

    ``documents`` maps every Markdown file beside the data to its text. ``books_for`` gives the code books
    in force on a day and is asked only for ranges and prefixes. Raises ExerciseInvalid with all problems.
    """
    exercise, problems = read_exercise(data, documents, books_for)
    if problems:
        raise ExerciseInvalid(problems)
    return exercise


def read_exercise(
    data: Mapping[str, object], documents: Mapping[str, str], books_for: Callable[[date], BooksLike]
) -> tuple[Exercise, tuple[Problem, ...]]:
    """Return the exercise with harmless values where the data can't be read, and all the problems.

    Only for checking further what could be read; an exercise with problems is never used.
    ``date_of_service`` is ``date.min`` if unreadable.
    """
    report = Report()
    table = Table(data, "", report)
    day = _opening(table)
    exercise = Exercise(
        id=_slug(table),
        title=table.text("title", longest=120),
        setting=table.choice("setting", Setting) or Setting.OFFICE,
        specialty=table.text("specialty", longest=60, example='specialty = "dermatology"'),
        sections=_sections(table),
        topics=table.texts("topics", most=12, longest=80),
        difficulty=table.whole("difficulty", 1, 5),
        minutes=table.whole("minutes", 1, 240),
        date_of_service=day or date.min,
        patient=_patient(table),
        documents=_documents(table, documents, report),
        key=KeyReader(day, books_for).key(table),
        provider=table.text("provider", required=False, longest=80),
        priority=table.choice("priority", Priority, default=Priority.ROUTINE) or Priority.ROUTINE,
    )
    table.close()
    return exercise, report.problems


def document_title(name: str, text: str) -> str:
    """Return a document's first heading, else a title made of its file name."""
    heading = _HEADING.search(text)
    plain = re.sub(r"[*_`]", "", heading.group(1)).strip() if heading else ""
    if plain:
        return plain[:80]
    words = re.sub(r"^\d+[-_. ]*", "", name.removesuffix(".md")).replace("-", " ").replace("_", " ").strip()
    return (words or name)[:1].upper() + (words or name)[1:]


def _opening(table: Table) -> date | None:
    """Read the schema number and the date of service, which everything else depends on."""
    schema = table.raw("schema", required=True, example=f"schema = {SCHEMA}")
    if schema is not None and (isinstance(schema, bool) or schema != SCHEMA):
        table.problem(
            "schema", f"“schema” is {str(schema)[:20]}: this version reads schema {SCHEMA}; upgrade, or write {SCHEMA}."
        )
    return table.day("date_of_service")


def _slug(table: Table) -> str:
    text = table.text("id", longest=60, example='id = "mole-cryoablation"')
    if text and not _SLUG.fullmatch(text):
        table.problem("id", f"“{text[:60]}” is no id: use small letters, digits and single hyphens: mole-cryoablation.")
    return text


def _sections(table: Table) -> tuple[str, ...]:
    sections = table.texts("sections", required=True, most=len(SECTIONS))
    for section in sections:
        if section not in SECTIONS:
            hint = did_you_mean(section, SECTIONS) or f" Known: {', '.join(SECTIONS)}."
            table.problem("sections", f"“{section}” is no exam section.{hint}", hint=section)
        elif sections.count(section) > 1:
            table.problem("sections", f"“{section}” is listed twice: once is enough.", hint=section)
    return sections


def _patient(table: Table) -> Patient:
    inner = table.table("patient", required=True, example='patient = { age = 50, sex = "M" }')
    if inner is None:
        return Patient(age=0, sex=Sex.FEMALE)
    patient = Patient(age=inner.whole("age", 0, 125), sex=inner.choice("sex", Sex) or Sex.FEMALE)
    inner.close()
    return patient


def _documents(table: Table, texts: Mapping[str, str], report: Report) -> tuple[Document, ...]:
    names = table.texts("documents", required=True, most=MOST_DOCUMENTS)
    for name in dict.fromkeys(names):
        if message := _name_problem(name, names, texts):
            table.problem("documents", message, hint=name)
    for name in sorted(set(texts) - set(names)):
        report.add("", f"“{name}” isn't listed in documents: list it, or remove the file.", path=name)
    listed = [name for name in dict.fromkeys(names) if name in texts]
    for name in listed:
        _judge_text(name, texts[name], report)
    return tuple(Document(name=name, title=document_title(name, texts[name]), text=texts[name]) for name in listed)


def _name_problem(name: str, names: tuple[str, ...], texts: Mapping[str, str]) -> str | None:
    if not _DOCUMENT_NAME.fullmatch(name):
        return f"“{name[:80]}” is no document name: name a .md file of this folder, without a path."
    if names.count(name) > 1:
        return f"“{name}” is listed twice: once is enough."
    if name not in texts:
        return f"There is no file “{name}” in this folder.{did_you_mean(name, texts)}"
    return None


def _judge_text(name: str, text: str, report: Report) -> None:
    if not text.strip():
        report.add("", f"“{name}” is empty: write the document, or remove it from documents.", path=name)
    if len(text) > LONGEST_DOCUMENT:
        report.add("", f"“{name}” is {len(text)} characters long: {LONGEST_DOCUMENT} is the most.", path=name)
    if found := _UNPRINTABLE.search(text):
        hint = f"U+{ord(found.group()):04X}"
        report.add(
            "", f"“{name}” holds an invisible control character ({hint}): remove it.", hint=found.group(), path=name
        )
