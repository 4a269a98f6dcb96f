"""Owns the checks of single codes: in force on the date of service, billable, fit for the patient.

A code missing from a complete book is an error. Starter books (CPT, HCPCS) hold only the codes the bank uses,
so there it is a warning. ICD-10-PCS may have no book at all, then nothing is said, or only the list of another
year that comes as an extra: a code in it passes, one it lacks is a warning.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from app.domain.codes.code import CodeSystem, LineKind
from app.domain.errors import UnknownCode
from app.domain.exercises.books import BookLike, BooksLike
from app.domain.exercises.exercise import Exercise
from app.domain.exercises.problems import EXERCISE_FILE, Level, Problem
from app.domain.exercises.walk import places
from app.domain.grading.key import Slot


def date_problems(exercise: Exercise, books: BooksLike) -> tuple[Problem, ...]:
    """Return a problem for each system of the key without a code book in force on the date of service."""
    used = {slot.system for _, slot in places(exercise.key)}
    return tuple(
        Problem(EXERCISE_FILE, None, message, where="date_of_service")
        for system in sorted(used)
        if (message := _date_problem(system, exercise.date_of_service, books))
    )


def code_problems(exercise: Exercise, books: BooksLike) -> tuple[Problem, ...]:
    """Return the problems of every accepted, near and forbidden code and of modifiers."""
    return (*_slot_problems(exercise, books), *_forbidden_problems(exercise, books))


def _slot_problems(exercise: Exercise, books: BooksLike) -> Iterator[Problem]:
    day = exercise.date_of_service
    for where, slot in places(exercise.key):
        for code in slot.accept:
            yield from _accepted(exercise, slot, code, f"{where}.accept", books)
        for number, near in enumerate(slot.near, start=1):
            place = f"{where}.near[{number}]"
            yield from _known(slot.system, near.code, day, place, books)
        yield from _unknown_modifiers(slot, f"{where}.modifiers", books)


def _unknown_modifiers(slot: Slot, where: str, books: BooksLike) -> Iterator[Problem]:
    rule = slot.modifiers
    level = Level.ERROR if books.is_complete(slot.system) else Level.WARNING
    for modifier in (*rule.required, *rule.any_of, *rule.optional):
        if books.modifier(modifier) is None:
            message = f"{modifier} isn't among the modifiers of the installed books: make sure it is right."
            yield Problem(EXERCISE_FILE, None, message, where=where, hint=modifier, level=level)


def _forbidden_problems(exercise: Exercise, books: BooksLike) -> Iterator[Problem]:
    for number, entry in enumerate(exercise.key.forbidden, start=1):
        for code in entry.codes:
            yield from _known(entry.system, code, exercise.date_of_service, f"forbidden[{number}].codes", books)


def _accepted(exercise: Exercise, slot: Slot, code: str, where: str, books: BooksLike) -> Iterator[Problem]:
    unknown = tuple(_known(slot.system, code, exercise.date_of_service, where, books))
    if unknown:
        yield from unknown
        return
    message = books.choices_message(slot.system, code) if books.find(slot.system, code) else None
    if message is None and slot.kind is LineKind.DIAGNOSIS:
        patient = exercise.patient
        message = books.fits_patient(code, age=patient.age, sex=str(patient.sex))
    if message:
        yield Problem(EXERCISE_FILE, None, message, where=where, hint=code)


def _known(system: CodeSystem, code: str, day: date, where: str, books: BooksLike) -> Iterator[Problem]:
    """Yield a problem if the code isn't in the book in force that day."""
    if _date_problem(system, day, books) or not _installed(system, books):
        return
    found = books.find(system, code)
    if found is not None and (
        _is_only_a_help(system, books) or _in_force(found.effective_from, found.effective_to, day)
    ):
        return
    level = Level.ERROR
    if found is not None or books.is_in_other_release(system, code):
        message = f"{code} isn't in force on the date of service, {day:%Y-%m-%d}: use the code of that day."
    elif books.is_complete(system):
        message = _unknown_message(system, code, books)
    else:
        level = Level.WARNING
        message = (
            f"{code} isn't in the installed {system} book, which holds a part of the system: make sure it is right."
        )
    yield Problem(EXERCISE_FILE, None, message, where=where, hint=code, level=level)


def _unknown_message(system: CodeSystem, code: str, books: BooksLike) -> str:
    """Return what the book says about a code it lacks: it knows its neighbors."""
    try:
        books.choices_message(system, code)
    except UnknownCode as error:
        return str(error)
    return f"{code} isn't in {system}: correct it."


def _date_problem(system: CodeSystem, day: date, books: BooksLike) -> str | None:
    installed = _installed(system, books)
    if any(book.covers(day) for book in installed) or _is_only_a_help(system, books):
        return None
    if installed:
        return (
            f"No {system} book in force on {day:%Y-%m-%d} is installed (the newest is {installed[-1].id}): "
            "move the date of service into a book's period, or install that release."
        )
    if system is CodeSystem.ICD10CM:
        return f"No {system} book is installed, so the codes can't be checked: “chartroom serve” makes it."
    return None


def _is_only_a_help(system: CodeSystem, books: BooksLike) -> bool:
    """Tell whether all there is of ICD-10-PCS is a list that may be of another year: it proves nothing about a day."""
    return system is CodeSystem.ICD10PCS and bool(_installed(system, books)) and not books.is_complete(system)


def _installed(system: CodeSystem, books: BooksLike) -> Sequence[BookLike]:
    return [book for book in books.books if book.system is system]


def _in_force(start: date | None, end: date | None, day: date) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)
