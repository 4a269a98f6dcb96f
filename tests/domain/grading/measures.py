"""What the property tests look at: numbers, findings and sheets of a graded answer."""

from collections import Counter
from fractions import Fraction
from typing import Any

from app.domain.codes.code import LineKind
from app.domain.grading.grade import Grader, grade
from app.domain.grading.key import Key, Slot
from app.domain.grading.ledger import Grade
from app.domain.grading.sheet import Sheet
from tests.domain.grading.builders import BOOK
from tests.strategies import Draft, Drafts


def graded(drafts: Drafts, key: Key) -> Grade:
    return grade(drafts.answer(), key, BOOK)


def sheets(drafts: Drafts, key: Key) -> dict[LineKind, Sheet]:
    """Return the corrected sheets of the first variant."""
    audit = Grader(key, BOOK).audit(drafts.answer(), 0)
    return {LineKind.DIAGNOSIS: audit.diagnoses, LineKind.PROCEDURE: audit.procedures}


def exact_score(result: Grade) -> Fraction:
    return max(Fraction(0), 1 - Fraction(result.cost, result.worth))


def numbers(result: Grade) -> dict[str, Any]:
    """Return every number that is reported of the whole answer."""
    return {
        "cost": result.cost,
        "worth": result.worth,
        "score": result.score,
        "methods": [(method.name, method.value, method.arithmetic) for method in result.methods],
    }


def findings(result: Grade, drafts: Drafts) -> Counter[tuple[Any, ...]]:
    """Return the ledger with the content of lines in place of their numbers."""
    lines = [*drafts.diagnoses, *drafts.procedures]

    def content(number: int | None) -> tuple[Any, ...] | None:
        return None if number is None else replace_places(lines[number - 1], drafts)

    return Counter((e.reason, e.lost, content(e.line), e.slot, e.text) for e in result.ledger)


def replace_places(draft: Draft, drafts: Drafts) -> tuple[Any, ...]:
    pointed = tuple(sorted(drafts.diagnoses[place].code for place in draft.points_to))
    return draft.system, draft.code, draft.modifiers, draft.units, pointed, draft.poa


def slot_places(slots: tuple[Slot, ...], drafts: Drafts) -> dict[str, int]:
    """Return for each diagnosis slot the first typed place that holds one of its codes."""
    found = {}
    for slot in slots:
        for place, draft in enumerate(drafts.diagnoses):
            if slot.kind is LineKind.DIAGNOSIS and draft.code in slot.accept:
                found.setdefault(slot.id, place)
    return found
