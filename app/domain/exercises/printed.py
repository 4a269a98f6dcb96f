"""Prints a chart with its key as one Markdown text, for people who judge it on paper: no colors, nothing hidden."""

import re
from collections.abc import Callable, Iterator, Sequence

from app.domain.codes.code import CodeSystem
from app.domain.exercises.exercise import Exercise
from app.domain.exercises.review import Coding, Review
from app.domain.grading.key import SCALE, Forbidden, ModifierRule, Slot, Variant

MOST_CODES = 6
"""A line with more codes than this names the first ones and the number of the rest."""

_HEADING = re.compile(r"^(#{1,3})(?= )", re.MULTILINE)

TitleOf = Callable[[CodeSystem, str], str]


def printed(exercise: Exercise, review: Review | None, title_of: TitleOf, *, sibling: str = "") -> str:
    """Return the chart, its documents, its key with every rationale, and what second coders said, as Markdown."""
    return "\n".join(_lines(exercise, review, title_of, sibling)).rstrip() + "\n"


def _lines(exercise: Exercise, review: Review | None, title_of: TitleOf, sibling: str) -> Iterator[str]:
    name = f"`{exercise.id}`" + (f", sister chart `{sibling}`" if sibling else "")
    yield from (f"## {exercise.title}", "", name, "")
    yield (
        f"Setting: {exercise.setting.value}. Specialty: {exercise.specialty}. Difficulty {exercise.difficulty} of 5, "
        f"{exercise.minutes} minutes. Patient: {exercise.patient.age} years, {exercise.patient.sex.value}. "
        f"Date of service: {exercise.date_of_service.isoformat()}."
    )
    yield from ("", f"**Convention:** {_one_line(exercise.convention) or 'none'}", "")
    for document in exercise.documents:
        yield from (f"### Document: {document.name}", "", _HEADING.sub(r"###\1", document.text).strip(), "")
    variants = exercise.key.variants
    for number, variant in enumerate(variants, start=1):
        yield from (f"### Key{f', acceptable answer {number} of {len(variants)}' if len(variants) > 1 else ''}", "")
        yield from _variant(variant, title_of)
    if exercise.key.forbidden:
        yield from ("### What must not be coded", "")
        yield from (_forbidden(found) for found in exercise.key.forbidden)
        yield ""
    yield from _review(review, sibling)


def _variant(variant: Variant, title_of: TitleOf) -> Iterator[str]:
    places = {slot.id: number for number, slot in enumerate(variant.slots, start=1)}
    for slot in variant.slots:
        yield f"{places[slot.id]}. **{_some(slot.accept, ' or ')}** {title_of(slot.system, slot.accept[0])}"
        yield from (f"   - {fact}" for fact in _facts(slot, places))
    yield ""


def _facts(slot: Slot, places: dict[str, int]) -> Iterator[str]:
    """Yield what the key says of one line, a sentence each."""
    yield f"{slot.system.value}, " + (f"weight {slot.weight}" if slot.weight else "optional") + _details(slot, places)
    yield _one_line(slot.rationale)
    if slot.guideline:
        yield f"Source: {_one_line(slot.guideline)}"
    for evidence in slot.evidence:
        yield f"Evidence, {evidence.document}: “{_one_line(evidence.quote)}”"
    for near in slot.near:
        yield f"Near: {near.code} keeps {near.credit / SCALE:.0%}. {_one_line(near.text)}"


def _details(slot: Slot, places: dict[str, int]) -> str:
    found = [_modifiers(slot.modifiers)]
    if slot.position:
        found.append(slot.position.value)
    if slot.units is not None:
        found.append(f"units {slot.units}")
    if slot.points_to is not None:
        found.append("points to " + (", ".join(str(places[name]) for name in slot.points_to) or "nothing"))
    if slot.poa:
        found.append(f"present on admission {slot.poa}")
    return "".join(f", {fact}" for fact in found if fact)


def _modifiers(rule: ModifierRule) -> str:
    told = (("modifiers", rule.required), ("one of", rule.any_of), ("free to add", rule.optional))
    return ", ".join(f"{name} {' '.join(codes)}" for name, codes in told if codes)


def _some(codes: Sequence[str], joint: str) -> str:
    more = len(codes) - MOST_CODES
    return joint.join(codes) if more <= 0 else joint.join([*codes[:MOST_CODES], f"{more} more"])


def _forbidden(found: Forbidden) -> str:
    return f"- {found.system.value} {_some(found.codes, ', ')}: {_one_line(found.reason)}"


def _review(review: Review | None, sibling: str) -> Iterator[str]:
    yield from ("### Second coding", "")
    mine = [coding for coding in review.codings if coding.sibling == sibling] if review else []
    if not mine:
        yield "Nobody has coded this chart a second time: it is a draft."
    for coding in mine:
        yield f"{coding.date.isoformat()}, {coding.coder}: {_answer(coding)}. Score {coding.score:.4g}."
    settled = [difference for coding in review.codings for difference in coding.differences] if review else []
    if settled:
        yield ""
        yield from (f"- {_one_line(found.what)} {_one_line(found.settlement)}" for found in settled)
    yield ""
    certified = review.certified if review else None
    yield f"Certified coder: {f'{certified.coder}, {certified.credential}' if certified else 'not reviewed by one'}."
    yield ""


def _answer(coding: Coding) -> str:
    """Return a blind answer in one line, as coders write it: code, modifiers, units above one."""
    return "; ".join(
        "-".join([line["code"], *line.get("modifiers", ())])
        + (f" ×{line['units']}" if line.get("units", 1) > 1 else "")
        for line in coding.answer.get("lines", ())
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
