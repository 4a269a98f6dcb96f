"""Owns whether an exercise makes sense: every check of the bank, all problems at once.

Reading judged the shape already. What needs rendered HTML is checked by the bank's service.
"""

import re
from datetime import date

from app.domain.exercises.books import BooksLike
from app.domain.exercises.check_claim import claim_problems
from app.domain.exercises.check_codes import code_problems, date_problems
from app.domain.exercises.check_text import text_problems
from app.domain.exercises.exercise import Exercise
from app.domain.exercises.problems import EXERCISE_FILE, Problem
from app.domain.exercises.walk import places_of
from app.domain.grading.grade import key_problems
from app.domain.grading.key import Key


def check_exercise(exercise: Exercise, books: BooksLike) -> tuple[Problem, ...]:
    """Return everything wrong with an exercise, judged by the code books in force on its date of service."""
    graded = tuple(_key_problem(text, exercise.key) for text in key_problems(exercise.key, books))
    return check_parts(exercise, books) + claim_problems(exercise, books) + graded


def check_parts(exercise: Exercise, books: BooksLike) -> tuple[Problem, ...]:
    """Return what is wrong with single codes and texts; sound even if parts of the exercise couldn't be read."""
    if exercise.date_of_service == date.min:
        return text_problems(exercise)
    return date_problems(exercise, books) + code_problems(exercise, books) + text_problems(exercise)


def _key_problem(text: str, key: Key) -> Problem:
    """Give a sentence about a key its place, as well as its words tell it."""
    variant, forbidden = re.match(r"Variant (\d+)\b", text), re.match(r"Forbidden: (?:the penalty of )?(\S+)", text)
    if variant:
        number = int(variant.group(1))
        named = re.search(r"“([^”]+)”", text)
        found = (
            where for where, slot in places_of(key.variants[number - 1], number) if named and slot.id == named.group(1)
        )
        return Problem(EXERCISE_FILE, None, text, where=next(found, f"variant[{number}]"))
    code = forbidden.group(1).strip(",“”") if forbidden else ""
    owners = (n for n, entry in enumerate(key.forbidden, start=1) if code in entry.codes)
    return Problem(EXERCISE_FILE, None, text, where=f"forbidden[{next(owners, 1)}]" if code else "variant", hint=code)
