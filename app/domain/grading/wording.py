"""Owns the sentences of the ledger: what a teacher would say about one correction.

Sentences rest on the key, the answer and code titles only, and never name a line's number, so
that the same answer reads alike in whatever order it was typed.
"""

from collections.abc import Sequence

from app.domain.codes.code import Code, CodeLookup, CodeSystem, strip_dots
from app.domain.grading.answer import Line
from app.domain.grading.code_credit import Fit
from app.domain.grading.key import Forbidden, ModifierRule, Slot
from app.domain.grading.ledger import Reason

_AXES = {
    Reason.WRONG_ROOT_OPERATION: (2, "root operation"),
    Reason.WRONG_BODY_PART: (3, "body part"),
    Reason.WRONG_APPROACH: (4, "approach"),
    Reason.WRONG_DEVICE: (5, "device"),
    Reason.WRONG_QUALIFIER: (6, "qualifier"),
}
_SHARED = {
    Reason.WRONG_SUBCATEGORY: "the first five characters",
    Reason.WRONG_DETAIL: "the first four characters",
    Reason.WRONG_IN_CATEGORY: "the category",
}


class Wording:
    """Writes sentences with the titles of one set of code books."""

    def __init__(self, books: CodeLookup) -> None:
        self._books = books

    def missed(self, slot: Slot) -> str:
        first, *others = slot.accept
        text = f"{self._named(slot.system, first)} is missing"
        return f"{text}; {_either(others)} would also be accepted." if others else f"{text}."

    def wrong_code(self, line: Line, fit: Fit, reason: Reason) -> str:
        """Say what is wrong with the code of a line that fills a slot, for one of its faults."""
        system, code, accepted = line.system, line.code, fit.accepted
        right = self._named(system, accepted)
        if fit.near is not None:
            return f"{self._near(line, fit, reason)}{': ' + _sentence(fit.near.text) if fit.near.text else '.'}"
        match reason:
            case Reason.INCOMPLETE_CODE:
                return f"{code} is incomplete: the code needs more characters; the record supports {right}."
            case Reason.WRONG_LATERALITY:
                return f"{code} names the wrong side{self._sides(code, accepted)}: the record supports {right}."
            case Reason.UNDER_SPECIFIED:
                return f"{code} is less specific than the record allows: it supports {right}."
            case Reason.OVER_SPECIFIED:
                return f"{code} is more specific than the record supports: it only says {right}."
            case Reason.WRONG_SEVENTH_CHARACTER:
                given, wanted = strip_dots(code)[6], strip_dots(accepted)[6]
                return f"{code} has the 7th character {given}, the record supports {wanted}: {right}."
            case Reason.WRONG_SUBCATEGORY | Reason.WRONG_DETAIL | Reason.WRONG_IN_CATEGORY:
                shared = _SHARED[reason]
                return f"{self._named(system, code)} shares only {shared} with what the record supports: {right}."
            case _:
                place, axis = _AXES[reason]
                given, wanted = code[place], accepted[place]
                return (
                    f"{code} has {given} for the {axis} (character {place + 1}); the record supports {wanted}: {right}."
                )

    def wrong_detail(
        self, line: Line, slot: Slot, reason: Reason, *, keyed: Sequence[str], pointed: Sequence[str]
    ) -> str:
        """Say what is wrong beside the code; ``keyed`` and ``pointed`` are diagnosis codes to point to."""
        match reason:
            case Reason.WRONG_MODIFIERS:
                return f"{line.code}: {_modifiers(line.modifiers, slot.modifiers)}."
            case Reason.WRONG_UNITS:
                return f"{line.code} has {_units(line.units)}; the record supports {slot.units}."
            case Reason.WRONG_POINTERS:
                wanted = _all(keyed) if keyed else "no diagnosis"
                given = _all(pointed) if pointed else "none"
                return f"{line.code} should point to {wanted}; it points to {given}."
            case Reason.WRONG_POA:
                given = f"is {line.poa}" if line.poa else "is left out"
                return f"{line.code}: the present-on-admission indicator {given}; the record supports {slot.poa}."
            case _:
                return f"{line.code} should be listed first."

    def surplus(self, line: Line, reason: Reason, *, forbidden: Forbidden | None, near: Fit | None) -> str:
        """Say why a line is left over; ``near`` is its relation to a keyed code, if it has one."""
        named = self._named(line.system, line.code)
        match reason:
            case Reason.FORBIDDEN:
                why = _sentence(forbidden.reason) if forbidden and forbidden.reason else "the key rules it out."
                return f"{named} must not be reported here: {why}"
            case Reason.UNKNOWN_CODE:
                return f"{line.code} isn't in the {line.system} code book in force on the date of service."
            case Reason.OUT_OF_DATE:
                return (
                    f"{line.code} isn't in the {line.system} code book in force on the date of service; "
                    "another release has it."
                )
            case Reason.DUPLICATE:
                return f"{named} is reported once more than the record supports."
            case _ if near is not None:
                right = self._named(line.system, near.accepted)
                return f"{named} isn't supported by the record beside {right}, which it is close to."
            case _:
                return f"{named} isn't supported by the record."

    def rule_against(self, line: Line, keyed: Sequence[str]) -> str:
        """Name the rule that makes a diagnosis surplus beside the keyed ones, with a blank before it; else nothing."""
        if line.system is not CodeSystem.ICD10CM:
            return ""
        excluded = self._books.excludes1_between(line.code, keyed)
        if excluded:
            return f" {excluded}"
        if _is_symptom(line.code) and not all(map(_is_symptom, keyed)):
            return " A sign or finding that belongs to a coded disease isn't coded beside it (Guidelines I.B.5)."
        return ""

    def _named(self, system: CodeSystem, code: str) -> str:
        found = self._books.find(system, code)
        return f"{code} ({found.title})" if found and found.title else code

    def _near(self, line: Line, fit: Fit, reason: Reason) -> str:
        right = self._named(line.system, fit.accepted)
        match reason:
            case Reason.EM_LEVEL_LOW:
                return f"{line.code} is a lower level than the record supports, which is {right}"
            case Reason.EM_LEVEL_HIGH:
                return f"{line.code} is a higher level than the record supports, which is {right}"
            case _:
                return f"{line.code} is close, but the record supports {right}"

    def _sides(self, code: str, accepted: str) -> str:
        sides = [_side(self._books.find(CodeSystem.ICD10CM, each)) for each in (code, accepted)]
        return f" ({sides[0]} for {sides[1]})" if all(sides) else ""


