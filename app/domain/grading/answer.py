"""Owns what a trainee enters: lines, and the format errors of lines that can't be read.

An answer as data is ``{"lines": [{"system", "code", "modifiers", "units", "points_to", "poa"}],
"fields": {name: value}, "query": text | null}``; ``points_to`` holds 1-based places among the
diagnosis lines as typed. Only ``system`` and ``code`` are required of a line.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.codes.code import CodeSystem, LineKind, kind_of, normalise
from app.domain.errors import AnswerRefused, CodeShapeError

LINES_PER_KIND = 25
"""The most lines of one kind that an answer may hold."""

LONGEST_LINE, LONGEST_TEXT = 2_000, 10_000
"""The most characters of one line as data, and of a field or a query."""


@dataclass(frozen=True, slots=True)
class Line:
    """One readable line. ``number`` is its 1-based place among all lines as typed,
    ``place`` its 1-based place among the lines of its kind as typed."""

    number: int
    place: int
    system: CodeSystem
    code: str
    modifiers: tuple[str, ...] = ()
    units: int = 1
    points_to: tuple[int, ...] = ()
    poa: str | None = None

    @property
    def kind(self) -> LineKind:
        return kind_of(self.system)


@dataclass(frozen=True, slots=True)
class FormatError:
    """A line, or a part of one, that can't be read; reported and not graded."""

    line: int | None
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line with a format error, kept as it was typed (JSON), so that a stored answer is whole."""

    number: int
    typed: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A trainee's whole answer; ``fields`` are abstracted data, ``query`` a sent physician query."""

    lines: tuple[Line, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    query: str | None = None
    format_errors: tuple[FormatError, ...] = ()
    unread: tuple[UnreadLine, ...] = ()


def parse_answer(data: object) -> Answer:
    """Read an answer from data; a line that can't be read becomes a format error and isn't graded.

    Raises AnswerRefused when the data isn't an answer at all or has more than 25 lines of a kind.
    """
    if not isinstance(data, Mapping):
        raise AnswerRefused("An answer is an object with “lines”: a list of lines with “system” and “code”.")
    typed = data.get("lines") or []
    if not isinstance(typed, Sequence) or isinstance(typed, str):
        raise AnswerRefused("“lines” must be a list of lines with “system” and “code”.")
    systems = [_find_system(raw) for raw in typed]
    _refuse_too_many(typed, systems)
    diagnoses = sum(system is CodeSystem.ICD10CM for system in systems)
    counts: dict[LineKind, int] = {}
    lines, errors, unread = [], [], []
    for number, (raw, system) in enumerate(zip(typed, systems, strict=True), start=1):
        if system is not None:
            counts[kind_of(system)] = counts.get(kind_of(system), 0) + 1
        place = counts[kind_of(system)] if system else 0
        result = _read_line(raw, system, number=number, place=place, diagnoses=diagnoses)
        if isinstance(result, Line):
            lines.append(result)
        else:
            errors.append(result)
            unread.append(UnreadLine(number, json.dumps(_kept(raw), sort_keys=True)))
    return Answer(
        tuple(lines), _read_fields(data.get("fields")), _read_query(data.get("query")), tuple(errors), tuple(unread)
    )


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Return the answer as data; ``parse_answer`` of it gives the same answer again."""
    rows = [(line.number, _line_to_json(line)) for line in answer.lines]
    rows += [(line.number, json.loads(line.typed)) for line in answer.unread]
    return {
        "lines": [row for _, row in sorted(rows, key=lambda numbered: numbered[0])],
        "fields": dict(answer.fields),
        "query": answer.query,
    }


def _line_to_json(line: Line) -> dict[str, Any]:
    return {
        "system": line.system.value,
        "code": line.code,
        "modifiers": list(line.modifiers),
        "units": line.units,
        "points_to": list(line.points_to),
        "poa": line.poa,
    }


class _UnreadableError(Exception):
    """A part of a line can't be read: (field, what is wrong and how to mend it)."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field, self.text = field, text


_SYSTEMS = {re.sub(r"[^A-Z0-9]", "", system.value): system for system in CodeSystem}
_POA = ("Y", "N", "U", "W", "1")
_LINE_FIELDS = ("system", "code", "modifiers", "units", "points_to", "poa")


def _find_system(raw: object) -> CodeSystem | None:
    name = raw.get("system") if isinstance(raw, Mapping) else None
    return _SYSTEMS.get(re.sub(r"[^A-Z0-9]", "", name.upper())) if isinstance(name, str) else None


def _refuse_too_many(typed: Sequence[object], systems: Sequence[CodeSystem | None]) -> None:
    kinds = [kind_of(system) if system else None for system in systems]
    for kind in {*kinds}:
        if kinds.count(kind) > LINES_PER_KIND:
            what = f"{kind.value} lines" if kind else "lines without a known code system"
            raise AnswerRefused(
                f"The answer has {kinds.count(kind)} {what}; {LINES_PER_KIND} are the most: take some out."
            )
    for number, raw in enumerate(typed, start=1):
        if len(json.dumps(_kept(raw))) > LONGEST_LINE:
            raise AnswerRefused(f"Line {number} is longer than {LONGEST_LINE} characters: shorten it.")


def _kept(raw: object) -> object:
    """Return what is kept of a typed line: its known fields, or its text if it is no line at all."""
    if isinstance(raw, Mapping):
        return {name: _plain(raw[name]) for name in _LINE_FIELDS if name in raw}
    return _plain(raw)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)


