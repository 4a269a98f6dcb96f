"""Owns what a trainee marks in a chart's documents: highlights, notes, evidence for a row."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from app.domain.errors import InvalidInput
from app.domain.texts import plain_text

MAX_MARKS = 200
MAX_QUOTE = 2000
MAX_NOTE = 2000


class MarkKind(StrEnum):
    """A highlight may carry a note; evidence belongs to a row of the answer."""

    HIGHLIGHT = "highlight"
    EVIDENCE = "evidence"


def read_marks(data: object) -> list[dict[str, Any]]:
    """Read marks of any origin into plain records. Raises InvalidInput when they aren't marks."""
    if not isinstance(data, list) or not all(isinstance(mark, Mapping) for mark in data):
        raise InvalidInput("The marks of a draft must be a list of records.")
    if len(data) > MAX_MARKS:
        raise InvalidInput(f"A chart can hold {MAX_MARKS} marks. Remove some to add more.")
    return [_read_mark(mark) for mark in data]


def _read_mark(mark: Mapping[str, Any]) -> dict[str, Any]:
    kind = mark.get("kind")
    if kind not in list(MarkKind):
        raise InvalidInput("A mark must be a highlight or evidence.")
    row, start = mark.get("row"), mark.get("start")
    return {
        "document": plain_text(mark.get("document"), 200),
        "quote": plain_text(mark.get("quote"), MAX_QUOTE),
        "kind": str(kind),
        "row": plain_text(row, 40) if row is not None else None,
        "note": plain_text(mark.get("note"), MAX_NOTE),
        "start": start if type(start) is int and 0 <= start < 10**7 else None,
    }
