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

_FIELDS = {"points to": "points_to", "near code": "near", "accept": "accept", "modifier": "modifiers"}
"""What a sentence about a key speaks of → the field it is about; the first that fits."""


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
    quoted = re.findall(r"“([^”]+)”", text)
    if variant := re.match(r"Variant (\d+)\b", text):
        number = int(variant.group(1))
        found = (where for where, slot in places_of(key.variants[number - 1], number) if slot.id in quoted[:1])
        where = next(found, f"variant[{number}]")
        about = next((field for words, field in _FIELDS.items() if words in text), "")
        return Problem(EXERCISE_FILE, None, text, where=f"{where}.{about}" if about else where)
    for number, entry in enumerate(key.forbidden, start=1):
        if code := next((code for code in entry.codes if code in text), ""):
            return Problem(EXERCISE_FILE, None, text, where=f"forbidden[{number}].codes", hint=code)
    return Problem(EXERCISE_FILE, None, text, where="variant[1]")
