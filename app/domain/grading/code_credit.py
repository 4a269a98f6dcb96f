"""Owns g, the credit of a bare code for a slot, and the reason it is short of full credit.

Titles are never compared here: the relations between ICD-10-CM codes were computed when the code
book was compiled and come with each ``Code``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

from app.domain.codes.code import Code, CodeLookup, CodeSystem, strip_dots
from app.domain.grading.key import SCALE, Near, Slot
from app.domain.grading.ledger import Reason
from app.domain.grading.policy import ICD_RELATIONS, PCS_AXES, Policy

_PREFIXES = ((5, Reason.WRONG_SUBCATEGORY), (4, Reason.WRONG_DETAIL), (3, Reason.WRONG_IN_CATEGORY))
_ORDER = {reason: place for place, reason in enumerate((*ICD_RELATIONS, *PCS_AXES))}


@dataclass(frozen=True, slots=True)
class Fit:
    """How a code fits a slot: its credit g (thousandths), the accepted code it was held against,
    and what is wrong with it as (reason, thousandths lost); ``near`` is the key's own entry."""

    g: int
    accepted: str
    faults: tuple[tuple[Reason, int], ...] = ()
    near: Near | None = None


class CodeCredit:
    """The credit of any code for every slot of one kind in one variant; remembers what it worked out."""

    def __init__(self, slots: Sequence[Slot], books: CodeLookup, policy: Policy) -> None:
        self._slots, self._books, self._policy = slots, books, policy
        self._accepting: dict[tuple[CodeSystem, str], frozenset[int]] = {}
        for place, slot in enumerate(slots):
            for code in slot.accept:
                pair = (slot.system, code)
                self._accepting[pair] = self._accepting.get(pair, frozenset()) | {place}
        self._families = [_families(slot) for slot in slots]
        self._near = [{near.code: near for near in slot.near} for slot in slots]
        self._fits: dict[tuple[CodeSystem, str], tuple[Fit | None, ...]] = {}
        self._found: dict[tuple[CodeSystem, str], Code | None] = {}

    def fits(self, system: CodeSystem, code: str) -> tuple[Fit | None, ...]:
        """Return the fit of a code for each slot in key order; None where g is 0."""
        pair = (system, code)
        if pair not in self._fits:
            self._fits[pair] = self._work_out(system, code)
        return self._fits[pair]

    def is_accepted(self, system: CodeSystem, code: str) -> bool:
        return (system, code) in self._accepting

    def best_slots(self, system: CodeSystem, code: str) -> tuple[int, ...]:
        """Return the slots that the code fits best by g, in key order; none if it fits none."""
        fits = self.fits(system, code)
        best = max((fit.g for fit in fits if fit), default=0)
        return tuple(place for place, fit in enumerate(fits) if fit and fit.g == best)

    def _work_out(self, system: CodeSystem, code: str) -> tuple[Fit | None, ...]:
        accepting = self._accepting.get((system, code))
        if accepting is not None:
            exact = Fit(SCALE, code)
            return tuple(exact if place in accepting else None for place in range(len(self._slots)))
        return tuple(
            self._near_fit(place, code) if slot.system is system else None for place, slot in enumerate(self._slots)
        )

    def _near_fit(self, place: int, code: str) -> Fit | None:
        """Return the fit of a code that no slot accepts."""
        slot, near = self._slots[place], self._near[place].get(code)
        if near is not None:
            fault = (Reason(near.reason), SCALE - near.credit)
            return Fit(near.credit, slot.accept[0], (fault,), near) if near.credit else None
        relatives = self._families[place].get(_family(slot.system, code), ())
        match slot.system:
            case CodeSystem.ICD10CM:
                return _nearest(self._icd_fit(code, accepted) for accepted in relatives)
            case CodeSystem.ICD10PCS:
                return _nearest(self._pcs_fit(code, accepted) for accepted in relatives)
            case CodeSystem.CPT | CodeSystem.HCPCS:
                return None
            case _:
                assert_never(slot.system)

    def _icd_fit(self, code: str, accepted: str) -> Fit | None:
        reason = icd_relation(code, accepted, self._find(code), self._find(accepted))
        if reason is None:
            return None
        credit = self._policy.relations[reason]
        return Fit(credit, accepted, ((reason, SCALE - credit),)) if credit else None

    def _pcs_fit(self, code: str, accepted: str) -> Fit | None:
        axes = zip(code[2:], accepted[2:], PCS_AXES, self._policy.axes, strict=True)
        faults = tuple((reason, lost) for entered, keyed, reason, lost in axes if entered != keyed)
        credit = SCALE - sum(lost for _, lost in faults)
        return Fit(credit, accepted, faults) if credit > 0 else None

    def _find(self, code: str) -> Code | None:
        pair = (CodeSystem.ICD10CM, code)
        if pair not in self._found:
            self._found[pair] = self._books.find(*pair)
        return self._found[pair]


