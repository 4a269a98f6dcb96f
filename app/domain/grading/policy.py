"""Owns the credits, deductions and surplus rate of grading: one versioned table, shown to users.

A policy never changes once answers were graded by it; a new number is a new version, and the
old one stays in ``POLICIES`` so that an old answer regrades identically.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.domain.errors import NotFound
from app.domain.grading.key import SCALE
from app.domain.grading.ledger import Reason

ICD_RELATIONS: tuple[Reason, ...] = (
    Reason.INCOMPLETE_CODE,
    Reason.WRONG_LATERALITY,
    Reason.UNDER_SPECIFIED,
    Reason.OVER_SPECIFIED,
    Reason.WRONG_SEVENTH_CHARACTER,
    Reason.WRONG_SUBCATEGORY,
    Reason.WRONG_DETAIL,
    Reason.WRONG_IN_CATEGORY,
)
"""ICD-10-CM relations that earn credit, in the order in which they are tried."""

PCS_AXES: tuple[Reason, ...] = (
    Reason.WRONG_ROOT_OPERATION,
    Reason.WRONG_BODY_PART,
    Reason.WRONG_APPROACH,
    Reason.WRONG_DEVICE,
    Reason.WRONG_QUALIFIER,
)
"""The faults of the third to the seventh character of an ICD-10-PCS code, in that order."""

DETAILS: tuple[Reason, ...] = (
    Reason.WRONG_MODIFIERS,
    Reason.WRONG_UNITS,
    Reason.WRONG_POINTERS,
    Reason.WRONG_POA,
    Reason.WRONG_POSITION,
)
"""What is judged beside the code, in the order in which the ledger shares out its loss."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the numbers, all in thousandths.

    ``surplus_rate`` is λ, never below 500; ``relations`` holds credits (g), ``axes`` and
    ``details`` hold deductions.
    """

    version: str
    surplus_rate: int
    relations: Mapping[Reason, int]
    axes: tuple[int, ...]
    details: Mapping[Reason, int]

    def __post_init__(self) -> None:
        if self.surplus_rate < SCALE // 2:
            raise ValueError(f"policy {self.version}: the surplus rate must be at least {SCALE // 2} thousandths")


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One row of the table that users read. ``points`` is what it keeps or costs, in thousandths."""

    group: str
    what: str
    points: int
    reason: Reason | None


POLICY_VERSION = "2026-1"

CURRENT_POLICY = Policy(
    version=POLICY_VERSION,
    surplus_rate=1000,
    relations=MappingProxyType(dict(zip(ICD_RELATIONS, (500, 750, 700, 600, 800, 500, 400, 250), strict=True))),
    axes=(350, 250, 150, 150, 100),
    details=MappingProxyType(dict(zip(DETAILS, (300, 150, 150, 150, 250), strict=True))),
)

POLICIES: Mapping[str, Policy] = MappingProxyType({CURRENT_POLICY.version: CURRENT_POLICY})


def get_policy(version: str) -> Policy:
    """Return the policy of that version; raises NotFound for one this program never had."""
    policy = POLICIES.get(version)
    if policy is None:
        raise NotFound(f"Grading policy “{version}” is unknown here: known are {', '.join(POLICIES)}.")
    return policy


def policy_table(policy: Policy = CURRENT_POLICY) -> tuple[PolicyRow, ...]:
    """Return the whole policy as rows for people, in the order in which the rules apply."""
    return (
        PolicyRow(_ICD, "same code as one the key accepts", SCALE, None),
        *(PolicyRow(_ICD, _RELATION_WORDS[reason], policy.relations[reason], reason) for reason in ICD_RELATIONS),
        PolicyRow(_ICD, "not in the code book in force on the date of service", 0, Reason.UNKNOWN_CODE),
        PolicyRow(_ICD, "not in that book, but in another release", 0, Reason.OUT_OF_DATE),
        *(PolicyRow(_PCS, f"another {_AXIS_WORDS[r]}", p, r) for r, p in zip(PCS_AXES, policy.axes, strict=True)),
        PolicyRow(
            _CPT, "another code, unless the key itself lists it as near, with its own credit", 0, Reason.NEAR_MISS
        ),
        *(PolicyRow(_DETAIL, _DETAIL_WORDS[reason], policy.details[reason], reason) for reason in DETAILS),
        PolicyRow(_LINE, "a code the key expects is missing: its weight", SCALE, Reason.MISSED),
        PolicyRow(_LINE, "a line too many, related to no code of the key", policy.surplus_rate, Reason.UNSUPPORTED),
        PolicyRow(_LINE, "the same code once more", policy.surplus_rate, Reason.DUPLICATE),
        PolicyRow(_LINE, "a code the key forbids: at least, or the key's own penalty", SCALE, Reason.FORBIDDEN),
    )


_ICD = "ICD-10-CM: credit of a code"
_PCS = "ICD-10-PCS: taken off for each character that differs (section and body system must agree)"
_CPT = "CPT and HCPCS: credit of a code (each key names its own)"
_DETAIL = "Taken off the code's credit"
_LINE = "Cost of lines and gaps"

_RELATION_WORDS = {
    Reason.INCOMPLETE_CODE: "a header of the right code, or its first six characters",
    Reason.WRONG_LATERALITY: "the same but for the side",
    Reason.UNDER_SPECIFIED: "less specific: its titles say “unspecified” where the right code is specific",
    Reason.OVER_SPECIFIED: "more specific: the right code's titles say “unspecified”",
    Reason.WRONG_SEVENTH_CHARACTER: "only the 7th character differs",
    Reason.WRONG_SUBCATEGORY: "the first five characters agree",
    Reason.WRONG_DETAIL: "the first four characters agree",
    Reason.WRONG_IN_CATEGORY: "the first three characters agree",
}
_AXIS_WORDS = {
    Reason.WRONG_ROOT_OPERATION: "root operation",
    Reason.WRONG_BODY_PART: "body part",
    Reason.WRONG_APPROACH: "approach",
    Reason.WRONG_DEVICE: "device",
    Reason.WRONG_QUALIFIER: "qualifier",
}
_DETAIL_WORDS = {
    Reason.WRONG_MODIFIERS: "modifiers (in proportion to how many are missing or too many)",
    Reason.WRONG_UNITS: "another number of units",
    Reason.WRONG_POINTERS: "diagnosis pointers (in proportion to how many are wrong)",
    Reason.WRONG_POA: "another present-on-admission indicator",
    Reason.WRONG_POSITION: "not listed first although the key asks for it",
}
