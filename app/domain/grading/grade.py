"""The one entry point of grading: the score is what an auditor would leave standing.

One minus the cheapest set of corrections that turns the claim into the key, divided by what the
key is worth, never below zero. Pure: callers bring the answer, the key and the code books.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.codes.code import CodeLookup, CodeSystem, LineKind
from app.domain.grading.answer import Answer, Line
from app.domain.grading.code_credit import CodeCredit
from app.domain.grading.corrections import Bookkeeper, outcomes
from app.domain.grading.credit import LineCredit, listed
from app.domain.grading.key import SCALE, Forbidden, Key, OwedKind, Slot, Variant
from app.domain.grading.key_rules import structure_problems
from app.domain.grading.ledger import Grade, LedgerEntry, Outcome
from app.domain.grading.methods import other_methods
from app.domain.grading.owed import Extras, settle
from app.domain.grading.policy import CURRENT_POLICY, POLICY_VERSION, Policy
from app.domain.grading.sheet import Penalties, Sheet, correct

__all__ = ["POLICY_VERSION", "Grader", "answer_of", "grade", "key_problems"]


def grade(answer: Answer, key: Key, books: CodeLookup, policy: Policy = CURRENT_POLICY) -> Grade:
    """Grade an answer against a key with the code books in force on the date of service."""
    return Grader(key, books, policy).grade(answer)


class Grader:
    """One key, ready to grade many answers; it remembers the credit of the codes it has seen."""

    def __init__(self, key: Key, books: CodeLookup, policy: Policy = CURRENT_POLICY) -> None:
        penalties = _penalties(key)
        self._policy = policy
        self._variants = [_VariantGrader(variant, penalties, books, policy) for variant in key.variants]

    def grade(self, answer: Answer) -> Grade:
        """Grade against every variant: the highest score counts, then the lowest cost, then the first."""
        audits = [self.audit(answer, number) for number in range(len(self._variants))]
        best = 0
        for i, audit in enumerate(audits):
            if audit.is_better_than(audits[best]):
                best = i
        return self._variants[best].write(audits[best], answer, number=best, policy=self._policy)

    def audit(self, answer: Answer, variant: int) -> "Audit":
        """Correct an answer against one variant (from 0), without a ledger."""
        return self._variants[variant].audit(answer)


@dataclass(frozen=True, slots=True)
class Audit:
    """An answer corrected against one variant, before its ledger is written."""

    diagnoses: Sheet
    procedures: Sheet
    extras: Extras
    worth: int

    @property
    def cost(self) -> int:
        return self.diagnoses.cost + self.procedures.cost + self.extras.cost

    def is_better_than(self, other: "Audit") -> bool:
        mine = max(0, self.worth - self.cost) * other.worth
        theirs = max(0, other.worth - other.cost) * self.worth
        return (mine, -self.cost) > (theirs, -other.cost)


class _VariantGrader:
    """One variant of a key, ready to grade."""

    def __init__(self, variant: Variant, penalties: Penalties, books: CodeLookup, policy: Policy) -> None:
        self._variant, self._penalties, self._books, self._policy = variant, penalties, books, policy
        self._diagnoses = tuple(s for s in variant.slots if s.kind is LineKind.DIAGNOSIS)
        self._procedures = tuple(s for s in variant.slots if s.kind is LineKind.PROCEDURE)
        self._pointers = CodeCredit(self._diagnoses, books, policy)
        self._diagnosis_credit = self._credit(self._diagnoses, self._pointers)
        self._procedure_credit = self._credit(self._procedures, CodeCredit(self._procedures, books, policy))
        weights = sum(slot.weight for slot in variant.slots) + sum(item.weight for item in variant.owed)
        self._worth = max(1, weights) * SCALE

    def _credit(self, slots: Sequence[Slot], codes: CodeCredit) -> LineCredit:
        return LineCredit(
            slots,
            codes,
            diagnoses=self._diagnoses,
            pointers=self._pointers,
            forbidden=self._penalties,
            policy=self._policy,
        )

    def audit(self, answer: Answer) -> Audit:
        diagnoses = [line for line in answer.lines if line.kind is LineKind.DIAGNOSIS]
        procedures = [line for line in answer.lines if line.kind is LineKind.PROCEDURE]
        codes = {line.place: line.code for line in diagnoses}
        return Audit(
            self._correct(self._diagnoses, diagnoses, codes, self._diagnosis_credit),
            self._correct(self._procedures, procedures, codes, self._procedure_credit),
            settle(self._variant.owed, answer, self._policy.surplus_rate),
            self._worth,
        )

    def _correct(
        self, slots: Sequence[Slot], lines: Sequence[Line], codes: dict[int, str], credit: LineCredit
    ) -> Sheet:
        return correct(slots, listed(lines, codes), credit, penalties=self._penalties, policy=self._policy)

    def write(self, audit: Audit, answer: Answer, *, number: int, policy: Policy) -> Grade:
        """Write the ledger, the outcomes and the other methods of an audit."""
        keeper = Bookkeeper(self._books, diagnoses=self._diagnoses, penalties=self._penalties, policy=policy)
        ledger: list[LedgerEntry] = keeper.ledger(audit.diagnoses)
        ledger += keeper.ledger(audit.procedures)
        ledger += audit.extras.ledger
        found: list[Outcome] = [*outcomes(audit.diagnoses), *outcomes(audit.procedures), *audit.extras.outcomes]
        sheets = (audit.diagnoses, audit.procedures)
        return Grade(
            cost=audit.cost,
            worth=audit.worth,
            variant=number,
            ledger=tuple(ledger),
            outcomes=tuple(found),
            methods=other_methods(
                correct=sum(_correct_lines(sheet) for sheet in sheets) + audit.extras.correct,
                keyed=self._keyed(),
                entered=sum(_entered_lines(sheet) for sheet in sheets) + audit.extras.entered,
                cost=audit.cost,
                unread=len(answer.format_errors),
            ),
            format_errors=answer.format_errors,
            policy=policy.version,
        )

    def _keyed(self) -> int:
        slots = sum(slot.weight > 0 for slot in self._variant.slots)
        return slots + sum(item.weight > 0 for item in self._variant.owed)


def _correct_lines(sheet: Sheet) -> int:
    """Count the lines without a fault on a required slot."""
    return sum(
        slot is not None
        and sheet.slots[slot].weight > 0
        and (credit := sheet.credit(i)) is not None
        and credit.c == SCALE
        for i, slot in enumerate(sheet.filled)
    )


def _entered_lines(sheet: Sheet) -> int:
    """Count the lines that don't fill an optional slot."""
    return sum(slot is None or sheet.slots[slot].weight > 0 for slot in sheet.filled)


