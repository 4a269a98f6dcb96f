"""Owns the questions as files: reading a bank's ``questions`` folder, checking it, its content hashes. No database."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from app.codebook.library import Library
from app.domain.exercises.locate import with_lines
from app.domain.exercises.problems import Level, Problem
from app.domain.questions.check import check_question
from app.domain.questions.parse import QuestionCoding, read_codings, read_question_file
from app.domain.questions.question import Question, question_to_json
from app.services.bank_files import read_text_file, read_toml
from app.services.documents import stripped_html

QUESTIONS = "questions"
_REVIEW = ".review.toml"


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """A question without errors. Without a second coding it is a draft. ``place`` counts within its file from 1."""

    question: Question
    codings: tuple[QuestionCoding, ...]
    place: int
    path: Path

    @property
    def is_draft(self) -> bool:
        return not self.codings

    @property
    def content_hash(self) -> str:
        """Return the SHA-256 over the question and its record; the place in the file doesn't change it."""
        data = [question_to_json(self.question), [asdict(coding) for coding in self.codings]]
        return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class QuestionBank:
    """Usable questions in the order of the files, every problem found, and the ids left out as drafts or broken."""

    questions: tuple[QuestionEntry, ...] = ()
    problems: tuple[Problem, ...] = ()
    drafts: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


def read_questions(folder: Path, library: Library, *, drafts: bool = False) -> QuestionBank:
    """Read the questions of a bank folder; those with errors are left out, drafts unless asked for."""
    entries: list[QuestionEntry] = []
    problems: list[Problem] = []
    broken: list[str] = []
    for path in question_files(folder):
        found, wrong, bad = _read_file(path, library)
        entries += found
        problems += wrong
        broken += bad
    doubles = tuple(_doubles(entries))
    twice = {problem.hint for problem in doubles}
    usable = [entry for entry in entries if entry.question.id not in twice]
    return QuestionBank(
        questions=tuple(entry for entry in usable if drafts or not entry.is_draft),
        problems=(*problems, *doubles),
        drafts=() if drafts else tuple(entry.question.id for entry in usable if entry.is_draft),
        broken=(*broken, *sorted(twice)),
    )


def question_files(folder: Path) -> list[Path]:
    """Return the files of questions below a bank folder, in order; none where there is no such folder."""
    below = folder / QUESTIONS
    return sorted(p for p in below.glob("*.toml") if not p.name.endswith(_REVIEW) and not p.name.startswith("."))


def question_hashes(folder: Path) -> dict[str, str]:
    """Return the content hash of every question by its id, without checking anything: cheap."""
    found = {}
    for path in question_files(folder):
        text, _ = read_text_file(path)
        data, _ = read_toml(path.name, text or "")
        if data:
            codings, _, _ = _read_codings(path)
            for place, question in enumerate(read_question_file(data, path.name).questions, start=1):
                entry = QuestionEntry(question, codings.get(question.id, ()), place, path)
                found[question.id] = entry.content_hash
    return found


def _read_file(path: Path, library: Library) -> tuple[list[QuestionEntry], list[Problem], list[str]]:
    text, problems = read_text_file(path)
    data, faults = read_toml(path.name, text) if text is not None else (None, ())
    if text is None or data is None:
        return [], _placed([*problems, *faults], {path.name: text or ""}, path), [path.name]
    read = read_question_file(data, path.name)
    found = [*problems, *read.problems]
    if read.section and read.section != path.stem:
        message = f"The section “{read.section}” isn't the file's name, “{path.stem}”: make them the same."
        found.append(Problem(path.name, None, message, where="section"))
    codings, review_text, review_problems = _read_codings(path)
    found += review_problems
    bad = {_entry_of(problem.where) for problem in found if problem.where.startswith(("question", "case"))}
    entries, broken = [], []
    for number, question in enumerate(read.questions, start=1):
        where = f"question[{number}]"
        mine = () if where in bad else tuple(_check(question, library, path.name, where))
        found += mine
        if where in bad or any(p.level is Level.ERROR for p in mine):
            broken.append(question.id or f"{path.name} number {number}")
        else:
            entries.append(QuestionEntry(question, codings.get(question.id, ()), number, path))
    found += _unknown_codings(codings, read.questions, path)
    texts = {path.name: text, _review_path(path).name: review_text}
    return entries, _placed(found, texts, path), broken


def _check(question: Question, library: Library, path: str, where: str) -> Iterator[Problem]:
    yield from check_question(question, library.on(question.day), path=path, where=where)
    shown = {"stem": question.stem, "case": question.case.note if question.case else ""}
    for name, text in shown.items():
        for piece in stripped_html(text):
            message = f"“{piece[:60]}” would be removed when shown: write it in Markdown, or leave it out."
            yield Problem(path, None, message, where=f"{where}.{name}")


def _read_codings(path: Path) -> tuple[Mapping[str, tuple[QuestionCoding, ...]], str, list[Problem]]:
    review = _review_path(path)
    if not review.exists():
        return {}, "", []
    text, problems = read_text_file(review)
    data, faults = read_toml(review.name, text) if text is not None else (None, ())
    if data is None:
        return {}, text or "", [*problems, *faults]
    codings, wrong = read_codings(data, review.name)
    found: dict[str, tuple[QuestionCoding, ...]] = {}
    for coding in () if wrong else codings:
        found[coding.question] = (*found.get(coding.question, ()), coding)
    return found, text or "", [*problems, *wrong]


def _unknown_codings(
    codings: Mapping[str, tuple[QuestionCoding, ...]], questions: tuple[Question, ...], path: Path
) -> Iterator[Problem]:
    known = {question.id for question in questions}
    for name in sorted(set(codings) - known):
        message = f"There is no question “{name}” in {path.name}: correct the id, or remove this coding."
        yield Problem(_review_path(path).name, None, message, hint=f'"{name}"')


def _doubles(entries: list[QuestionEntry]) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for entry in entries:
        name = entry.question.id
        if name in first:
            where = "this file" if first[name] == entry.path else first[name].name
            message = f"The id “{name}” is already taken in {where}: give each question its own."
            yield Problem(str(entry.path), None, message, hint=name)
        first.setdefault(name, entry.path)


def _review_path(path: Path) -> Path:
    return path.with_name(path.stem + _REVIEW)


def _entry_of(where: str) -> str:
    return where.split(".")[0]


def _placed(problems: list[Problem], texts: Mapping[str, str], path: Path) -> list[Problem]:
    found = with_lines(problems, texts)
    placed = dict.fromkeys(replace(p, path=str(path.parent / p.path)) for p in found)
    return sorted(placed, key=lambda p: (p.path, p.line or 0))
