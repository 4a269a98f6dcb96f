"""What the installed edit tables say against the procedure lines of a claim: pairs of codes, and too many units."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.codebook.edits.facts import LIFTING_MODIFIERS, pair_message, units_message
from app.codebook.edits.tables import Edits
from app.domain.codes.code import CodeSystem
from app.domain.grading.answer import Line

_BY_LINE = 1
"""The adjudication indicator of limits that hold for each line by itself."""


@dataclass(frozen=True, slots=True)
class EditFinding:
    """One finding: the line it is about, the field to look at, and what to say."""

    line: Line
    field: str
    text: str


def edit_findings(lines: Sequence[Line], edits: Edits, on: date) -> Iterator[EditFinding]:
    """Yield what the tables in force on the day of service say; nothing when none covers that day."""
    billed = [line for line in lines if line.system in (CodeSystem.CPT, CodeSystem.HCPCS)]
    yield from _pairs(billed, edits, on)
    yield from _units(billed, edits, on)


def _pairs(lines: Sequence[Line], edits: Edits, on: date) -> Iterator[EditFinding]:
    for edit in edits.ptp_between([line.code for line in lines], on):
        first = [line for line in lines if line.code == edit.column1]
        for second in (line for line in lines if line.code == edit.column2):
            if edit.indicator == 0 or not all(_is_lifted(one, second) for one in first):
                yield EditFinding(second, "code", pair_message(edit))


def _is_lifted(first: Line, second: Line) -> bool:
    """A modifier on either line lifts an edit that can be lifted."""
    return bool(LIFTING_MODIFIERS & {*first.modifiers, *second.modifiers})


def _units(lines: Sequence[Line], edits: Edits, on: date) -> Iterator[EditFinding]:
    for code in dict.fromkeys(line.code for line in lines):
        limit = edits.mue(code, on)
        if limit is None:
            continue
        same = [line for line in lines if line.code == code]
        if limit.indicator == _BY_LINE:
            counted = [(line, line.units) for line in same]
        else:
            counted = [(same[-1], sum(line.units for line in same))]
        for line, units in counted:
            if units > limit.units:
                yield EditFinding(line, "units", units_message(limit, units))
