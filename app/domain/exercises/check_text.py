"""Owns the checks of an exercise's words: quotes, rationales, and nothing that looks like a real identifier."""

from collections.abc import Iterator

from app.domain.exercises.exercise import Document, Exercise
from app.domain.exercises.fields import did_you_mean
from app.domain.exercises.identifiers import find_lookalikes
from app.domain.exercises.problems import EXERCISE_FILE, Problem
from app.domain.exercises.quotes import is_verbatim
from app.domain.exercises.walk import places
from app.domain.grading.key import Evidence


def text_problems(exercise: Exercise) -> tuple[Problem, ...]:
    """Return the problems of evidence, rationales and identifiers."""
    return (*_evidence(exercise), *_identifiers(exercise))


def _evidence(exercise: Exercise) -> Iterator[Problem]:
    documents = {document.name: document for document in exercise.documents}
    for where, slot in places(exercise.key):
        for number, evidence in enumerate(slot.evidence, start=1):
            message = _evidence_problem(evidence, documents)
            if message:
                place = f"{where}.evidence[{number}]"
                yield Problem(EXERCISE_FILE, None, message, where=place, hint=evidence.quote)
        if not slot.evidence:
            yield Problem(
                EXERCISE_FILE, None, f"Slot {slot.id} has no evidence: quote the words that support it.", where
            )
        if not slot.rationale:
            message = f"Slot {slot.id} has no rationale: say why this code and not its neighbor."
            yield Problem(EXERCISE_FILE, None, message, where)


def _evidence_problem(evidence: Evidence, documents: dict[str, Document]) -> str | None:
    if not evidence.document or not evidence.quote:
        return None
    if evidence.document not in documents:
        hint = did_you_mean(evidence.document, documents) or f" Listed: {', '.join(documents) or 'none'}."
        return f"“{evidence.document}” isn't among the documents of this chart.{hint}"
    if not is_verbatim(evidence.quote, documents[evidence.document].text):
        return (
            f"The quote “{_short(evidence.quote)}” isn't in {evidence.document}: copy the words exactly "
            "(line breaks and emphasis marks don't count, everything else does)."
        )
    return None


def _identifiers(exercise: Exercise) -> Iterator[Problem]:
    for document in exercise.documents:
        for found in find_lookalikes(document.text):
            message = f"“{found.text}” looks like {found.kind}: remove it; a chart has no identifiers, invented or not."
            yield Problem(document.name, found.line, message)
    for name, text in _own_texts(exercise):
        for found in find_lookalikes(text):
            message = f"“{found.text}” looks like {found.kind}: remove it."
            yield Problem(EXERCISE_FILE, None, message, where=name, hint=found.text)


def _own_texts(exercise: Exercise) -> Iterator[tuple[str, str]]:
    yield "title", exercise.title
    yield "provider", exercise.provider
    yield "convention", exercise.convention
    for where, slot in places(exercise.key):
        yield f"{where}.rationale", slot.rationale
        yield f"{where}.guideline", slot.guideline
    for number, entry in enumerate(exercise.key.forbidden, start=1):
        yield f"forbidden[{number}].reason", entry.reason


def _short(quote: str) -> str:
    return quote if len(quote) <= 70 else quote[:69] + "…"