def absence(system: CodeSystem, code: str, books: CodeLookup) -> Reason | None:
    """Say why an ICD-10-CM code can't be used on that date, None if it is in the book.

    Books of the other systems may be partial or missing, so absence from them proves nothing.
    """
    if system is not CodeSystem.ICD10CM or books.find(system, code) is not None:
        return None
    return Reason.OUT_OF_DATE if books.is_in_other_release(system, code) else Reason.UNKNOWN_CODE


def icd_relation(code: str, accepted: str, entered: Code | None, target: Code | None) -> Reason | None:
    """Name the first rule that relates an entered code to another, accepted one; None if none does."""
    bare, wanted = strip_dots(code), strip_dots(accepted)
    if _is_header_of(entered, target) or bare == wanted[:6]:
        return Reason.INCOMPLETE_CODE
    if entered is None:
        return None
    if target is not None and _are_comparable(entered, target):
        if _is_other_side(entered, target):
            return Reason.WRONG_LATERALITY
        specificity = _specificity(entered, target)
        if specificity is not None:
            return specificity
    if len(bare) == len(wanted) == 7 and bare[:6] == wanted[:6]:
        return Reason.WRONG_SEVENTH_CHARACTER
    for length, reason in _PREFIXES:
        if len(bare) >= length and bare[:length] == wanted[:length]:
            return reason
    return None


def _is_header_of(entered: Code | None, target: Code | None) -> bool:
    return entered is not None and target is not None and not entered.billable and entered.code in target.ancestors


def _are_comparable(entered: Code, target: Code) -> bool:
    """Tell whether both are billable, of one category, with one 7th character or the same first six."""
    bare, wanted = strip_dots(entered.code), strip_dots(target.code)
    if not (entered.billable and target.billable and bare[:3] == wanted[:3]):
        return False
    return bare[6:] == wanted[6:] or (len(bare) == len(wanted) and bare[:6] == wanted[:6])


def _is_other_side(entered: Code, target: Code) -> bool:
    return entered.side_group is not None and entered.side_group == target.side_group and entered.side != target.side


def _specificity(entered: Code, target: Code) -> Reason | None:
    """Say whether the entered code is the unspecified form of the accepted one, or the reverse."""
    less, more = _is_unspecified_form(entered, target), _is_unspecified_form(target, entered)
    if less and more:
        difference = entered.unspecified_count - target.unspecified_count
        less, more = difference > 0, difference < 0
    if less:
        return Reason.UNDER_SPECIFIED
    return Reason.OVER_SPECIFIED if more else None


def _is_unspecified_form(vague: Code, specific: Code) -> bool:
    """Tell whether every title from below the nearest shared ancestor down to ``vague`` says "unspecified"."""
    shared = 0
    for mine, other in zip(vague.ancestors, specific.ancestors, strict=False):
        if mine != other:
            break
        shared += 1
    return vague.unspecified_below in vague.ancestors[:shared]


def _families(slot: Slot) -> dict[str, list[str]]:
    """Group the accepted codes by the characters without which no code is related to them."""
    found: dict[str, list[str]] = {}
    for accepted in slot.accept:
        found.setdefault(_family(slot.system, accepted), []).append(accepted)
    return found


def _family(system: CodeSystem, code: str) -> str:
    """Return an ICD-10-CM code's category; section and body system of an ICD-10-PCS code."""
    return code[:3] if system is CodeSystem.ICD10CM else code[:2]


def _nearest(fits: Iterable[Fit | None]) -> Fit | None:
    """Return the fit with the highest credit; ties go to the first rule, then the lowest code."""
    return min((fit for fit in fits if fit), key=_nearness, default=None)


def _nearness(fit: Fit) -> tuple[int, int, str]:
    return -fit.g, min(_ORDER[reason] for reason, _ in fit.faults), fit.accepted
