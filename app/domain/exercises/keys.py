"""Owns reading an answer key from plain data: variants, lines, forbidden codes; patterns are expanded here."""

import re
from collections.abc import Callable
from datetime import date

from app.domain.codes.code import CodeSystem, normalise
from app.domain.errors import ChartroomError
from app.domain.exercises.books import BooksLike
from app.domain.exercises.fields import TEXT_LENGTH, Table
from app.domain.grading.key import Evidence, Forbidden, Key, ModifierRule, Near, Position, Slot, Variant
from app.domain.grading.ledger import Reason

MOST_VARIANTS, MOST_LINES = 64, 50
MOST_EXPANDED = 500
_SLOT_ID = re.compile(r"[a-z][a-z0-9_-]{0,23}")
_MODIFIER = re.compile(r"[A-Z0-9]{2}")
_NEAR_REASONS = tuple(
    str(reason)
    for reason in Reason
    if reason not in {Reason.MISSED, Reason.UNSUPPORTED, Reason.FORBIDDEN, Reason.DUPLICATE, Reason.WRONG_MODIFIERS}
    and reason not in {Reason.WRONG_UNITS, Reason.WRONG_POINTERS, Reason.WRONG_POA, Reason.WRONG_POSITION}
)
PRESENT_ON_ADMISSION = ("Y", "N", "U", "W")


class KeyReader:
    """Reads the key of one exercise; ``books_for`` is asked only when a range or prefix must be expanded."""

    def __init__(self, day: date | None, books_for: Callable[[date], BooksLike]) -> None:
        self._day, self._books_for = day, books_for
        self._books: BooksLike | None = None

    def key(self, table: Table) -> Key:
        """Read ``variant``, ``forbidden`` and ``convention`` of the exercise's top table."""
        variants = tuple(self._variant(t) for t in table.tables("variant", required=True, most=MOST_VARIANTS))
        forbidden = tuple(self._forbidden(t) for t in table.tables("forbidden"))
        convention = table.text("convention", required=False, longest=TEXT_LENGTH)
        return Key(variants=variants, forbidden=forbidden, convention=convention)

    def _variant(self, table: Table) -> Variant:
        lines = table.tables("line", required=True, most=MOST_LINES)
        slots = tuple(self._slot(line) for line in lines)
        for line, slot in zip(lines, slots, strict=True):
            if slot.id and [s.id for s in slots].count(slot.id) > 1:
                line.problem("slot", f"Two lines of this variant are called “{slot.id}”: give each its own name.")
        table.close()
        return Variant(slots=slots)

    def _slot(self, table: Table) -> Slot:
        system = self._system(table)
        slot = Slot(
            id=_slot_id(table),
            system=system or CodeSystem.ICD10CM,
            accept=self._codes(table, "accept", system),
            weight=table.whole("weight", 0, 10, default=1),
            modifiers=_modifiers(table),
            units=table.whole("units", 1, 999, default=1) if table.has("units") else None,
            points_to=table.texts("points_to", most=12) if table.has("points_to") else None,
            poa=_poa(table),
            position=table.choice("position", Position) if table.has("position") else None,
            near=tuple(near for t in table.tables("near") for near in self._near(t, system)),
            evidence=tuple(_evidence(t) for t in table.tables("evidence")),
            guideline=table.text("guideline", required=False, longest=1000),
            rationale=table.text("rationale", required=False, longest=TEXT_LENGTH),
        )
        table.close()
        return slot

    def _near(self, table: Table, system: CodeSystem | None) -> tuple[Near, ...]:
        codes = self._codes(table, "code", system)
        credit = table.whole("credit", 0, 999)
        text = table.text("reason", longest=1000, example='reason = "why it isn\'t right, in a sentence"')
        kind = table.text("kind", required=False) or str(Reason.NEAR_MISS)
        if kind not in _NEAR_REASONS:
            listed = ", ".join(_NEAR_REASONS)
            table.problem("kind", f"“{kind}” is no reason of a near miss: write one of {listed}.")
        table.close()
        return tuple(Near(code=code, credit=credit, reason=kind, text=text) for code in codes)

    def _forbidden(self, table: Table) -> Forbidden:
        system = self._system(table)
        entry = Forbidden(
            system=system or CodeSystem.ICD10CM,
            codes=self._codes(table, "codes", system),
            penalty=table.thousandths("penalty", 1, 2, default=1),
            reason=table.text("reason", longest=1000, example='reason = "why nobody may report it, in a sentence"'),
        )
        table.close()
        return entry

    def _system(self, table: Table) -> CodeSystem | None:
        return table.choice("system", CodeSystem)

    def _codes(self, table: Table, name: str, system: CodeSystem | None) -> tuple[str, ...]:
        """Return the canonical codes of a field, ranges and prefixes expanded, in order, each once."""
        if name == "code":
            written = tuple(filter(None, [table.text(name, example='code = "17000"')]))
        else:
            written = table.texts(name, required=True, most=100)
        if system is None:
            return ()
        codes: dict[str, None] = {}
        for text in written:
            for code in self._expanded(table, name, system, text):
                if code in codes:
                    table.problem(name, f"{code} is listed twice: once is enough.", hint=text)
                codes[code] = None
        return tuple(codes)

    def _expanded(self, table: Table, name: str, system: CodeSystem, text: str) -> tuple[str, ...]:
        try:
            if "*" not in text and "-" not in text:
                return (normalise(system, text),)
            books = self._books_in_force()
            codes = books.expand(system, text) if books else ()
        except ChartroomError as error:
            table.problem(name, str(error), hint=text)
            return ()
        if len(codes) > MOST_EXPANDED:
            table.problem(name, f"“{text}” stands for {len(codes)} codes: {MOST_EXPANDED} is the most.", hint=text)
            return ()
        return codes

    def _books_in_force(self) -> BooksLike | None:
        """Return the books of the date of service; None when that date is itself a problem."""
        if self._books is None and self._day is not None:
            self._books = self._books_for(self._day)
        return self._books


def _slot_id(table: Table) -> str:
    text = table.text("slot", example='slot = "dx1"')
    if text and not _SLOT_ID.fullmatch(text):
        table.problem("slot", f"“{text[:30]}” is no slot name: use a small letter, then small letters or digits: dx1.")
    return text


def _poa(table: Table) -> str | None:
    text = table.text("poa", required=False)
    if text and text not in PRESENT_ON_ADMISSION:
        table.problem("poa", f"“{text}” is no POA indicator: write Y, N, U or W, or leave it out if exempt.")
    return text or None


def _evidence(table: Table) -> Evidence:
    evidence = Evidence(
        document=table.text("document", example='document = "01-procedure-note.md"'),
        quote=table.text("quote", longest=1000, example='quote = "words of the document"'),
    )
    table.close()
    return evidence


def _modifiers(table: Table) -> ModifierRule:
    inner = table.table("modifiers", example='modifiers = { required = ["25"] }')
    if inner is None:
        return ModifierRule()
    rule = ModifierRule(
        required=_modifier_list(inner, "required"),
        any_of=_modifier_list(inner, "any_of"),
        optional=_modifier_list(inner, "optional"),
    )
    inner.close()
    return rule


def _modifier_list(table: Table, name: str) -> tuple[str, ...]:
    found = tuple(text.upper() for text in table.texts(name, most=20))
    for text in found:
        if not _MODIFIER.fullmatch(text):
            table.problem(name, f"“{text[:20]}” is no modifier: write two letters or digits, such as 25.", hint=text)
    return found
