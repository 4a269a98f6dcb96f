"""Owns what a trainee enters: lines, and the format errors of lines that can't be read.

An answer as data is ``{"lines": [{"system", "code", "modifiers", "units", "points_to", "poa"}],
"fields": {name: value}, "query": text | null}``; ``points_to`` holds 1-based places among the
diagnosis lines as typed. Only ``system`` and ``code`` are required of a line.
"""

from dataclasses import dataclass

from app.domain.codes.code import CodeSystem, LineKind, kind_of


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
class Answer:
    """A trainee's whole answer; ``fields`` are abstracted data, ``query`` a sent physician query."""

    lines: tuple[Line, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    query: str | None = None
    format_errors: tuple[FormatError, ...] = ()
