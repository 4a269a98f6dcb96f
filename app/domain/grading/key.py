"""Owns what a chart's answer key is: variants of slots, forbidden codes, a convention.

Codes in a key are canonical and already expanded (no ranges or prefixes).
"""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.codes.code import CodeSystem, LineKind, kind_of

SCALE = 1000
"""Thousandths of a weight unit: the integer unit of all costs and credits."""


class Position(StrEnum):
    """The only order that is graded by default: first-listed or principal diagnosis."""

    FIRST = "first"


class OwedKind(StrEnum):
    """Things a key can owe that aren't codes."""

    FIELD = "field"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Near:
    """A credit (0 to 999 thousandths) that the slot itself gives to a code it doesn't accept.

    ``reason`` is the name of a ledger reason; ``text`` says in words why it isn't full credit.
    """

    code: str
    credit: int
    reason: str = "NEAR_MISS"
    text: str = ""


@dataclass(frozen=True, slots=True)
class ModifierRule:
    """Modifiers of a slot: all of ``required``, one of ``any_of``, freely those of ``optional``."""

    required: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quote of a document that supports the slot."""

    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One code the key expects. ``weight`` 0 means optional; None means "not asked for"."""

    id: str
    system: CodeSystem
    accept: tuple[str, ...]
    weight: int = 1
    modifiers: ModifierRule = ModifierRule()
    units: int | None = None
    points_to: tuple[str, ...] | None = None
    poa: str | None = None
    position: Position | None = None
    near: tuple[Near, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    guideline: str = ""
    rationale: str = ""

    @property
    def kind(self) -> LineKind:
        return kind_of(self.system)


@dataclass(frozen=True, slots=True)
class Owed:
    """An abstracted field (``accept`` holds its values) or a physician query the key expects."""

    id: str
    kind: OwedKind
    accept: tuple[str, ...] = ()
    weight: int = 1
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Codes that must not be entered; ``penalty`` is in thousandths, 1000 to 2000."""

    system: CodeSystem
    codes: tuple[str, ...]
    penalty: int = SCALE
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """One complete acceptable answer."""

    slots: tuple[Slot, ...]
    owed: tuple[Owed, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """Everything an answer is graded against."""

    variants: tuple[Variant, ...]
    forbidden: tuple[Forbidden, ...] = ()
    convention: str = ""
