"""Expands what a key may write for codes: one code, a range, or a stem with an asterisk."""

import re
from collections.abc import Iterator

from app.codebook.pages.entry import OpenBook
from app.domain.codes.code import CodeSystem, normalise, strip_dots
from app.domain.errors import CodeShapeError, UnknownCode

_STEM = re.compile(r"[A-Z0-9][0-9A-Z]{0,6}")
_RANGE = re.compile(r"\s*([A-Za-z0-9.]+)\s*[-–]\s*([A-Za-z0-9.]+)\s*")


def expand(shelf: OpenBook, system: CodeSystem, pattern: str) -> tuple[str, ...]:
    """Return the billable codes a pattern means, in book order.

    "D22.5" is that code (it must be billable), "A00-A09" everything from the first to the end of the
    last, "E11.2*" everything that begins so. Raises UnknownCode when that is nothing.
    """
    found = tuple(_matching(shelf, system, pattern.strip()))
    if not found:
        raise UnknownCode(f"“{pattern}” is no billable code of {system} {shelf.book.release}: check it in the book.")
    return found


def _matching(shelf: OpenBook, system: CodeSystem, pattern: str) -> Iterator[str]:
    if pattern.endswith("*"):
        stem = _stem(pattern[:-1], pattern)
        return shelf.store.billable_between(stem, stem)
    between = _RANGE.fullmatch(pattern)
    if between:
        first, last = _stem(between[1], pattern), _stem(between[2], pattern)
        if first[: len(last)] > last:
            raise CodeShapeError(f"“{pattern}” runs backwards: write the lower code first.")
        return shelf.store.billable_between(first, last)
    code = normalise(system, pattern)
    node = shelf.store.node(code)
    return iter((code,) if node and node.billable else ())


def _stem(text: str, pattern: str) -> str:
    bare = strip_dots(text.strip()).upper()
    if not _STEM.fullmatch(bare):
        raise CodeShapeError(f"“{pattern}” can't be a range of codes: write it as A00-A09 or E11.2*.")
    return bare
