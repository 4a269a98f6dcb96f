"""Owns the result of grading: the ledger of corrections, the outcomes, the other methods."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.domain.grading.answer import FormatError
from app.domain.grading.key import SCALE


class Reason(StrEnum):
    """Why points were lost; one per ledger entry."""

    MISSED = "MISSED"
    UNSUPPORTED = "UNSUPPORTED"
    FORBIDDEN = "FORBIDDEN"
    DUPLICATE = "DUPLICATE"
    INCOMPLETE_CODE = "INCOMPLETE_CODE"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    OUT_OF_DATE = "OUT_OF_DATE"
    WRONG_LATERALITY = "WRONG_LATERALITY"
    UNDER_SPECIFIED = "UNDER_SPECIFIED"
    OVER_SPECIFIED = "OVER_SPECIFIED"
    WRONG_SEVENTH_CHARACTER = "WRONG_SEVENTH_CHARACTER"
    WRONG_SUBCATEGORY = "WRONG_SUBCATEGORY"
    WRONG_DETAIL = "WRONG_DETAIL"
    WRONG_IN_CATEGORY = "WRONG_IN_CATEGORY"
    NEAR_MISS = "NEAR_MISS"
    EM_LEVEL_LOW = "EM_LEVEL_LOW"
    EM_LEVEL_HIGH = "EM_LEVEL_HIGH"
    WRONG_ROOT_OPERATION = "WRONG_ROOT_OPERATION"
    WRONG_BODY_PART = "WRONG_BODY_PART"
    WRONG_APPROACH = "WRONG_APPROACH"
    WRONG_DEVICE = "WRONG_DEVICE"
    WRONG_QUALIFIER = "WRONG_QUALIFIER"
    WRONG_MODIFIERS = "WRONG_MODIFIERS"
    WRONG_UNITS = "WRONG_UNITS"
    WRONG_POINTERS = "WRONG_POINTERS"
    WRONG_POA = "WRONG_POA"
    WRONG_POSITION = "WRONG_POSITION"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One correction. ``lost`` is in thousandths of a weight unit; ``line`` is the 1-based
    place among all lines as typed; at least one of ``line`` and ``slot`` is set. A field or a
    query has no line: ``slot`` names it, owed or not."""

    reason: Reason
    lost: int
    line: int | None
    slot: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line or slot: matched (both set), missed (no line), surplus (no slot).

    ``credit`` is c in thousandths, 0 unless matched. A field or query that is met has no line
    but full credit.
    """

    line: int | None
    slot: str | None
    credit: int


@dataclass(frozen=True, slots=True)
class Method:
    """Another way to count the same answer, with its arithmetic spelled out."""

    name: str
    value: float | bool
    arithmetic: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A graded answer. ``cost`` and ``worth`` are thousandths of a weight unit."""

    cost: int
    worth: int
    variant: int
    ledger: tuple[LedgerEntry, ...]
    outcomes: tuple[Outcome, ...]
    methods: tuple[Method, ...]
    format_errors: tuple[FormatError, ...] = ()
    policy: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def score(self) -> float:
        """Return the score, 0 to 1, rounded half up to four decimals; 1 only if nothing was lost."""
        kept = max(0, self.worth - self.cost)
        rounded = (kept * 20_000 + self.worth) // (2 * self.worth)
        return min(rounded, 9_999 if self.cost else 10_000) / 10_000

    def to_json(self) -> dict[str, Any]:
        """Return plain data, points in weight units (0.3, not 300)."""
        return {
            "score": self.score,
            "cost": self.cost / SCALE,
            "worth": self.worth / SCALE,
            "variant": self.variant,
            "ledger": [
                {"reason": e.reason, "lost": e.lost / SCALE, "line": e.line, "slot": e.slot, "text": e.text}
                for e in self.ledger
            ],
            "outcomes": [{"line": o.line, "slot": o.slot, "credit": o.credit / SCALE} for o in self.outcomes],
            "methods": {m.name: {"value": m.value, "arithmetic": m.arithmetic} for m in self.methods},
            "format_errors": [{"line": e.line, "field": e.field, "text": e.text} for e in self.format_errors],
            "policy": self.policy,
            "notes": list(self.notes),
        }
