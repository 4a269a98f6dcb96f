"""Owns whether a question makes sense: its codes by the books of its day, its options, its words."""

import re
from collections.abc import Iterator

from app.domain.codes.code import CodeSystem, normalise
from app.domain.errors import CodeShapeError
from app.domain.exercises.books import BooksLike
from app.domain.exercises.identifiers import find_lookalikes
from app.domain.exercises.problems import Level, Problem
from app.domain.questions.question import Option, Question

_CATCH_ALL = re.compile(r"\b(all|none|both|neither) of (the|these|them)\b|\b(a and b|both a)\b", re.IGNORECASE)
_CODE = re.compile(r"(?<![A-Za-z0-9.])([A-Z0-9]{3}\.[A-Z0-9]{1,4}|[A-Z0-9]{3,7})((?:-[A-Z0-9]{2})*)(?![A-Za-z0-9])")


def check_question(question: Question, books: BooksLike, *, path: str, where: str) -> tuple[Problem, ...]:
    """Return everything wrong with a question that could be read; ``where`` is its place in the file."""
    return (
        *_option_problems(question, path, where),
        *_code_problems(question, books, path, where),
        *_identifiers(question, path, where),
    )


def codes_of(option: Option, systems: tuple[CodeSystem, ...]) -> tuple[tuple[CodeSystem, str, tuple[str, ...]], ...]:
    """Return the codes an option names, each with its system and modifiers; words are left alone."""
    found = []
    for match in _CODE.finditer(option.text):
        text, modifiers = match.group(1), tuple(match.group(2).split("-")[1:])
        for system in systems:
            try:
                code = normalise(system, text)
            except CodeShapeError:
                continue
            if any(char.isdigit() for char in code):
                found.append((system, code, modifiers))
                break
    return tuple(found)


def _option_problems(question: Question, path: str, where: str) -> Iterator[Problem]:
    texts: dict[str, int] = {}
    for number, option in enumerate(question.options, start=1):
        place = f"{where}.option[{number}].text"
        folded = " ".join(option.text.casefold().split())
        if folded in texts:
            yield Problem(path, None, f"Options {texts[folded]} and {number} say the same: change one.", where=place)
        texts.setdefault(folded, number)
        if _CATCH_ALL.search(option.text):
            message = f"“{option.text[:60]}” is a catch-all: write an option of the same kind as the others."
            yield Problem(path, None, message, where=place)


def _code_problems(question: Question, books: BooksLike, path: str, where: str) -> Iterator[Problem]:
    for number, option in enumerate(question.options, start=1):
        place = f"{where}.option[{number}].text"
        codes = codes_of(option, question.systems)
        if question.systems and not codes:
            message = f"“{option.text[:60]}” names no code of {', '.join(question.systems)}: name one."
            yield Problem(path, None, message, where=place)
        for system, code, modifiers in codes:
            yield from _code_problem(system, code, books, path=path, where=place, is_right=option.is_right)
            for modifier in modifiers:
                if books.modifier(modifier) is None:
                    yield _warning(path, place, f"{modifier} isn't among the installed modifiers: make sure of it.")


def _code_problem(
    system: CodeSystem, code: str, books: BooksLike, *, path: str, where: str, is_right: bool
) -> Iterator[Problem]:
    if not any(book.system is system for book in books.books):
        return
    found = books.find(system, code)
    if found is None and books.is_complete(system):
        yield Problem(path, None, f"{code} isn't in {system} on the question's day: correct it.", where=where)
    elif found is None:
        message = f"{code} isn't in the installed {system} book, which holds a part: make sure that it is right."
        yield _warning(path, where, message)
    elif is_right and not found.billable:
        message = f"{code} is the right answer but isn't billable: it needs another character."
        yield Problem(path, None, message, where=where)


def _warning(path: str, where: str, message: str) -> Problem:
    return Problem(path, None, message, where=where, level=Level.WARNING)


def _identifiers(question: Question, path: str, where: str) -> Iterator[Problem]:
    texts = {"stem": question.stem, "rationale": question.rationale}
    for name, text in texts.items():
        for found in find_lookalikes(text):
            yield Problem(path, None, f"“{found.text}” looks like {found.kind}: remove it.", where=f"{where}.{name}")
    if question.case:
        for found in find_lookalikes(question.case.note):
            message = f"“{found.text}” in the note of case {question.case.id} looks like {found.kind}: remove it."
            yield Problem(path, None, message, where=f"{where}.case")
