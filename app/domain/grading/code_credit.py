"""Owns g, the credit of a bare code for a slot, and the reason it is short of full credit.

Titles are never compared here: the relations between ICD-10-CM codes were computed when the code
book was compiled and come with each ``Code``.
"""

from collections.abc import Sequence
from typing import NamedTuple

from app.domain.codes.code import Code, CodeLookup, CodeSystem, strip_dots
from app.domain.grading.key import SCALE, Near, Slot
from app.domain.grading.ledger import Reason
from app.domain.grading.policy import ICD_RELATIONS, PCS_AXES, Policy

_PREFIXES = ((5, Reason.WRONG_SUBCATEGORY), (4, Reason.WRONG_DETAIL), (3, Reason.WRONG_IN_CATEGORY))
_FAMILY = {CodeSystem.ICD10CM: 3, CodeSystem.ICD10PCS: 2}
"""How many first characters related codes share; codes of the other systems have no relations."""

_ORDER = {reason: place for place, reason in enumerate((*ICD_RELATIONS, *PCS_AXES))}


class Fit(NamedTuple):
    """How a code fits a slot: its credit g (thousandths), the accepted code it was held against,
    and what is wrong with it as (reason, thousandths lost); ``near`` is the key's own entry."""

    g: int
    accepted: str
    faults: tuple[tuple[Reason, int], ...] = ()
    near: Near | None = None


class CodeCredit:
    """The credit of any code for every slot of one kind in one variant; remembers what it worked out."""

    def __init__(self, slots: Sequence[Slot], books: CodeLookup, policy: Policy) -> None:
        self._books, self._policy, self._size = books, policy, len(slots)
        self._pcs = _pcs_patterns(policy)
        self._accepting: dict[tuple[CodeSystem, str], set[int]] = {}
        self._relatives: dict[tuple[CodeSystem, str], list[tuple[int, str]]] = {}
        self._near: dict[tuple[CodeSystem, str], list[tuple[int, str, Near]]] = {}
        for place, slot in enumerate(slots):
            for code in slot.accept:
                self._accepting.setdefault((slot.system, code), set()).add(place)
                if slot.system in _FAMILY:
                    family = slot.system, code[: _FAMILY[slot.system]]
                    self._relatives.setdefault(family, []).append((place, code))
            for near in slot.near:
                self._near.setdefault((slot.system, near.code), []).append((place, slot.accept[0], near))
        self._fits: dict[tuple[CodeSystem, str], tuple[Fit | None, ...]] = {}
        self._found: dict[tuple[CodeSystem, str], Code | None] = {}

    def fits(self, system: CodeSystem, code: str) -> tuple[Fit | None, ...]:
        """Return the fit of a code for each slot in key order; None where g is 0."""
        pair = (system, code)
        if pair not in self._fits:
            self._fits[pair] = self._work_out(system, code)
        return self._fits[pair]

    def best_slots(self, system: CodeSystem, code: str) -> tuple[int, ...]:
        """Return the slots that the code fits best by g, in key order; none if it fits none."""
        fits = self.fits(system, code)
        best = max((fit.g for fit in fits if fit), default=0)
        return tuple(place for place, fit in enumerate(fits) if fit and fit.g == best)

    def _work_out(self, system: CodeSystem, code: str) -> tuple[Fit | None, ...]:
        accepting = self._accepting.get((system, code))
        if accepting is not None:
            exact = Fit(SCALE, code)
            return tuple(exact if place in accepting else None for place in range(self._size))
        found: list[Fit | None] = [None] * self._size
        table_fit = self._pcs_fit if system is CodeSystem.ICD10PCS else self._icd_fit
        for place, accepted in self._relatives.get((system, code[: _FAMILY.get(system)]), ()):
            fit, known = table_fit(code, accepted), found[place]
            if fit is not None and (known is None or _nearness(fit) < _nearness(known)):
                found[place] = fit
        for place, accepted, near in self._near.get((system, code), ()):
            fault = (Reason(near.reason), SCALE - near.credit)
            found[place] = Fit(near.credit, accepted, (fault,), near) if near.credit else None
        return tuple(found)

    def _icd_fit(self, code: str, accepted: str) -> Fit | None:
        reason = icd_relation(code, accepted, self._find(code), self._find(accepted))
        if reason is None:
            return None
        credit = self._policy.relations[reason]
        return Fit(credit, accepted, ((reason, SCALE - credit),)) if credit else None

    def _pcs_fit(self, code: str, accepted: str) -> Fit | None:
        pattern = (
            (code[2] != accepted[2])
            + 2 * (code[3] != accepted[3])
            + 4 * (code[4] != accepted[4])
            + 8 * (code[5] != accepted[5])
            + 16 * (code[6] != accepted[6])
        )
        credit, faults = self._pcs[pattern]
        return Fit(credit, accepted, faults) if credit > 0 else None

    def _find(self, code: str) -> Code | None:
        pair = (CodeSystem.ICD10CM, code)
        if pair not in self._found:
            self._found[pair] = self._books.find(*pair)
        return self._found[pair]


def _pcs_patterns(policy: Policy) -> tuple[tuple[int, tuple[tuple[Reason, int], ...]], ...]:
    """Return credit and faults for each set of ICD-10-PCS axes that differ; bit 0 is the third character."""
    axes = tuple(zip(PCS_AXES, policy.axes, strict=True))
    patterns = []
    for pattern in range(1 << len(axes)):
        faults = tuple(axis for bit, axis in enumerate(axes) if pattern >> bit & 1)
        patterns.append((SCALE - sum(lost for _, lost in faults), faults))
    return tuple(patterns)


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
    if _is_header_of(entered, target) or (len(wanted) == 7 and bare == wanted[:6]):
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


def _nearness(fit: Fit) -> tuple[int, int, str]:
    """Rank fits: the highest credit first, then the first rule, then the lowest accepted code."""
    return -fit.g, min(_ORDER[reason] for reason, _ in fit.faults), fit.accepted
