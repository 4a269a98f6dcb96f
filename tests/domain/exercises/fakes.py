"""A small code book for tests of exercises: enough of ICD-10-CM to break each rule once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.domain.codes.code import Code, CodeSystem
from app.domain.errors import UnknownCode

CM, CPT = CodeSystem.ICD10CM, CodeSystem.CPT


@dataclass(frozen=True)
class FakeBook:
    id: str
    system: CodeSystem
    start: date = date(2026, 4, 1)
    end: date = date(2026, 9, 30)

    def covers(self, day: date) -> bool:
        return self.start <= day <= self.end


@dataclass(frozen=True)
class FakeNote:
    text: str
    codes: tuple[str, ...] = ()
    source: str = "X"


@dataclass(frozen=True)
class FakeConflict:
    codes: tuple[str, str]
    owner: str
    text: str


def _code(code: str, *, system: CodeSystem = CM, billable: bool = True) -> Code:
    ancestors = tuple(code[:end] for end in (3, 5, 6) if end < len(code) and code[:end] != code)
    return Code(system=system, code=code, title=f"Title of {code}", billable=billable, ancestors=ancestors)


@dataclass
class FakeBooks:
    """Implements what reading and checking ask of code books, over a dozen codes."""

    books: Sequence[FakeBook] = (FakeBook("ICD-10-CM-2026-04", CM), FakeBook("CPT-2026", CPT))
    codes: dict[tuple[CodeSystem, str], Code] = field(
        default_factory=lambda: (
            {
                (CM, code): _code(code)
                for code in (
                    "D22.5",
                    "D22.9",
                    "D48.5",
                    "D49.2",
                    "E11.22",
                    "N18.32",
                    "I12.9",
                    "I10",
                    "F02.80",
                    "G30.9",
                    "O80",
                )
            }
            | {(CM, "S52.501"): _code("S52.501", billable=False)}
            | {(CPT, code): _code(code, system=CPT) for code in ("17110", "17000")}
        )
    )
    gone: frozenset[str] = frozenset({"M54.5"})
    code_first_notes: dict[str, tuple[FakeNote, ...]] = field(
        default_factory=lambda: {
            "F02.80": (FakeNote("the underlying condition, such as:"), FakeNote("Alzheimer's (G30.-)", ("G30",))),
            "N18.32": (
                FakeNote("any associated:"),
                FakeNote("diabetic kidney disease (E08.22, E11.22)", ("E0822", "E1122")),
            ),
        }
    )

    def find(self, system: CodeSystem, code: str) -> Code | None:
        return self.codes.get((system, code))

    def is_complete(self, system: CodeSystem) -> bool:
        return system is CM

    def excludes1_between(self, code: str, others: Sequence[str]) -> str | None:
        return next((conflict.text for other in others for conflict in self.excludes1_conflicts((code, other))), None)

    def is_in_other_release(self, system: CodeSystem, code: str) -> bool:
        return code in self.gone

    def expand(self, system: CodeSystem, pattern: str) -> tuple[str, ...]:
        found = tuple(code for (of, code) in self.codes if of is system and code.startswith(pattern.rstrip("*")))
        if not found:
            raise UnknownCode(f"No code matches {pattern}.")
        return found

    def choices_message(self, system: CodeSystem, code: str) -> str | None:
        found = self.find(system, code)
        if found is None:
            raise UnknownCode(f"{code} isn't in {system}: look below {code[:3]}.")
        return None if found.billable else f"{code} isn't billable: it needs a 7th character."

    def excludes1_conflicts(self, codes: Sequence[str]) -> tuple[FakeConflict, ...]:
        return (
            (FakeConflict(("I10", "I12.9"), "I10", "hypertensive kidney disease"),)
            if {"I10", "I12.9"} <= set(codes)
            else ()
        )

    def code_first(self, code: str) -> tuple[FakeNote, ...]:
        return self.code_first_notes.get(code, ())

    def is_manifestation(self, code: str) -> bool:
        return code == "F02.80"

    def modifier(self, text: str) -> object | None:
        return text if text in {"25", "59", "RT", "LT"} else None

    def fits_patient(self, code: str, *, age: int | None, sex: str | None) -> str | None:
        return f"{code} is for female patients: correct the code or the sex." if code == "O80" and sex == "M" else None
