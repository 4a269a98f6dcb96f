"""Owns the ledger of one sheet: every correction with its reason, its loss and its sentence."""

from collections.abc import Sequence
from fractions import Fraction

from app.domain.codes.code import CodeLookup
from app.domain.grading.answer import Line
from app.domain.grading.code_credit import absence
from app.domain.grading.credit import Credit
from app.domain.grading.key import SCALE, Slot
from app.domain.grading.ledger import LedgerEntry, Outcome, Reason
from app.domain.grading.policy import Policy
from app.domain.grading.sheet import Penalties, Sheet, match_cost, nearest_slot, stake
from app.domain.grading.wording import Wording


class Bookkeeper:
    """Writes the ledger of a variant's sheets; ``diagnoses`` are the slots that pointers mean."""

    def __init__(self, books: CodeLookup, *, diagnoses: Sequence[Slot], penalties: Penalties, policy: Policy) -> None:
        self._books, self._penalties, self._policy = books, penalties, policy
        self._wording = Wording(books)
        self._codes = {slot.id: slot.accept[0] for slot in diagnoses}

    def ledger(self, sheet: Sheet) -> list[LedgerEntry]:
        """List the corrections: slots in key order, then the lines left over in canonical order."""
        found: list[LedgerEntry] = []
        for k, slot in enumerate(sheet.slots):
            i = sheet.filler(k)
            if i is None:
                found.extend(self._missed(slot))
            else:
                found.extend(self._faults(sheet, i, slot))
        left_over = [i for i, slot in enumerate(sheet.filled) if slot is None]
        return found + [self._left_over(sheet, i) for i in left_over]

    def _missed(self, slot: Slot) -> list[LedgerEntry]:
        if not slot.weight:
            return []
        return [LedgerEntry(Reason.MISSED, slot.weight * SCALE, None, slot.id, self._wording.missed(slot))]

    def _faults(self, sheet: Sheet, i: int, slot: Slot) -> list[LedgerEntry]:
        line, it = sheet.entries[i].line, sheet.credit(i)
        if it is None or it.c == SCALE:
            return []
        found = [
            LedgerEntry(
                reason, stake(slot) * lost, line.number, slot.id, self._wording.wrong_code(line, it.fit, reason)
            )
            for reason, lost in it.fit.faults
        ]
        pointed = sheet.entries[i].pointed
        for reason, lost in self._shares(slot, it):
            text = self._wording.wrong_detail(
                line, slot, reason, keyed=[self._codes[s] for s in slot.points_to or ()], pointed=pointed
            )
            found.append(LedgerEntry(reason, lost, line.number, slot.id, text))
        return [entry for entry in found if entry.lost]

    def _shares(self, slot: Slot, it: Credit) -> list[tuple[Reason, int]]:
        """Share out what is lost beside the code, in proportion; the last takes the remainder."""
        rest = match_cost(slot, it.c) - match_cost(slot, it.fit.g)
        terms = [(fault.reason, self._policy.details[fault.reason] * Fraction(*fault.share)) for fault in it.faults]
        whole = sum(term for _, term in terms)
        shares = [(reason, int(rest * term / whole)) for reason, term in terms]
        return [*shares[:-1], (shares[-1][0], rest - sum(lost for _, lost in shares[:-1]))] if shares else []

    def _left_over(self, sheet: Sheet, i: int) -> LedgerEntry:
        line, row = sheet.entries[i].line, sheet.credits[i]
        nearest = nearest_slot(sheet.slots, row)
        near = row[nearest] if nearest is not None else None
        reason = self._surplus_reason(sheet, line, is_related=near is not None)
        text = self._wording.surplus(
            line, reason, forbidden=self._penalties.get((line.system, line.code)), near=near.fit if near else None
        )
        if reason is Reason.UNSUPPORTED:
            text += self._wording.rule_against(line, sorted(min(slot.accept) for slot in sheet.slots if slot.weight))
        return LedgerEntry(reason, sheet.surplus[i], line.number, None, text)

    def _surplus_reason(self, sheet: Sheet, line: Line, *, is_related: bool) -> Reason:
        if (line.system, line.code) in self._penalties:
            return Reason.FORBIDDEN
        if any(line.system is slot.system and line.code in slot.accept for slot in sheet.slots):
            return Reason.DUPLICATE
        absent = None if is_related else absence(line.system, line.code, self._books)
        return absent or Reason.UNSUPPORTED


def outcomes(sheet: Sheet) -> list[Outcome]:
    """List what became of every slot, in key order, then of every line left over."""
    found = []
    for k, slot in enumerate(sheet.slots):
        i = sheet.filler(k)
        it = None if i is None else sheet.credit(i)
        line = None if i is None else sheet.entries[i].line.number
        found.append(Outcome(line, slot.id, it.c if it else 0))
    left_over = [entry for entry, slot in zip(sheet.entries, sheet.filled, strict=True) if slot is None]
    return found + [Outcome(entry.line.number, None, 0) for entry in left_over]
