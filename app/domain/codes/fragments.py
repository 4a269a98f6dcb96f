"""Reads the code fragments of a printed note ("S59.2-", "(A00-A09)") as ranges.

Owns that reading only. A note that can't be read wholly has no ranges: then a person is asked, never told "fine".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.codes.code import strip_dots

_FRAGMENT = r"[A-Z][0-9A-Z][0-9A-Z](?:\.[0-9A-Z]{0,4})?"
#: A range, or one code; either end may carry the dash that stands for "and what follows".
_ITEM = re.compile(rf"({_FRAGMENT})(?:-?\s*-\s*({_FRAGMENT})-?|\s?-)?")
_LISTED = re.compile(rf"\s*{_ITEM.pattern}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s+or\s+){_ITEM.pattern})*\s*,?\s*")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_LOOKS_LIKE_CODE = re.compile(rf"\b{_FRAGMENT}")


@dataclass(frozen=True, slots=True)
class CodeRange:
    """A stretch of codes by their leading characters, ends included; bare (no dots)."""

    first: str
    last: str

    def contains(self, code: str) -> bool:
        """Tell whether a code, or the header it belongs to, lies in the stretch."""
        bare = strip_dots(code)
        return self.first <= bare[: len(self.first)] and bare[: len(self.last)] <= self.last

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}-{self.last}"


def read_ranges(text: str) -> tuple[CodeRange, ...]:
    """Return the ranges a note's parentheses name; empty when there are none or one can't be read wholly.

    "(T36-T50 with 5th character 5)" names more than ranges can say, so it reads as nothing.
    """
    found: list[CodeRange] = []
    outside = text
    for match in _PARENTHESES.finditer(text):
        inner = match[1]
        outside = outside.replace(match[0], " ")
        if not _LOOKS_LIKE_CODE.search(inner):
            continue
        if not _LISTED.fullmatch(inner):
            return ()
        found += [_range(item[1], item[2]) for item in _ITEM.finditer(inner)]
    if _LOOKS_LIKE_CODE.search(outside):
        return ()
    return tuple(found)


def is_heading(text: str) -> bool:
    """Tell whether a note only introduces the notes after it ("Code first underlying disease, such as:")."""
    return text.rstrip().endswith(":")


def any_contains(ranges: Iterable[CodeRange], code: str) -> bool:
    """Tell whether one of the ranges contains the code."""
    return any(part.contains(code) for part in ranges)


def _range(first: str, last: str | None) -> CodeRange:
    start = strip_dots(first)
    return CodeRange(start, strip_dots(last) if last else start)
