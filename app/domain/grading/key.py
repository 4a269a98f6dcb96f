"""Owns what a chart's answer key is: variants of slots, forbidden codes, a convention.

Codes in a key are canonical and already expanded (no ranges or prefixes).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from app.domain.codes.code import CodeSystem, LineKind, kind_of
from app.domain.errors import KeyInvalid

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


def key_to_json(key: Key) -> dict[str, Any]:
    """Return the key as plain data; ``key_from_json`` of it gives the same key again."""
    return {name: _plain(value) for name, value in asdict(key).items()}


def key_from_json(data: Mapping[str, Any]) -> Key:
    """Build a key from what ``key_to_json`` returned; raises KeyInvalid if it isn't such data."""
    try:
        return Key(
            variants=tuple(_variant(item) for item in data["variants"]),
            forbidden=tuple(_forbidden(item) for item in data.get("forbidden", ())),
            convention=data.get("convention", ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise KeyInvalid(f"The stored key can't be read ({error!r}): load the exercise again.") from error


def _plain(value: object) -> object:
    match value:
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case tuple() | list():
            return [_plain(item) for item in value]
        case StrEnum():
            return value.value
        case _:
            return value


def _variant(data: Mapping[str, Any]) -> Variant:
    return Variant(
        slots=tuple(_slot(item) for item in data["slots"]),
        owed=tuple(_owed(item) for item in data.get("owed", ())),
    )


def _slot(data: Mapping[str, Any]) -> Slot:
    rule = data.get("modifiers") or {}
    points_to, position = data.get("points_to"), data.get("position")
    return Slot(
        id=data["id"],
        system=CodeSystem(data["system"]),
        accept=tuple(data["accept"]),
        weight=data.get("weight", 1),
        modifiers=ModifierRule(**{name: tuple(codes) for name, codes in rule.items()}),
        units=data.get("units"),
        points_to=None if points_to is None else tuple(points_to),
        poa=data.get("poa"),
        position=None if position is None else Position(position),
        near=tuple(Near(**item) for item in data.get("near", ())),
        evidence=tuple(Evidence(**item) for item in data.get("evidence", ())),
        guideline=data.get("guideline", ""),
        rationale=data.get("rationale", ""),
    )


def _owed(data: Mapping[str, Any]) -> Owed:
    return Owed(**{**data, "kind": OwedKind(data["kind"]), "accept": tuple(data.get("accept", ()))})


def _forbidden(data: Mapping[str, Any]) -> Forbidden:
    return Forbidden(**{**data, "system": CodeSystem(data["system"]), "codes": tuple(data["codes"])})
