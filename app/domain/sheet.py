"""Owns the claim sheet: the rows of the answer form exactly as typed, readable or not.

A sheet is ``{"diagnoses": [{"code", "poa"}], "procedures": [{"code", "modifiers", "units",
"points_to"}]}``, all texts. Diagnoses are lettered A, B, C … by row; ``points_to`` names letters.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.codes.code import CodeSystem, LineKind
from app.domain.errors import InvalidInput
from app.domain.texts import plain_text

MAX_ROWS = 60
MAX_TEXT = 200

DIAGNOSIS_FIELDS = ("code", "poa")
PROCEDURE_FIELDS = ("code", "modifiers", "units", "points_to")

_SPLIT = re.compile(r"[\s,;/-]+")
_NOT_SHAPE = re.compile(r"[\s.]+")
_CPT = re.compile(r"[0-9]{4}[0-9FTUM]")
_HCPCS = re.compile(r"[A-V][0-9]{4}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of both lists; each row maps every field of its kind to its text."""

    diagnoses: tuple[dict[str, str], ...] = ()
    procedures: tuple[dict[str, str], ...] = ()

    def to_json(self) -> dict[str, list[dict[str, str]]]:
        return {"diagnoses": [dict(r) for r in self.diagnoses], "procedures": [dict(r) for r in self.procedures]}

    @property
    def is_blank(self) -> bool:
        """Tell whether no row has a code."""
        return not any(row["code"] for row in (*self.diagnoses, *self.procedures))


def read_sheet(data: object, *, refuse_long: bool = False) -> Sheet:
    """Read a sheet from data of any origin; blank rows at the end are dropped, long texts are cut.

    Raises InvalidInput when it isn't a sheet, and for long texts when they are to be refused instead.
    """
    if not isinstance(data, Mapping):
        raise InvalidInput("The answer sheet must be an object with “diagnoses” and “procedures”.")
    lists = [("diagnoses", DIAGNOSIS_FIELDS), ("procedures", PROCEDURE_FIELDS)]
    if refuse_long:
        _refuse_long([row for name, _ in lists for row in data.get(name, [])])
    diagnoses, procedures = (_read_rows(data.get(name, []), fields) for name, fields in lists)
    return Sheet(diagnoses, procedures)


def answer_data(sheet: Sheet, *, inpatient: bool = False) -> dict[str, Any]:
    """Turn the filled rows into an answer as ``parse_answer`` reads it, diagnoses first.

    On an inpatient claim a procedure that is neither CPT nor HCPCS by its shape is meant as ICD-10-PCS.
    """
    places = _places_by_letter(sheet.diagnoses)
    lines: list[dict[str, Any]] = [
        {"system": CodeSystem.ICD10CM.value, "code": row["code"], "poa": row["poa"].upper() or None}
        for row in sheet.diagnoses
        if _is_filled(row)
    ]
    other = CodeSystem.ICD10PCS if inpatient else CodeSystem.CPT
    lines += [_procedure_line(row, places, other) for row in sheet.procedures if _is_filled(row)]
    return {"lines": lines}


def rows_of_lines(sheet: Sheet) -> list[tuple[LineKind, int]]:
    """Return, for each line of ``answer_data`` in order, its list and its 0-based row."""
    rows = [(LineKind.DIAGNOSIS, i) for i, row in enumerate(sheet.diagnoses) if _is_filled(row)]
    return rows + [(LineKind.PROCEDURE, i) for i, row in enumerate(sheet.procedures) if _is_filled(row)]


def letter(index: int) -> str:
    """Return the letter of the 0-based diagnosis row: A to Z, then AA, AB …"""
    if index < 26:
        return chr(ord("A") + index)
    return letter(index // 26 - 1) + letter(index % 26)


def _read_rows(rows: object, fields: Sequence[str]) -> tuple[dict[str, str], ...]:
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise InvalidInput("Each list of the answer sheet must be a list of rows.")
    if len(rows) > MAX_ROWS:
        raise InvalidInput(f"A list of the answer sheet holds at most {MAX_ROWS} rows.")
    read = [{name: plain_text(row.get(name), MAX_TEXT).strip() for name in fields} for row in rows]
    while read and not _is_filled(read[-1]):
        read.pop()
    return tuple(read)


def _refuse_long(rows: Sequence[Mapping[str, object]]) -> None:
    for row in rows:
        for name, text in row.items():
            if len(str(text)) > MAX_TEXT:
                raise InvalidInput(f"A {name} has more than {MAX_TEXT} characters: “{str(text)[:30]}…”. Shorten it.")


def _is_filled(row: Mapping[str, str]) -> bool:
    """A row counts as a line once anything but its default units is typed."""
    return any(text for name, text in row.items() if name != "units")


def _places_by_letter(rows: Sequence[Mapping[str, str]]) -> dict[str, int]:
    filled = [i for i, row in enumerate(rows) if _is_filled(row)]
    return {letter(row): place for place, row in enumerate(filled, start=1)}


def _procedure_line(row: Mapping[str, str], places: Mapping[str, int], other: CodeSystem) -> dict[str, Any]:
    units = row["units"] or "1"
    return {
        "system": procedure_system(row["code"], other).value,
        "code": row["code"],
        "modifiers": [m.upper() for m in _SPLIT.split(row["modifiers"]) if m],
        "units": int(units) if units.isascii() and units.isdigit() else units,
        "points_to": [places.get(name, f"{name} (a blank line)") for name in _letters(row["points_to"])],
    }


def _letters(text: str) -> list[str]:
    """Read “A B”, “a,b” and “AB” alike."""
    return [letter for part in _SPLIT.split(text.upper()) if part for letter in part]


def procedure_system(code: str, other: CodeSystem = CodeSystem.CPT) -> CodeSystem:
    """Tell by its shape which system a typed procedure code belongs to; ``other`` if by none."""
    bare = _NOT_SHAPE.sub("", code).upper()
    if len(bare) == 7:
        return CodeSystem.ICD10PCS
    if _HCPCS.fullmatch(bare):
        return CodeSystem.HCPCS
    return CodeSystem.CPT if _CPT.fullmatch(bare) else other
