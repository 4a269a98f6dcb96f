"""Owns what a clinical code is: its system, canonical form and the facts the grader needs of it.

Canonical form: upper case, no blanks; ICD-10-CM with the dot after the third character
(``E11.22``), every other system without dots (``17110``, ``J1100``, ``0DTJ4ZZ``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from app.domain.errors import CodeShapeError


class CodeSystem(StrEnum):
    """The code systems a line of a claim can use, by their usual names."""

    ICD10CM = "ICD-10-CM"
    ICD10PCS = "ICD-10-PCS"
    CPT = "CPT"
    HCPCS = "HCPCS"


class LineKind(StrEnum):
    """Diagnoses and procedures are listed, ordered and matched apart."""

    DIAGNOSIS = "diagnosis"
    PROCEDURE = "procedure"


class Side(StrEnum):
    """The side of the body that a title names."""

    RIGHT = "right"
    LEFT = "left"
    BILATERAL = "bilateral"
    UNILATERAL = "unilateral"


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code book, with the relations computed when the book was compiled.

    ``ancestors`` runs from the category (three characters) to the direct parent and holds
    codes only, no sections or chapters. ``side_group`` is equal for codes of one category whose
    titles differ in nothing but the side. ``unspecified_below`` is the highest ancestor such that
    every title under it, down to and including this one, says "unspecified"; None when this
    title doesn't. ``unspecified_count`` counts the word in this code's own title.
    """

    system: CodeSystem
    code: str
    title: str
    billable: bool = True
    ancestors: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None
    side: Side | None = None
    side_group: int | None = None
    unspecified_below: str | None = None
    unspecified_count: int = 0

    @property
    def parent(self) -> str | None:
        return self.ancestors[-1] if self.ancestors else None


class CodeLookup(Protocol):
    """The code books in force on one date of service, as the grader and the checks see them."""

    def find(self, system: CodeSystem, code: str) -> Code | None:
        """Return the entry of a canonical code, or None if the book in force lacks it."""
        ...

    def is_in_other_release(self, system: CodeSystem, code: str) -> bool:
        """Tell whether another installed release of the system has the code."""
        ...

    def excludes1_between(self, code: str, others: Sequence[str]) -> str | None:
        """Return in words the Excludes1 note that keeps a diagnosis apart from one of others, or None."""
        ...


_SHAPES = {
    CodeSystem.ICD10CM: re.compile(r"[A-Z][0-9A-Z]{2}(?:[0-9A-Z]{1,4})?"),
    CodeSystem.ICD10PCS: re.compile(r"[0-9A-HJ-NP-Z]{7}"),
    CodeSystem.CPT: re.compile(r"[0-9]{4}[0-9FTUM]"),
    CodeSystem.HCPCS: re.compile(r"[A-V][0-9]{4}"),
}
_EXPECTED = {
    CodeSystem.ICD10CM: "a letter, then two to six letters or digits, such as R51.9",
    CodeSystem.ICD10PCS: "seven letters or digits without I and O, such as 0FT44ZZ",
    CodeSystem.CPT: "five digits, or four digits and F, T, U or M, such as 36415",
    CodeSystem.HCPCS: "a letter and four digits, such as A4550",
}
_SEPARATORS = re.compile(r"[\s.]+")


def systems_of_claim(*, inpatient: bool) -> frozenset[CodeSystem]:
    """Return the systems whose codes a claim takes: a hospital's for a stay, or any other."""
    procedures = {CodeSystem.ICD10PCS} if inpatient else {CodeSystem.CPT, CodeSystem.HCPCS}
    return frozenset({CodeSystem.ICD10CM, *procedures})


def kind_of(system: CodeSystem) -> LineKind:
    """Say which list of the claim a system belongs to."""
    return LineKind.DIAGNOSIS if system is CodeSystem.ICD10CM else LineKind.PROCEDURE


def normalise(system: CodeSystem, text: str) -> str:
    """Return the canonical form of a typed code; dots, case and blanks don't matter.

    Raises CodeShapeError when no release of the system could hold such a code.
    """
    bare = _SEPARATORS.sub("", text).upper()
    if not (bare.isascii() and _SHAPES[system].fullmatch(bare)):
        shown = text.strip()[:20] or "nothing"
        article = "a" if system is CodeSystem.CPT else "an"
        raise CodeShapeError(f"“{shown}” can't be {article} {system} code: it needs {_EXPECTED[system]}.")
    return display(system, bare)


def display(system: CodeSystem, bare: str) -> str:
    """Put the dot back into an ICD-10-CM code; other systems are shown as they are."""
    if system is CodeSystem.ICD10CM and len(bare) > 3 and "." not in bare:
        return f"{bare[:3]}.{bare[3:]}"
    return bare


def strip_dots(code: str) -> str:
    """Return the bare characters of a canonical code, so that positions can be compared."""
    return code.replace(".", "")
