"""Owns sister charts: one chart written with variables, and the values that each sibling fills in.

The blocks ``[[sibling]]`` stand at the end of ``exercise.toml``; ``{{name}}`` anywhere else, in the documents
too, is replaced by the sibling's value before anything is read.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.exercises.fields import kind_name
from app.domain.exercises.problems import EXERCISE_FILE, Problem

MOST_SIBLINGS, MOST_VARIABLES, LONGEST_VALUE = 12, 40, 400
_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_-]+)\s*\}\}")
_FIRST_BLOCK = re.compile(r"^[ \t]*\[\[\s*sibling\s*\]\]", re.MULTILINE)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Sibling:
    """One combination of values; the first of a chart is its base."""

    id: str
    values: Mapping[str, str] = field(default_factory=dict)


def split(toml: str) -> tuple[str, str]:
    """Return the chart's own text and that of its sibling blocks; the second is empty for an ordinary chart.

    The blocks' text keeps its line numbers.
    """
    found = _FIRST_BLOCK.search(toml)
    if found is None:
        return toml, ""
    head = toml[: found.start()]
    return head, "\n" * head.count("\n") + toml[found.start() :]


def fill(text: str, sibling: Sibling) -> str:
    """Return a text with the sibling's values in place of their names; unknown names stay as they are."""
    return _PLACEHOLDER.sub(lambda match: sibling.values.get(match.group(1), match.group()), text)


def read_siblings(data: Mapping[str, object], texts: Iterable[str]) -> tuple[tuple[Sibling, ...], tuple[Problem, ...]]:
    """Return the siblings of the parsed blocks, and what is wrong with them; ``texts`` are the texts they fill."""
    blocks = data.get("sibling")
    if (
        not isinstance(blocks, list)
        or not all(isinstance(block, Mapping) for block in blocks)
        or set(data) != {"sibling"}
    ):
        return (), (_problem("Only [[sibling]] blocks may stand after the first one: move the rest above.", ""),)
    if not 2 <= len(blocks) <= MOST_SIBLINGS:
        message = f"The chart has {len(blocks)} sibling{'s' * (len(blocks) != 1)}: write 2 to {MOST_SIBLINGS}, or none."
        return (), (_problem(message, "sibling[1]"),)
    problems: list[Problem] = []
    siblings = [_sibling(block, f"sibling[{number}]", problems) for number, block in enumerate(blocks, start=1)]
    problems += _disagreements(siblings)
    problems += _unused(siblings[0], texts)
    return (() if problems else tuple(siblings)), tuple(problems)


def choose_sister(siblings: Sequence[str], met: Mapping[str, tuple[int, int]]) -> str:
    """Return the sister chart to take next: the one met least often, then longest ago, then the first.

    ``met`` maps siblings to how often they were begun and a number that grows with every beginning.
    """
    return min(siblings, key=lambda name: met.get(name, (0, 0)))


def _sibling(block: Mapping[str, object], where: str, problems: list[Problem]) -> Sibling:
    values = {}
    for name, value in block.items():
        if isinstance(value, bool) or not isinstance(value, str | int):
            problems.append(_problem(f"“{name}” is {kind_name(value)}: write a text or a whole number.", where))
        elif len(str(value)) > LONGEST_VALUE or "\n" in str(value):
            problems.append(_problem(f"“{name}” must be one line of at most {LONGEST_VALUE} characters.", where))
        else:
            values[name] = str(value)
    name = values.pop("id", "")
    if not _SLUG.fullmatch(name):
        message = f"“{name[:40]}” is no id of a sibling: use small letters, digits and single hyphens, such as left."
        problems.append(_problem(message, where))
    return Sibling(name, values)


def _disagreements(siblings: list[Sibling]) -> Iterable[Problem]:
    seen: set[str] = set()
    base = set(siblings[0].values)
    if not 1 <= len(base) <= MOST_VARIABLES:
        yield _problem(f"A sibling sets 1 to {MOST_VARIABLES} variables, this one {len(base)}.", "sibling[1]")
    for number, sibling in enumerate(siblings, start=1):
        if sibling.id in seen:
            yield _problem(f"Two siblings are called “{sibling.id}”: rename one.", f"sibling[{number}]")
        seen.add(sibling.id)
        if differing := sorted(base ^ set(sibling.values)):
            message = f"Sibling “{sibling.id}” and the first one don't set the same variables ({', '.join(differing)})."
            yield _problem(message + " Give every sibling a value for each.", f"sibling[{number}]")


def _unused(base: Sibling, texts: Iterable[str]) -> Iterable[Problem]:
    used = {name for text in texts for name in _PLACEHOLDER.findall(text)}
    for name in sorted(set(base.values) - used):
        yield _problem(f"The variable “{name}” is used nowhere: write {{{{{name}}}}} where it belongs.", "sibling[1]")
    for name in sorted(used - set(base.values)):
        yield _problem(f"{{{{{name}}}}} has no value: set “{name}” in every sibling.", "")


def _problem(message: str, where: str) -> Problem:
    return Problem(EXERCISE_FILE, None, message, where=where)
