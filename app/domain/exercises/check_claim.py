"""Owns the checks of a whole answer: order, Excludes1, code first, manifestations, what the setting allows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.codes.code import CodeSystem, LineKind
from app.domain.codes.fragments import CodeRange, any_contains, is_heading
from app.domain.exercises.books import BooksLike, NoteLike
from app.domain.exercises.exercise import Exercise
from app.domain.exercises.problems import EXERCISE_FILE, Problem
from app.domain.exercises.walk import places_of
from app.domain.grading.key import Position, Slot, Variant

_CONDITIONAL = re.compile(r"\b(?:if (?:known|applicable|present)|any|associated|when)\b")
_UNDERLYING = re.compile(r"\W*(?:the )?underlying\b", re.IGNORECASE)
_Placed = tuple[str, Slot]


def claim_problems(exercise: Exercise, books: BooksLike) -> tuple[Problem, ...]:
    """Return the problems of each variant as one claim."""
    return tuple(
        problem
        for number, variant in enumerate(exercise.key.variants, start=1)
        for problem in _variant_problems(exercise, variant, number, books)
    )


def _variant_problems(exercise: Exercise, variant: Variant, number: int, books: BooksLike) -> Iterator[Problem]:
    slots = tuple(places_of(variant, number))
    diagnoses = tuple((where, slot) for where, slot in slots if slot.kind is LineKind.DIAGNOSIS)
    if not any(slot.weight for _, slot in slots):
        yield _problem(f"variant[{number}]", "Every line of this variant is optional: give one a weight of 1 or more.")
    for where, slot in slots:
        yield from _setting_rules(exercise, where, slot)
    yield from _positions(slots)
    yield from _excludes1(diagnoses, books)
    yield from _first_manifestation(diagnoses, books)
    for index in range(len(diagnoses)):
        yield from _code_first(diagnoses, index, books)


def _setting_rules(exercise: Exercise, where: str, slot: Slot) -> Iterator[Problem]:
    """Yield what this kind of claim doesn't have."""
    if exercise.is_inpatient:
        return
    if slot.poa:
        yield _problem(f"{where}.poa", "POA is reported on inpatient claims only: remove it, or correct the setting.")
    if slot.system is CodeSystem.ICD10PCS:
        message = "ICD-10-PCS is for inpatient claims only: use CPT or HCPCS, or correct the setting."
        yield _problem(f"{where}.system", message)


def _positions(slots: tuple[_Placed, ...]) -> Iterator[Problem]:
    """Yield a line marked first that isn't; that only one is marked is a rule of every key."""
    for kind in LineKind:
        of_kind = [(where, slot) for where, slot in slots if slot.kind is kind]
        marked = [(where, slot) for where, slot in of_kind if slot.position is Position.FIRST]
        if len(marked) == 1 and marked[0] != of_kind[0]:
            where, slot = marked[0]
            yield _problem(where, f"Slot {slot.id} is marked first: move it before the other {kind} lines.")


def _excludes1(diagnoses: tuple[_Placed, ...], books: BooksLike) -> Iterator[Problem]:
    owners = {code: where for where, slot in reversed(diagnoses) for code in slot.accept}
    for conflict in books.excludes1_conflicts(tuple(owners)):
        one, other = conflict.codes
        accepting = [[slot.id for _, slot in diagnoses if code in slot.accept] for code in (one, other)]
        if any(a != b for a in accepting[0] for b in accepting[1]):
            message = (
                f"{one} and {other} can't be reported together (Excludes1 at {conflict.owner}: “{conflict.text}”): "
                "keep one, or put them into separate variants."
            )
            yield _problem(f"{owners[one]}.accept", message, one)


def _first_manifestation(diagnoses: tuple[_Placed, ...], books: BooksLike) -> Iterator[Problem]:
    if not diagnoses:
        return
    where, slot = next((d for d in diagnoses if d[1].position is Position.FIRST), diagnoses[0])
    for code in slot.accept:
        if books.is_manifestation(code):
            message = f"{code} is a manifestation code and can't be listed first: put its underlying disease before it."
            yield _problem(f"{where}.accept", message, code)
            return


def _code_first(diagnoses: tuple[_Placed, ...], index: int, books: BooksLike) -> Iterator[Problem]:
    where, slot = diagnoses[index]
    before = [other for _, other in diagnoses[:index]]
    after = [other for _, other in diagnoses[index + 1 :]]
    for code in slot.accept:
        for demand in _demands(books.code_first(code)):
            if late := next((s for s in after if demand.names(s)), None):
                message = f"{late.accept[0]} goes before {code} (“code first {demand.text}”): move its line up."
                yield _problem(where, message, code)
                return
            if demand.is_owed(books.is_manifestation(code)) and not demand.is_met(before):
                message = f"{code} needs another code before it (“code first {demand.text}”): add that line before it."
                yield _problem(f"{where}.accept", message, code)
                return


@dataclass(frozen=True, slots=True)
class _Demand:
    """A "code first" note with the list under it, if it introduces one."""

    text: str
    codes: tuple[str, ...]

    def is_owed(self, by_manifestation: bool) -> bool:
        """Tell whether the note always applies; one with "if applicable", "any associated" and the like doesn't."""
        if _CONDITIONAL.search(self.text):
            return False
        return by_manifestation or bool(_UNDERLYING.match(self.text))

    def is_met(self, before: list[Slot]) -> bool:
        """A note that only gives examples, or whose codes couldn't be read, is met by any diagnosis before."""
        if not self.codes or "such as" in self.text:
            return bool(before)
        return any(self.names(slot) for slot in before)

    def names(self, slot: Slot) -> bool:
        ranges = [CodeRange(first, last or first) for first, _, last in (code.partition("-") for code in self.codes)]
        return any(any_contains(ranges, code) for code in slot.accept)


def _demands(notes: Sequence[NoteLike]) -> list[_Demand]:
    """Put the lines of printed notes together: a heading ("…, such as:") and the lines below it are one demand."""
    found: list[_Demand] = []
    heading_of: str | None = None
    for note in notes:
        if heading_of == note.source and found and not is_heading(note.text):
            found[-1] = _Demand(found[-1].text, (*found[-1].codes, *note.codes))
            continue
        heading_of = note.source if is_heading(note.text) else None
        found.append(_Demand(note.text.rstrip(": "), note.codes))
    return found


def _problem(where: str, message: str, hint: str = "") -> Problem:
    return Problem(EXERCISE_FILE, None, message, where=where, hint=hint)
