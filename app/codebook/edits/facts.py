"""Says in words what the edit tables hold of one code, for its page in the code book and for the scrubber."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.codebook.edits.tables import Fee, Mue, PtpEdit
from app.codebook.library import Library
from app.codebook.records import Table
from app.domain.codes.code import CodeSystem

#: Modifiers that may lift an edit whose indicator is 1 (NCCI Policy Manual, chapter I, section E).
LIFTING_MODIFIERS = frozenset(
    {f"E{number}" for number in range(1, 5)}
    | {f"{letter}{number}" for letter in "FT" for number in "A123456789"}
    | {"LT", "RT", "LC", "LD", "RC", "LM", "RI"}
    | {"24", "25", "57", "58", "78", "79", "27", "59", "91", "XE", "XS", "XP", "XU"}
)
#: What the adjudication indicators of MUE mean.
MUE_INDICATORS = {
    1: "counted by claim line: more on further lines needs a modifier that says why",
    2: "counted by day, set by policy or anatomy: more is never paid",
    3: "counted by day, set by clinical experience: more is denied until the chart shows the need",
}
_STATUS = {
    "A": "active, paid by the fee schedule",
    "B": "bundled into other services, never paid alone",
    "C": "priced by the contractor",
    "D": "deleted",
    "E": "excluded by regulation",
    "F": "deleted, was discontinued",
    "G": "not valid for Medicare, another code is used",
    "H": "deleted modifier",
    "I": "not valid for Medicare, another code is used",
    "J": "anesthesia, paid by time units",
    "M": "measurement code, for reporting only",
    "N": "not covered by Medicare",
    "P": "bundled or excluded",
    "Q": "therapy reporting code",
    "R": "restricted coverage",
    "T": "paid only when nothing else is payable that day",
    "X": "excluded by statute from the fee schedule",
}
_GLOBAL = {
    "000": "0 days: the day itself",
    "010": "10 days after it",
    "090": "90 days after it and the day before",
    "MMM": "maternity care, no usual period",
    "XXX": "the concept doesn't apply",
    "YYY": "set by the contractor",
    "ZZZ": "add-on, counts with its main service",
}
_MULTIPLE = {
    "0": "no reduction beside other procedures",
    "1": "reduced as in years before 1995",
    "2": "second and further procedures are paid at half",
    "3": "endoscopy rule: the base procedure is paid once",
    "4": "imaging rule: the technical part of further images is reduced",
    "5": "therapy rule: the practice expense of further units is reduced",
    "6": "cardiovascular test rule",
    "7": "eye test rule",
    "9": "the concept doesn't apply",
}
_BILATERAL = {
    "0": "no 150 % for both sides",
    "1": "150 % for both sides (modifier 50)",
    "2": "already priced for both sides",
    "3": "each side paid in full",
    "9": "the concept doesn't apply",
}
_ASSISTANT = {
    "0": "paid only with documented need",
    "1": "never paid",
    "2": "may be paid",
    "9": "the concept doesn't apply",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a code's page: "Multiple procedures", "2: second and further procedures are paid at half"."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FactSet:
    """What one table says of a code; ``heading`` is for people, ``table`` has the release and its dates."""

    heading: str
    facts: tuple[Fact, ...]
    table: Table


def edit_facts(library: Library, system: CodeSystem, code: str, on: date) -> tuple[FactSet, ...]:
    """Return what the installed tables in force on a day say of a CPT or HCPCS code: most units, then relative values.

    Empty for other systems, and when no table covers the day.
    """
    if system not in (CodeSystem.CPT, CodeSystem.HCPCS):
        return ()
    limits = [FactSet(_mue_heading(mue), (_limit(mue),), mue.table) for mue in library.edits.mues(code, on)]
    values = [FactSet(_fee_heading(fee), _values(fee), fee.table) for fee in library.edits.fees(code, on)]
    return (*limits, *values)


def pair_message(edit: PtpEdit) -> str:
    """Say what an edit between two codes of a claim means and what could lift it."""
    reason = f" ({edit.rationale})" if edit.rationale else ""
    said = f"{edit.column2} isn't paid beside {edit.column1} on the same day: NCCI edit{reason}"
    if edit.indicator == 0:
        return f"{said}. Indicator 0: no modifier lifts it."
    return (
        f"{said}. Indicator 1: if the two were distinct, and the chart says so, a modifier such as 59, XE, XS, XP or "
        "XU (25 on a visit) on one of them lifts it."
    )


def units_message(mue: Mue, units: int) -> str:
    """Say what is wrong with more units than the most that are paid."""
    what = "one line" if mue.indicator == 1 else "one day"
    reason = f" ({mue.rationale})" if mue.rationale else ""
    most = f"{mue.units} unit{'' if mue.units == 1 else 's'}"
    return (
        f"{units} units of {mue.code} on {what}: the medically unlikely edit allows {most}{reason}. "
        f"Indicator {mue.indicator}: {MUE_INDICATORS[mue.indicator]}."
    )


def _mue_heading(mue: Mue) -> str:
    return f"Most units, {mue.setting} services" if mue.setting else "Most units"


def _limit(mue: Mue) -> Fact:
    return Fact(str(mue.units), f"{mue.indicator}: {MUE_INDICATORS[mue.indicator]}")


def _fee_heading(fee: Fee) -> str:
    return f"Medicare fee schedule, modifier {fee.modifier}" if fee.modifier else "Medicare fee schedule"


def _values(fee: Fee) -> tuple[Fact, ...]:
    said = (
        ("Status", _coded(fee.status, _STATUS)),
        ("Work RVU", _number(fee.work)),
        ("Practice expense RVU", _both(fee.pe_office, fee.pe_facility)),
        ("Malpractice RVU", _number(fee.malpractice)),
        ("Total RVU", _both(fee.total_office, fee.total_facility)),
        ("Global period", _coded(fee.global_days, _GLOBAL)),
        ("Multiple procedures", _coded(fee.multiple, _MULTIPLE)),
        ("Both sides", _coded(fee.bilateral, _BILATERAL)),
        ("Assistant at surgery", _coded(fee.assistant, _ASSISTANT)),
    )
    return tuple(Fact(label, text) for label, text in said if text)


def _coded(value: str, meanings: dict[str, str]) -> str:
    return f"{value}: {meanings[value]}" if value in meanings else value


def _number(value: Decimal | None) -> str:
    return "" if value is None else str(value)


def _both(office: Decimal | None, facility: Decimal | None) -> str:
    if office == facility:
        return _number(office)
    said = (("office", office), ("facility", facility))
    return ", ".join(f"{_number(value)} ({name})" for name, value in said if value is not None)