def _read_line(
    raw: object, system: CodeSystem | None, *, number: int, place: int, diagnoses: int
) -> Line | FormatError:
    try:
        if not isinstance(raw, Mapping):
            raise _UnreadableError("line", "This line isn't an object with “system” and “code”.")
        if system is None:
            named = raw.get("system")
            raise _UnreadableError("system", f"“{named}” is no code system known here: {', '.join(CodeSystem)} are.")
        is_procedure = kind_of(system) is LineKind.PROCEDURE
        return Line(
            number=number,
            place=place,
            system=system,
            code=_read_code(system, raw.get("code")),
            modifiers=_read_modifiers(raw.get("modifiers")) if is_procedure else (),
            units=_read_units(raw.get("units")) if is_procedure else 1,
            points_to=_read_pointers(raw.get("points_to"), diagnoses) if is_procedure else (),
            poa=None if is_procedure else _read_poa(raw.get("poa")),
        )
    except _UnreadableError as error:
        return FormatError(number, error.field, error.text)


def _read_code(system: CodeSystem, raw: object) -> str:
    try:
        return normalise(system, raw if isinstance(raw, str) else "")
    except CodeShapeError as error:
        raise _UnreadableError("code", str(error)) from error


def _listed(raw: object, field: str) -> list[object]:
    """Return a list that may also be typed as one text with blanks or commas between."""
    if raw is None:
        return []
    if isinstance(raw, str):
        return [part for part in re.split(r"[\s,;]+", raw) if part]
    if isinstance(raw, list | tuple):
        return list(raw)
    raise _UnreadableError(field, f"“{raw}” is no list.")


def _read_modifiers(raw: object) -> tuple[str, ...]:
    found: list[str] = []
    for item in _listed(raw, "modifiers"):
        text = item.strip().upper() if isinstance(item, str) else str(item)
        if not re.fullmatch(r"[A-Z0-9]{2}", text):
            raise _UnreadableError(
                "modifiers", f"“{text[:20]}” can't be a modifier: it needs two letters or digits, such as 22 or E1."
            )
        if text not in found:
            found.append(text)
    return tuple(found)


def _read_units(raw: object) -> int:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return 1
    text = raw.strip() if isinstance(raw, str) else str(raw)
    if isinstance(raw, bool) or not re.fullmatch(r"[0-9]{1,4}", text) or int(text) == 0:
        raise _UnreadableError(
            "units", f"“{text[:20]}” can't be a number of units: enter a whole number from 1 to 9999."
        )
    return int(text)


def _read_pointers(raw: object, diagnoses: int) -> tuple[int, ...]:
    """Return the places pointed at, in order; letters count as on the claim form (A is 1)."""
    places = set()
    for item in [raw] if isinstance(raw, int) else _listed(raw, "points_to"):
        text = str(item).strip()
        place = ord(text.upper()) - ord("A") + 1 if re.fullmatch(r"[A-Ya-y]", text) else -1
        if re.fullmatch(r"[0-9]{1,2}", text):
            place = int(text)
        if not 1 <= place <= diagnoses:
            last = f"the last one is {chr(ord('A') + diagnoses - 1)}, number {diagnoses}"
            there = last if diagnoses else "there is none at all"
            raise _UnreadableError("points_to", f"There is no diagnosis “{text[:30]}” to point to: {there}.")
        places.add(place)
    return tuple(sorted(places))


def _read_poa(raw: object) -> str | None:
    text = "" if raw is None else str(raw).strip().upper()
    if text and text not in _POA:
        raise _UnreadableError("poa", f"“{text[:20]}” is no present-on-admission indicator: Y, N, U, W and 1 are.")
    return text or None


def _read_fields(raw: object) -> tuple[tuple[str, str], ...]:
    if raw is None:
        return ()
    if not isinstance(raw, Mapping):
        raise AnswerRefused("“fields” must be an object that maps a field's name to its value.")
    pairs = [(str(name).strip(), "" if value is None else _limited(str(value))) for name, value in raw.items()]
    return tuple(sorted((name, value) for name, value in pairs if value.strip()))


def _read_query(raw: object) -> str | None:
    if raw is not None and not isinstance(raw, str):
        raise AnswerRefused("“query” must be the text of a query to the provider, or null for none.")
    return _limited(raw) if raw and raw.strip() else None


def _limited(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise AnswerRefused(f"A text of the answer is longer than {LONGEST_TEXT} characters: shorten it.")
    return text
