"""A small valid chart as plain data, to be changed by a test."""

from copy import deepcopy
from datetime import date
from typing import Any

from app.domain.exercises.books import BooksLike
from app.domain.exercises.exercise import Exercise
from app.domain.exercises.parse import parse_exercise

from .fakes import FakeBooks

NOTE = "01-note.md"
DOCUMENTS = {NOTE: "# Office note\n\nPigmented mole on the\nlower **back**. It was frozen.\n"}
_CHART: dict[str, Any] = {
    "schema": 1,
    "id": "mole",
    "title": "A mole",
    "setting": "office",
    "specialty": "dermatology",
    "sections": ["icd-10-cm"],
    "topics": ["skin"],
    "difficulty": 1,
    "minutes": 4,
    "date_of_service": date(2026, 6, 5),
    "patient": {"age": 50, "sex": "M"},
    "documents": [NOTE],
    "variant": [
        {
            "line": [
                {
                    "slot": "dx1",
                    "system": "ICD-10-CM",
                    "accept": ["D22.5"],
                    "weight": 2,
                    "position": "first",
                    "evidence": [{"document": NOTE, "quote": "mole on the lower back"}],
                    "rationale": "The back is trunk.",
                },
                {
                    "slot": "px1",
                    "system": "CPT",
                    "accept": ["17110"],
                    "near": [{"code": "17000", "credit": 250, "reason": "for premalignant lesions"}],
                    "weight": 2,
                    "units": 1,
                    "points_to": ["dx1"],
                    "evidence": [{"document": NOTE, "quote": "It was frozen."}],
                    "rationale": "Freezing is destruction.",
                },
            ]
        }
    ],
    "forbidden": [{"system": "ICD-10-CM", "codes": ["D48.5"], "penalty": 1, "reason": "No pathology."}],
}


def chart(**changes: Any) -> dict[str, Any]:
    """Return the chart with some top fields changed; a value of ``...`` removes the field."""
    data = deepcopy(_CHART) | changes
    return {name: value for name, value in data.items() if value is not ...}


def with_line(index: int, **changes: Any) -> dict[str, Any]:
    """Return the chart with fields of one line (0 dx1, 1 px1) changed or, with ``...``, removed."""
    data = chart()
    line = data["variant"][0]["line"][index] | changes
    data["variant"][0]["line"][index] = {name: value for name, value in line.items() if value is not ...}
    return data


def dx(code: str, slot: str, **changes: Any) -> dict[str, Any]:
    """Return a diagnosis line with evidence and rationale."""
    evidence = [{"document": NOTE, "quote": "It was frozen."}]
    return {"slot": slot, "system": "ICD-10-CM", "accept": [code], "evidence": evidence, "rationale": "r"} | changes


def with_diagnoses(*codes: str, **changes: Any) -> dict[str, Any]:
    """Return a chart whose only lines are these diagnoses, dx1, dx2 …"""
    lines = [dx(code, f"dx{number}") for number, code in enumerate(codes, start=1)]
    return chart(variant=[{"line": lines}], **changes)


def read(data: dict[str, Any], books: BooksLike | None = None) -> Exercise:
    """Return the exercise of the data."""
    found = books or FakeBooks()
    return parse_exercise(data, DOCUMENTS, lambda day: found)
