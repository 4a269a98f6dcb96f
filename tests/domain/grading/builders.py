"""Short ways to write keys and answers in tests: ``icd("E11.22", weight=2)``, ``claim("E11.22")``."""

from collections.abc import Sequence
from typing import Any

from app.domain.codes.code import CodeSystem
from app.domain.grading.answer import Answer, parse_answer
from app.domain.grading.grade import grade
from app.domain.grading.key import Forbidden, Key, ModifierRule, Owed, Position, Slot, Variant
from app.domain.grading.ledger import Grade
from tests.domain.grading.fake_book import FakeBook

BOOK = FakeBook()


def icd(*accept: str, first: bool = False, **fields: Any) -> Slot:
    """Return a diagnosis slot named after its first code."""
    position = Position.FIRST if first else None
    return Slot(fields.pop("id", accept[0]), CodeSystem.ICD10CM, accept, position=position, **fields)


def cpt(
    *accept: str, required: Sequence[str] = (), any_of: Sequence[str] = (), optional: Sequence[str] = (), **fields: Any
) -> Slot:
    """Return a CPT slot named after its first code, with its modifiers."""
    rule = ModifierRule(tuple(required), tuple(any_of), tuple(optional))
    return Slot(fields.pop("id", accept[0]), CodeSystem.CPT, accept, modifiers=rule, **fields)


def pcs(*accept: str, **fields: Any) -> Slot:
    return Slot(fields.pop("id", accept[0]), CodeSystem.ICD10PCS, accept, **fields)


def key(*slots: Slot, owed: Sequence[Owed] = (), forbidden: Sequence[Forbidden] = ()) -> Key:
    """Return a key of one variant."""
    return Key((Variant(slots, tuple(owed)),), tuple(forbidden))


def line(text: str, *, units: int = 1, to: Sequence[int] = (), poa: str | None = None) -> dict[str, Any]:
    """Return a line as data from "17110-59" or "E11.22"; the system follows from the shape."""
    code, *modifiers = text.split("-")
    return {
        "system": _system(code),
        "code": code,
        "modifiers": modifiers,
        "units": units,
        "points_to": list(to),
        "poa": poa,
    }


def claim(*lines: str | dict[str, Any], **rest: Any) -> Answer:
    """Return an answer of lines in the order typed."""
    typed = [line(item) if isinstance(item, str) else item for item in lines]
    return parse_answer({"lines": typed, **rest})


def graded(answer: Answer, expected: Key) -> Grade:
    return grade(answer, expected, BOOK)


def _system(code: str) -> str:
    bare = code.replace(".", "")
    if len(bare) == 7 and "." not in code:
        return CodeSystem.ICD10PCS
    if bare.isdigit():
        return CodeSystem.CPT
    return CodeSystem.HCPCS if len(bare) == 5 and "." not in code else CodeSystem.ICD10CM