def _penalties(key: Key) -> Penalties:
    """Map each forbidden code to its entry; of several, the one with the highest penalty, then the first."""
    found: dict[tuple[CodeSystem, str], Forbidden] = {}
    for forbidden in key.forbidden:
        for code in forbidden.codes:
            pair = (forbidden.system, code)
            if pair not in found or forbidden.penalty > found[pair].penalty:
                found[pair] = forbidden
    return found


def answer_of(variant: Variant) -> Answer:
    """Return the variant answered by itself: the first accepted code of every slot, what it asks for."""
    slots = sorted(variant.slots, key=lambda slot: (slot.kind is not LineKind.DIAGNOSIS, slot.position is None))
    places = {slot.id: place for place, slot in enumerate((s for s in slots if s.kind is LineKind.DIAGNOSIS), start=1)}
    procedures = len(slots) - len(places)
    starts = [*range(1, len(places) + 1), *range(1, procedures + 1)]
    lines = tuple(
        Line(
            number=number,
            place=place,
            system=slot.system,
            code=slot.accept[0],
            modifiers=(*slot.modifiers.required, *slot.modifiers.any_of[:1]),
            units=1 if slot.units is None else slot.units,
            points_to=tuple(places[target] for target in slot.points_to or ()),
            poa=slot.poa,
        )
        for number, (slot, place) in enumerate(zip(slots, starts, strict=True), start=1)
    )
    fields = tuple((item.id, item.accept[0]) for item in variant.owed if item.kind is OwedKind.FIELD)
    asks = any(item.kind is OwedKind.QUERY for item in variant.owed)
    return Answer(lines=lines, fields=fields, query="A query to the provider." if asks else None)


def key_problems(key: Key, books: CodeLookup) -> tuple[str, ...]:
    """Say why a key is refused, in sentences; empty if it is good.

    The rules of its structure come first; only a key that keeps them all is graded by itself.
    """
    problems = structure_problems(key)
    if problems:
        return problems
    grader = Grader(key, books)
    found = []
    for number, variant in enumerate(key.variants, start=1):
        result = grader.grade(answer_of(variant))
        if result.cost:
            reasons = " ".join(entry.text for entry in result.ledger)
            found.append(f"Variant {number} doesn't grade itself to 1: {reasons}")
    return tuple(found)
