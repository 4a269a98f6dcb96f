"""Scrubbing a claim before it is handed in: only what the code books and edit tables say, never what the key says."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from app.codebook.edits.tables import Edits
from app.codebook.library import BooksInForce, Library
from app.domain.codes.code import CodeSystem, LineKind
from app.domain.errors import AnswerRefused
from app.domain.exercises.exercise import Exercise as Chart
from app.domain.grading.answer import Answer, Line, parse_answer
from app.domain.sheet import Sheet, answer_data, rows_of_lines
from app.services.claim_edits import edit_findings

MOST_DIAGNOSES = 12
"""Diagnoses on a professional claim (CMS-1500, item 21: A to L)."""

MOST_POINTERS = 4
"""Pointers of one line (CMS-1500, item 24E)."""


class Level(StrEnum):
    """An error would be rejected by a payer, a warning deserves a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class ClaimProblem:
    """One finding; ``row`` is the row's name in the form, such as ``diagnoses-0``, None for the whole claim."""

    row: str | None
    field: str | None
    level: Level
    text: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def check_claim(sheet: Sheet, chart: Chart, library: Library) -> list[ClaimProblem]:
    """Return everything that can be said against a claim without knowing its key."""
    rows = [f"{'diagnoses' if kind is LineKind.DIAGNOSIS else 'procedures'}-{i}" for kind, i in rows_of_lines(sheet)]
    if not rows:
        return [ClaimProblem(None, None, Level.WARNING, "Nothing is entered yet.")]
    try:
        answer = parse_answer(answer_data(sheet, inpatient=chart.is_inpatient))
    except AnswerRefused as refused:
        return [ClaimProblem(None, None, Level.ERROR, str(refused))]
    found = _Scrubber(answer, chart, library.on(chart.date_of_service), library.edits, rows).problems()
    return sorted(found, key=lambda problem: rows.index(problem.row) if problem.row else -1)


class _Scrubber:
    """Walks one readable answer past every check."""

    def __init__(self, answer: Answer, chart: Chart, books: BooksInForce, edits: Edits, rows: Sequence[str]) -> None:
        self.answer = answer
        self.chart = chart
        self.books = books
        self.edits = edits
        self.rows = rows

    def problems(self) -> Iterator[ClaimProblem]:
        for error in self.answer.format_errors:
            row = self.rows[error.line - 1] if error.line else None
            yield ClaimProblem(row, error.field, Level.ERROR, error.text)
        for line in self.answer.lines:
            yield from self._line(line)
        yield from self._duplicates()
        yield from self._diagnoses()
        yield from self._edits()
        if not any(line.kind is LineKind.DIAGNOSIS for line in self.answer.lines):
            yield ClaimProblem(None, None, Level.ERROR, "A claim needs at least one diagnosis.")

    def _line(self, line: Line) -> Iterator[ClaimProblem]:
        found = self.books.find(line.system, line.code)
        if found is None and line.system is CodeSystem.ICD10CM:
            text = f"{line.code} isn't in the ICD-10-CM book in force on {self.chart.date_of_service}."
            yield self._at(line, "code", Level.ERROR, text)
        choices = self.books.choices_message(line.system, line.code) if found else None
        if choices:
            yield self._at(line, "code", Level.ERROR, choices)
        misfit = self._misfit(line) if found else None
        if misfit:
            yield self._at(line, "code", Level.WARNING, misfit)
        if line.kind is LineKind.PROCEDURE and not self.chart.is_inpatient and not line.points_to:
            text = f"{line.code} points to no diagnosis: a payer can't see why it was done."
            yield self._at(line, "points_to", Level.WARNING, text)
        yield from self._modifiers(line)
        yield from self._inpatient(line) if self.chart.is_inpatient else self._outpatient(line)

    def _inpatient(self, line: Line) -> Iterator[ClaimProblem]:
        if line.kind is LineKind.DIAGNOSIS and not line.poa:
            yield self._at(line, "poa", Level.WARNING, f"{line.code} has no present-on-admission indicator.")
        if line.system in (CodeSystem.CPT, CodeSystem.HCPCS):
            text = f"{line.code} is {line.system}: an inpatient facility claim reports procedures in ICD-10-PCS."
            yield self._at(line, "code", Level.WARNING, text)

    def _outpatient(self, line: Line) -> Iterator[ClaimProblem]:
        if line.kind is LineKind.DIAGNOSIS and line.place == MOST_DIAGNOSES + 1:
            text = f"A professional claim holds {MOST_DIAGNOSES} diagnoses, A to L; this and later ones don't fit."
            yield self._at(line, "code", Level.WARNING, text)
        if len(line.points_to) > MOST_POINTERS:
            text = f"A line of a professional claim points to at most {MOST_POINTERS} diagnoses."
            yield self._at(line, "points_to", Level.WARNING, text)
        if any(place > MOST_DIAGNOSES for place in line.points_to):
            yield self._at(line, "points_to", Level.WARNING, "Pointers end at L, the twelfth diagnosis.")

    def _misfit(self, line: Line) -> str | None:
        patient = self.chart.patient
        return self.books.fits_patient(line.code, age=patient.age, sex=patient.sex.value)

    def _modifiers(self, line: Line) -> Iterator[ClaimProblem]:
        for modifier in line.modifiers:
            if self.books.modifier(modifier) is None:
                text = f"Modifier {modifier} isn't in the installed books; check that it exists."
                yield self._at(line, "modifiers", Level.WARNING, text)

    def _duplicates(self) -> Iterator[ClaimProblem]:
        seen: set[tuple[object, ...]] = set()
        for line in self.answer.lines:
            key = (line.system, line.code, tuple(sorted(line.modifiers)))
            if key in seen:
                yield self._at(line, "code", Level.WARNING, f"{line.code} is on the claim twice.")
            seen.add(key)

    def _diagnoses(self) -> Iterator[ClaimProblem]:
        lines = [line for line in self.answer.lines if line.kind is LineKind.DIAGNOSIS]
        codes = [line.code for line in lines]
        for conflict in self.books.excludes1_conflicts(codes):
            first, second = conflict.codes
            text = f"{first} and {second} exclude each other (Excludes1 at {conflict.owner}: {conflict.text})."
            yield self._at(lines[codes.index(second)], "code", Level.WARNING, text)
        if lines and self.books.is_manifestation(lines[0].code):
            text = f"{lines[0].code} is a manifestation: the disease that causes it is listed first."
            yield self._at(lines[0], "code", Level.ERROR, text)

    def _edits(self) -> Iterator[ClaimProblem]:
        """What the imported edits of professional claims say; without tables for the day, nothing."""
        if self.chart.is_inpatient:
            return
        for finding in edit_findings(self.answer.lines, self.edits, self.chart.date_of_service):
            yield self._at(finding.line, finding.field, Level.WARNING, finding.text)

    def _at(self, line: Line, field: str, level: Level, text: str) -> ClaimProblem:
        return ClaimProblem(self.rows[line.number - 1], field, level, text)
