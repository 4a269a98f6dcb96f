"""Owns c, the credit of a whole line for a slot: its code, and what is judged beside the code.

c = g × (1000 − the deductions) / 1000, rounded half up, all in whole thousandths.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.codes.code import CodeSystem
from app.domain.grading.answer import Line
from app.domain.grading.code_credit import CodeCredit, Fit
from app.domain.grading.key import SCALE, ModifierRule, Position, Slot
from app.domain.grading.ledger import Reason
from app.domain.grading.policy import Policy


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong beside the code: ``share`` of it counts, as (numerator, denominator)."""

    reason: Reason
    share: tuple[int, int]


class Credit(NamedTuple):
    """What a line is worth for a slot: c, and c with its position left unjudged; never both 0."""

    fit: Fit
    c: int
    unplaced: int
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as it is judged: with its place among the readable lines of its kind (1-based) and
    the codes of the diagnosis lines it points to."""

    line: Line
    rank: int
    pointed: tuple[str, ...] = ()


class LineCredit:
    """The credit of any line for every slot of one kind in one variant.

    ``diagnoses`` are the diagnosis slots that pointers can mean and ``pointers`` their credit.
    """

    def __init__(
        self,
        slots: Sequence[Slot],
        codes: CodeCredit,
        *,
        diagnoses: Sequence[Slot],
        pointers: CodeCredit,
        forbidden: Collection[tuple[CodeSystem, str]],
        policy: Policy,
    ) -> None:
        self._slots, self._codes, self._forbidden, self._policy = slots, codes, forbidden, policy
        self._diagnoses, self._pointers = diagnoses, pointers
        self._asking = {place for place, slot in enumerate(slots) if _asks(slot)}
        self._by_code = sorted(range(len(diagnoses)), key=lambda place: min(diagnoses[place].accept, default=""))

    def credits(self, entry: Entry) -> list[Credit | None]:
        """Return the credit for each slot in key order; None where it is 0 in any position."""
        line = entry.line
        if (line.system, line.code) in self._forbidden:
            return [None] * len(self._slots)
        fits = enumerate(self._codes.fits(line.system, line.code))
        found: list[Credit | None] = []
        for place, fit in fits:
            if fit is None:
                found.append(None)
            elif line.modifiers or place in self._asking:
                found.append(self._credit(entry, self._slots[place], fit))
            else:
                found.append(Credit(fit, fit.g, fit.g))
        return found

    def pointed_slots(self, codes: Sequence[str], keyed: Collection[str]) -> frozenset[str]:
        """Return the ids of the slots that the pointed-at codes stand for, as ``keyed`` is asked for.

        Of several slots that a code fits equally well, a keyed one counts, then the one with the
        lowest accepted code: an order that the key's author can't change by moving slots about.
        """
        meant: set[str] = set()
        for code in codes:
            best = self._pointers.best_slots(CodeSystem.ICD10CM, code)
            tied = [place for place in self._by_code if place in best]
            wanted = [place for place in tied if self._diagnoses[place].id in keyed]
            meant.update(self._diagnoses[place].id for place in (wanted or tied)[:1])
        return frozenset(meant)

    def _credit(self, entry: Entry, slot: Slot, fit: Fit) -> Credit | None:
        faults = tuple(self._faults(entry, slot))
        if not faults:
            return Credit(fit, fit.g, fit.g)
        c = self._deducted(fit.g, faults)
        placed = tuple(fault for fault in faults if fault.reason is not Reason.WRONG_POSITION)
        unplaced = c if len(placed) == len(faults) else self._deducted(fit.g, placed)
        return Credit(fit, c, unplaced, faults) if unplaced else None

    def _deducted(self, g: int, faults: Sequence[Fault]) -> int:
        kept, scale = SCALE, 1
        for fault in faults:
            part, whole = fault.share
            kept = kept * whole - self._policy.details[fault.reason] * part * scale
            scale *= whole
        return max(0, (2 * g * kept + SCALE * scale) // (2 * SCALE * scale))

    def _faults(self, entry: Entry, slot: Slot) -> list[Fault]:
        line, faults = entry.line, []
        if line.modifiers or slot.modifiers.required or slot.modifiers.any_of:
            wrong, required = modifier_errors(line.modifiers, slot.modifiers)
            if wrong:
                faults.append(Fault(Reason.WRONG_MODIFIERS, (min(wrong, required), required)))
        if slot.units is not None and line.units != slot.units:
            faults.append(Fault(Reason.WRONG_UNITS, (1, 1)))
        if slot.points_to is not None:
            keyed = frozenset(slot.points_to)
            meant = self.pointed_slots(entry.pointed, keyed)
            if meant != keyed:
                faults.append(Fault(Reason.WRONG_POINTERS, (len(meant ^ keyed), len(meant | keyed))))
        if slot.poa is not None and line.poa != slot.poa:
            faults.append(Fault(Reason.WRONG_POA, (1, 1)))
        if slot.position is Position.FIRST and entry.rank != 1:
            faults.append(Fault(Reason.WRONG_POSITION, (1, 1)))
        return faults


def _asks(slot: Slot) -> bool:
    """Tell whether a slot asks for anything beside its code."""
    rule, others = slot.modifiers, (slot.units, slot.points_to, slot.poa, slot.position)
    return bool(rule.required or rule.any_of) or any(asked is not None for asked in others)


def modifier_errors(entered: Collection[str], rule: ModifierRule) -> tuple[int, int]:
    """Count the modifiers missing or too many, and those required (at least 1).

    One of ``any_of`` is required, each further one is too many; optional ones never count.
    """
    given, required, choice = frozenset(entered), frozenset(rule.required), frozenset(rule.any_of)
    chosen = len(given & choice)
    missing = len(required - given) + (1 if choice and not chosen else 0)
    extra = len(given - required - choice - frozenset(rule.optional)) + max(0, chosen - 1)
    return missing + extra, max(1, len(required) + (1 if choice else 0))


def listed(lines: Sequence[Line], diagnoses: Mapping[int, str]) -> list[Entry]:
    """Return the lines of one kind in canonical order, which doesn't depend on the order of typing.

    ``diagnoses`` maps the typed place of each readable diagnosis line to its code. Lines alike in
    everything keep their typed order.
    """
    ranked = enumerate(sorted(lines, key=lambda line: line.place), start=1)
    entries = [
        Entry(line, rank, tuple(sorted(diagnoses[place] for place in set(line.points_to) if place in diagnoses)))
        for rank, line in ranked
    ]
    return sorted(entries, key=_canonical)


def _canonical(entry: Entry) -> tuple[str, str, tuple[str, ...], int, tuple[str, ...], str, int]:
    line = entry.line
    modifiers = tuple(sorted(set(line.modifiers)))
    return line.system, line.code, modifiers, line.units, entry.pointed, line.poa or "", entry.rank
