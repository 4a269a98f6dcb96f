"""What the lines of a result are called, readable or not, and what the trainee's marks were for."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.codes.code import CodeSystem, LineKind, kind_of
from app.domain.exercises.exercise import Exercise as Chart
from app.domain.grading.answer import Answer, UnreadLine
from app.domain.sheet import letter


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkView:
    """Words that the trainee marked; ``title`` names the document, ``purpose`` says what the mark is for."""

    document: str
    title: str
    quote: str
    start: int | None
    purpose: str
    note: str


@dataclass(frozen=True, slots=True)
class UnreadView:
    """A line that couldn't be read: its name, what was typed and why it can't be read."""

    label: str
    typed: str
    text: str


def line_labels(answer: Answer) -> dict[int, str]:
    """Name each line of an answer by its number, readable or not, as the workspace does: Diagnosis A, Procedure 1."""
    kinds: dict[int, LineKind | None] = {line.number: line.kind for line in answer.lines}
    kinds |= {line.number: kind_typed(line) for line in answer.unread}
    places: Counter[LineKind] = Counter()
    labels = {}
    for number, kind in sorted(kinds.items()):
        if kind is None:
            labels[number] = f"Line {number}"
            continue
        places[kind] += 1
        labels[number] = _line_name(kind, places[kind])
    return labels


def _line_name(kind: LineKind, place: int) -> str:
    return f"Diagnosis {letter(place - 1)}" if kind is LineKind.DIAGNOSIS else f"Procedure {place}"


def kind_typed(line: UnreadLine) -> LineKind | None:
    """Return the list that an unreadable line was typed in, or None if its data doesn't say."""
    typed = json.loads(line.typed)
    name = typed.get("system") if isinstance(typed, dict) else None
    return next((kind_of(system) for system in CodeSystem if system == name), None)


def _typed_text(line: UnreadLine) -> str:
    typed = json.loads(line.typed)
    if not isinstance(typed, dict):
        return ""
    modifiers = typed.get("modifiers")
    parts = [typed.get("code"), *(modifiers if isinstance(modifiers, list) else [])]
    return " ".join(str(part) for part in parts if part)


def unread_lines(answer: Answer, errors: Iterable[Mapping[str, Any]]) -> tuple[UnreadView, ...]:
    """Return the lines that could not be read, as the result names them."""
    labels = line_labels(answer)
    typed = {line.number: _typed_text(line) for line in answer.unread}
    return tuple(
        UnreadView(labels.get(error["line"], "Answer"), typed.get(error["line"], ""), error["text"]) for error in errors
    )


def mark_view(mark: Mapping[str, Any], chart: Chart) -> MarkView:
    """Return a saved mark for reading."""
    titles = {document.name: document.title for document in chart.documents}
    return MarkView(
        document=mark["document"],
        title=titles.get(mark["document"], mark["document"]),
        quote=mark["quote"],
        start=mark.get("start"),
        purpose=_mark_purpose(mark),
        note=mark.get("note") or "",
    )


def _mark_purpose(mark: Mapping[str, Any]) -> str:
    """Say what a mark is for; the rows of a saved sheet are named "diagnoses-0"."""
    name, _, index = (mark.get("row") or "").partition("-")
    kinds = {"diagnoses": LineKind.DIAGNOSIS, "procedures": LineKind.PROCEDURE}
    if name in kinds and index.isascii() and index.isdigit():
        return f"For {_line_name(kinds[name], int(index) + 1)}"
    return "Note" if mark.get("note") else "Highlight"