def _is_symptom(code: str) -> bool:
    """Tell whether a code stands among the symptoms, signs and findings of chapter 18 (R00 to R94)."""
    return "R00" <= code[:3] <= "R94"


def _side(code: Code | None) -> str:
    return code.side.value if code and code.side else ""


def _modifiers(entered: Sequence[str], rule: ModifierRule) -> str:
    given = set(entered)
    missing = [m for m in rule.required if m not in given]
    chosen = [m for m in rule.any_of if m in given]
    extra = sorted(given - {*rule.required, *rule.any_of, *rule.optional})
    parts = []
    if missing:
        parts.append(f"{_counted(missing)} missing")
    if rule.any_of and not chosen:
        parts.append(f"one of the modifiers {_either(rule.any_of)} is missing")
    if len(chosen) > 1:
        parts.append(f"only one of the modifiers {_either(chosen)} belongs there")
    if extra:
        parts.append(f"{_counted(extra)} not supported")
    return "; ".join(parts)


def _counted(modifiers: Sequence[str]) -> str:
    return f"modifier {modifiers[0]} is" if len(modifiers) == 1 else f"modifiers {_all(modifiers)} are"


def _units(count: int) -> str:
    return "1 unit" if count == 1 else f"{count} units"


def _sentence(text: str) -> str:
    plain = text.strip()
    return plain if plain.endswith((".", "!", "?")) else f"{plain}."


def _all(words: Sequence[str]) -> str:
    return _joined(words, "and")


def _either(words: Sequence[str]) -> str:
    return _joined(words, "or")


def _joined(words: Sequence[str], last: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
