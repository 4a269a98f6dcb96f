"""Owns finding the line of a TOML text that a problem is about.

``tomllib`` gives values without their places, so the text is read once more, for headers and field
names only. A place that can't be found falls back to the nearest table around it, then to the hint.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.domain.exercises.problems import Problem

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\- ]+?)\s*\]\]?\s*(?:#.*)?")
_FIELD = re.compile(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')\s*(?:\.[^=]*)?=")
_STRING_OR_BRACKET = re.compile(
    r'"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#.*|[\[\]{}]',
)
_LAST = re.compile(r"[.\[][^.\[]*$")


def with_lines(problems: Iterable[Problem], texts: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return the problems with the lines that can be found; ``texts`` holds the files by the problems' paths."""
    places = {path: field_lines(text) for path, text in texts.items() if path.endswith(".toml")}
    return tuple(_with_line(problem, texts.get(problem.path, ""), places.get(problem.path, {})) for problem in problems)


def field_lines(toml: str) -> dict[str, int]:
    """Map each table and field (``variant[1].line[2].accept``) to its 1-based line."""
    places: dict[str, int] = {}
    counts: dict[str, int] = {}
    table, open_until, depth = "", "", 0
    for number, line in enumerate(toml.splitlines(), start=1):
        if not open_until and depth == 0:
            if header := _HEADER.fullmatch(line):
                table = _enter(header.group(2).replace(" ", ""), header.group(1) == "[[", counts)
                places.setdefault(table, number)
                continue
            if field := _FIELD.match(line):
                name = field.group(1).strip("\"'")
                places.setdefault(f"{table}.{name}" if table else name, number)
        open_until, depth = _scan(line, open_until, depth)
    return places


def line_of(text: str, words: str, start: int = 1, end: int | None = None) -> int | None:
    """Return the first line between ``start`` and ``end`` that holds the words, or their first few."""
    lines = text.splitlines()[start - 1 : end]
    for wanted in (words, words[:24].strip()):
        for number, line in enumerate(lines, start=start):
            if wanted and wanted in line:
                return number
    return None


def _enter(name: str, is_list: bool, counts: dict[str, int]) -> str:
    """Return the place of a table header, with the index of each list it is inside."""
    place = ""
    parts = name.split(".")
    for depth, part in enumerate(parts, start=1):
        place = f"{place}.{part}" if place else part
        if is_list and depth == len(parts):
            counts[place] = counts.get(place, 0) + 1
        if place in counts:
            place = f"{place}[{counts[place]}]"
    return place


def _scan(line: str, open_until: str, depth: int) -> tuple[str, int]:
    """Follow multi-line strings and brackets over one line; return what is still open after it."""
    at = 0
    while at < len(line):
        if open_until:
            end = line.find(open_until, at)
            if end < 0:
                return open_until, depth
            at, open_until = end + 3, ""
            continue
        token = _STRING_OR_BRACKET.search(line, at)
        if token is None:
            break
        at, found = token.end(), token.group()
        if found in ('"""', "'''"):
            open_until = found
        elif found in "[{":
            depth += 1
        elif found in "]}":
            depth = max(0, depth - 1)
    return open_until, depth


def _with_line(problem: Problem, text: str, places: Mapping[str, int]) -> Problem:
    if problem.line is not None or not text:
        return problem
    where = problem.where
    while where and where not in places:
        where = _LAST.sub("", where) if _LAST.search(where) else ""
    start = places.get(where)
    after = min((line for line in places.values() if start and line > start), default=None)
    hinted = line_of(text, problem.hint, start or 1, after - 1 if after else None) if problem.hint else None
    return replace(problem, line=hinted or start)
